/// Values that are right by themselves and wrong together.
extension RecipeMessagesTests {
  static let wrongCombinations = [
    Case(
      "model: {layers: 8, loop: {first: 1, repeats: 3}}",
      "2: model.loop.repeats: does not fit: 8 layers cannot be a loop that runs 3 times between 1 "
        + "first and 0 last layers; choose numbers with first + repeats x middle + last = 8; got 3"
    ),
    Case(
      "growth: {firstRepeats: 2}",
      "2: growth.firstRepeats: is for models that grow; for a looped model from the start to the "
        + "end use model.loop; got 2"
    ),
    Case(
      "training: {optimizer: {groups: {gains: {optimizer: muon}}}}",
      "2: training.optimizer.groups.gains.optimizer: needs adamw; Muon makes matrices orthogonal, "
        + "and gains are vectors; got muon"
    ),
    Case(
      "training: {optimizer: {groups: {gates: {optimizer: muon}}}}",
      "2: training.optimizer.groups.gates.optimizer: needs adamw; Muon makes matrices orthogonal, "
        + "and gates are vectors; got muon"
    ),
    Case(
      "training: {optimizer: {kind: lora, groups: {gains: {optimizer: adamw}}}}",
      "2: training.optimizer.groups.gains.optimizer: is for other kinds; with "
        + "training.optimizer.kind lora all but the additions is held; got adamw"
    ),
    Case(
      "training: {optimizer: {groups: {matrices: {optimizer: lora}}}}",
      "2: training.optimizer.groups.matrices.optimizer: needs adamw or muon; lora is a "
        + "training.optimizer.kind; got lora"
    ),
    Case(
      "training: {objective: {kind: masked}}\nlogging: {samples: 2}",
      "3: logging.samples: needs 0 for training.objective.kind masked, whose models go on with no "
        + "text; got 2"
    ),
    Case(
      "training: {optimizer: {groups: {head: {rateFactor: 2}}}}",
      "2: training.optimizer.groups.head.rateFactor: needs model.tiedEmbedding: false; the output "
        + "projection is the embedding, which has a group of its own; got 2.0"
    ),
    Case(
      "model: {width: 100, headCount: 3}",
      "2: model.width: needs a multiple of model.headCount (3); got 100"
    ),
    Case(
      "model:\n  headCount: 3",
      "3: model.width: needs a multiple of model.headCount (3); got 128"
    ),
    Case(
      "model: {headCount: 6, keyValueHeadCount: 4, width: 96}",
      "2: model.headCount: needs a multiple of model.keyValueHeadCount (4); got 6"
    ),
    Case(
      "model: {width: 12, headCount: 4}",
      "2: model.width: needs an even number for each of the 4 heads, because rotary positions "
        + "turn pairs; one head has 3; got 12"
    ),
    Case(
      "training: {batchSize: 30, gradientAccumulation: 4}",
      "2: training.batchSize: needs a multiple of training.gradientAccumulation (4); got 30"
    ),
    Case(
      "training: {steps: 20, learningRate: {warmupSteps: 21}}",
      "2: training.learningRate.warmupSteps: needs at most training.steps (20); got 21"
    ),
    Case(
      "training: {steps: 20, learningRate: {schedule: warmup-stable-decay, warmupSteps: 5, "
        + "decayFraction: 0.8}}",
      "2: training.learningRate.decayFraction: leaves no room: 5 steps of warm-up and 16 of decay "
        + "are more than training.steps (20); got 0.8"
    ),
    Case(
      "growth: {method: midas}",
      "2: growth.blockSize: is missing; growth.method midas needs to know how many layers a block "
        + "has"
    ),
    Case(
      "model: {layers: 8}\ngrowth: {method: midas, blockSize: 3}",
      "2: model.layers: needs a depth that midas reaches from 3 layers on, such as 6 or 9; got 8"
    ),
    Case(
      "model: {layers: 6}\ngrowth: {method: stack, blockSize: 2}",
      "2: model.layers: needs a depth that stack reaches from 2 layers on, such as 4 or 8; got 6"
    ),
    Case(
      "model: {layers: 8}\ngrowth: {method: random, blockSize: 8}",
      "3: growth.blockSize: needs fewer than model.layers (8), or nothing grows; for full depth "
        + "from the start use growth.method none; got 8"
    ),
    Case(
      "training: {steps: 3}\ngrowth: {method: gradstack, blockSize: 2}",
      "2: training.steps: needs more steps, or larger blocks, or another growth.schedule (in "
        + "proportion to i^1.0): stage 1 of 4 gets none; got 3"
    ),
    Case(
      "training: {steps: 20}\ngrowth: {method: gradstack, blockSize: 2, schedule: {alpha: 4}}",
      "2: training.steps: needs more steps, or larger blocks, or another growth.schedule (in "
        + "proportion to i^4.0): stage 1 of 4 gets none; got 20"
    ),
    Case(
      "growth: {method: midas, blockSize: 2, schedule: {kind: tokens}}",
      "2: growth.schedule.tokens: is missing; growth.schedule.kind tokens needs the tokens of a stage"
    ),
    Case(
      "growth: {method: midas, blockSize: 2, schedule: {kind: plateau, window: 59}}",
      "2: growth.schedule.window: asks for more than 120 steps before a growth can be found due, but no "
        + "stage before the last has more than 120; choose a smaller window or train for more steps; "
        + "got 59"
    ),
    Case(
      "growth: {method: midas, blockSize: 2, schedule: {kind: slope, minimumSteps: 41}}",
      "2: growth.schedule.minimumSteps: needs at most 40, the steps of the shortest stage before a "
        + "growth; got 41"
    ),
    Case(
      "growth: {schedule: {threshold: 1.5}}",
      "2: growth.schedule.threshold: needs a number from 0 to 1; got 1.5"
    ),
    Case(
      "growth: {method: midas, blockSize: 2, firstLayers: 8}",
      "2: growth.firstLayers: needs fewer than model.layers (8), or nothing grows; got 8"
    ),
    Case(
      "growth: {method: midas, blockSize: 2, firstWidth: 64}",
      "2: growth.firstWidth: is only for growth.method sequence, which says when the width grows; got 64"
    ),
    Case(
      "growth: {method: sequence, sequence: midas midas midas, blockSize: 2, firstWidth: 64}",
      "2: growth.sequence: cannot be planned: the growths end with width 64, headCount 4, "
        + "feedForwardWidth 344, but the model has width 128, headCount 4, feedForwardWidth 344; put "
        + "`widen` at the end; got \"midas midas midas\""
    ),
    Case(
      "model: {keyValueHeadCount: 2}\n"
        + "growth: {method: sequence, sequence: widen, blockSize: 8, firstHeadCount: 3}",
      "3: growth.sequence: cannot be planned: headCount needs a multiple of 2, the query heads that share a "
        + "key and value head; got 3; got widen"
    ),
    Case(
      "growth: {method: sequence, sequence: midas wide:3, blockSize: 2}",
      "2: growth.sequence: a growth in width needs width, heads or feed-forward with a number behind a "
        + "colon, such as width:256, or widen; got \"wide:3\"; got \"midas wide:3\""
    ),
    Case(
      "growth: {method: sequence, sequence: midas midas:1, blockSize: 2}",
      "2: growth.sequence: midas:1 names a place, which only random, copy-at, copy-to, zero-output-random "
        + "take; got \"midas midas:1\""
    ),
    Case(
      "growth: {method: adaptive, adaptive: {pool: midas spread:1}, blockSize: 2}",
      "2: growth.adaptive.pool: spread:1 names a place, which only random, copy-at, copy-to, "
        + "zero-output-random take; got \"midas spread:1\""
    ),
    Case(
      "growth: {method: midas, blockSize: 2, learningRate: {policy: stable-phase}}",
      "2: growth.learningRate.policy: stable-phase needs training.learningRate.schedule "
        + "warmup-stable-decay; got stable-phase"
    ),
    Case(
      "training: {steps: 100, learningRate: {schedule: warmup-stable-decay}}\n"
        + "growth: {method: jump-random, blockSize: 1, schedule: {kind: jump, fraction: 0.9}, "
        + "learningRate: {policy: stable-phase}}",
      "3: growth.learningRate.policy: stable-phase needs every growth in steps 10 to 80; one comes "
        + "at step 90; got stable-phase"
    ),
    Case(
      "growth: {method: copy-at, blockSize: 2, start: 5}",
      "2: growth.method: cannot be planned: copy-at needs a block of 2 layers from layer 5 on, but "
        + "there are 2 layers to grow, counted from 0; got copy-at"
    ),
    Case(
      "growth: {method: stack, blockSize: 2, schedule: {kind: g-stack}}",
      "2: growth.method: cannot be planned: the formula of G_stack was fitted to larger runs and "
        + "puts growth at 754302.788 times the tokens of this one; use a jump at a fraction from "
        + "0.05 to 0.25; got stack"
    ),
  ]
}
