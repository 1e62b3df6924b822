import Foundation

extension BadInputTests {
  /// Recipes and the flags that change them; all of these end with the code for wrong usage.
  static let badRecipes: [BadInput] = [
    recipe(
      "a recipe that is not there",
      file: nil,
      [
        "nowhere.yaml: cannot be read: No such file or directory"
      ]
    ),
    BadInput(
      name: "a recipe that is a folder",
      arguments: ["train", "."],
      code: 2,
      messages: [".: cannot be read: Is a directory"]
    ),
    recipe(
      "an empty recipe",
      file: "# nothing\n",
      [
        "bad.yaml: holds no recipe; the least one needs is corpus.tokens, the path of a token file"
      ]
    ),
    recipe(
      "a recipe without a token file",
      file: "name: a\n",
      [
        "bad.yaml: corpus.tokens: is missing; needs the path of a token file, which "
          + "`espalier corpus pack` writes"
      ]
    ),
    recipe(
      "a recipe that is no YAML",
      file: "model: {layers: 2\n",
      ["bad.yaml:2: is not YAML for a recipe: …"]
    ),
    BadInput(
      name: "a recipe that is not UTF-8",
      arguments: ["train", "bad.yaml"],
      code: 2,
      messages: ["bad.yaml:2: needs UTF-8 text; byte 14 is not"]
    ) {
      try $0.write(Data("name: tiny\n# r".utf8) + [0xE9], to: "bad.yaml")
    },
    BadInput(
      name: "a recipe larger than any",
      arguments: ["train", "bad.yaml"],
      code: 2,
      messages: ["bad.yaml: is no recipe: it is larger than 262144 bytes"]
    ) {
      try $0.write(Data(repeating: 0x23, count: 300_000), to: "bad.yaml")
    },
    recipe(
      "a recipe indented by a blank that is no space",
      file: "model:\n\u{2003}layers: 2\n",
      ["bad.yaml:2: needs spaces at the start of the line; got U+2003, em space"]
    ),
    recipe(
      "a field with a blank in its name that cannot be told from none",
      file: "training:\n  steps\u{200B}: 2\n",
      [
        "bad.yaml:2: training.steps<U+200B>: is not a field of a recipe; did you mean training.steps?",
        "bad.yaml: corpus.tokens: is missing; needs the path of a token file, which "
          + "`espalier corpus pack` writes",
      ]
    ),
    BadInput(
      name: "a number with a blank behind it that cannot be seen",
      arguments: ["train", "tiny.yaml", "--set", "training.steps=20\u{A0}"],
      code: 2,
      messages: [
        "--set training.steps=20<U+00A0>: training.steps: needs a positive whole number; got "
          + "\"20<U+00A0>\""
      ]
    ),
    BadInput(
      name: "a name that would act on the terminal",
      arguments: ["compare", "\u{1B}[31mred\u{202E}"],
      messages: ["<U+001B>[31mred<U+202E>: …"]
    ),
    recipe(
      "an unknown field",
      changing: ("width:", "widht:"),
      [
        "bad.yaml:3: model.widht: is not a field of a recipe; did you mean model.width?"
      ]
    ),
    recipe(
      "a value of the wrong type",
      changing: ("layers: 2", "layers: two"),
      [
        "bad.yaml:3: model.layers: needs a positive whole number; got \"two\""
      ]
    ),
    BadInput(
      name: "shares of objectives that do not add up",
      arguments: [
        "train", "tiny.yaml", "--set", "training.objective.kind=mixture", "--set",
        "training.objective.shares.prefix=0.3",
      ],
      code: 2,
      messages: [
        "--set training.objective.shares.prefix=0.3: training.objective.shares.causal: needs to add "
          + "up to 1 with training.objective.shares.prefix (0.3) and "
          + "training.objective.shares.spanCorruption (0.2); got 0.6"
      ]
    ),
    BadInput(
      name: "a rate that hides every token",
      arguments: ["train", "tiny.yaml", "--set", "training.objective.masking.rate=1"],
      code: 2,
      messages: [
        "--set training.objective.masking.rate=1: training.objective.masking.rate: needs a number "
          + "above 0 and below 1; got 1"
      ]
    ),
    BadInput(
      name: "a rate that cuts nothing out",
      arguments: ["train", "tiny.yaml", "--set", "training.objective.spanCorruption.rate=0"],
      code: 2,
      messages: [
        "--set training.objective.spanCorruption.rate=0: training.objective.spanCorruption.rate: "
          + "needs a number above 0 and below 1; got 0"
      ]
    ),
    BadInput(
      name: "spans of less than a token",
      arguments: [
        "train", "tiny.yaml", "--set", "training.objective.spanCorruption.meanLength=0.5",
      ],
      code: 2,
      messages: [
        "--set training.objective.spanCorruption.meanLength=0.5: "
          + "training.objective.spanCorruption.meanLength: needs a number, 1 or more; got 0.5"
      ]
    ),
    BadInput(
      name: "a context without room for spans",
      arguments: [
        "train", "tiny.yaml", "--set", "training.objective.kind=mixture", "--set",
        "model.contextLength=4",
      ],
      code: 1,
      messages: [
        "model.contextLength: is 4, too short for spans to be cut out of it at "
          + "training.objective.spanCorruption.rate 0.15; raise either, or set "
          + "training.objective.shares.spanCorruption to 0"
      ]
    ),
    recipe(
      "a width that the heads do not divide",
      changing: ("headCount: 2", "headCount: 3"),
      [
        "bad.yaml:3: model.width: needs a multiple of model.headCount (3); got 16"
      ]
    ),
    BadInput(
      name: "a depth that the blocks do not divide",
      arguments: [
        "train", "tiny.yaml", "--set", "model.layers=5", "--set", "growth.blockSize=2",
      ],
      code: 2,
      messages: [
        "--set model.layers=5: model.layers: needs a depth that midas reaches from 2 layers on, such "
          + "as 4 or 6; got 5"
      ]
    ),
    recipe(
      "a growth method that does not exist",
      changing: ("midas", "midsa"),
      [
        "bad.yaml:8: growth.method: needs none, sequence, adaptive or a method that `espalier operators` lists (did you "
          + "mean midas?); got \"midsa\""
      ]
    ),
    recipe(
      "a stage without a step",
      changing: ("steps: 18", "steps: 1"),
      [
        "bad.yaml:4: training.steps: needs more steps, or larger blocks, or another "
          + "growth.schedule (equal stages): stage 2 of 2 gets none; got 1"
      ]
    ),
    recipe(
      "three mistakes at once",
      changing: ("batchSize: 4}", "batchSize: 0}\nseed: -1\nlogs: 3"),
      [
        "bad.yaml:4: training.batchSize: needs a positive whole number; got 0",
        "bad.yaml:5: seed: needs a whole number from 0 to 18446744073709551615; got -1",
        "bad.yaml:6: logs: is not a field of a recipe; a recipe has version, name, seed, kernels, device, parallelism, memory, corpus, "
          + "model, training, evaluation, logging, checkpoints, growth",
      ]
    ),
    flag(
      "a flag without a value",
      "steps",
      [
        "--set steps: needs FIELD=VALUE, such as training.steps=200"
      ]
    ),
    flag(
      "a flag for an unknown field",
      "training.step=3",
      [
        "--set training.step=3: training.step: is not a field of a recipe; did you mean "
          + "training.steps?"
      ]
    ),
    flag(
      "a flag with a wrong value",
      "training.steps=many",
      [
        "--set training.steps=many: training.steps: needs a positive whole number; got \"many\""
      ]
    ),
    flag(
      "a flag that does not go with the recipe",
      "growth.blockSize=2",
      [
        "--set growth.blockSize=2: growth.blockSize: needs fewer than model.layers (2), or nothing "
          + "grows; for full depth from the start use growth.method none; got 2"
      ]
    ),
  ]

  private static func recipe(_ name: String, file: String?, _ messages: [String]) -> BadInput {
    BadInput(
      name: name,
      arguments: ["train", file == nil ? "nowhere.yaml" : "bad.yaml"],
      code: 2,
      messages: messages
    ) { folder in
      if let file { try folder.write(file, to: "bad.yaml") }
    }
  }

  private static func recipe(
    _ name: String,
    changing change: (old: String, new: String),
    _ messages: [String]
  ) -> BadInput {
    recipe(
      name,
      file: Workshop.recipe.replacingOccurrences(of: change.old, with: change.new),
      messages
    )
  }

  private static func flag(_ name: String, _ value: String, _ messages: [String]) -> BadInput {
    BadInput(
      name: name,
      arguments: ["train", "tiny.yaml", "--set", value],
      code: 2,
      messages: messages
    )
  }
}
