/// What can be wrong with a growth plan, with its settings, or with the state it is applied to.
public enum GrowthError: Error, Hashable, Sendable {
  /// A layer of a map copies a layer the source does not have.
  case originOutOfRange(layer: Int, source: Int, sourceDepth: Int)
  /// A map was given a negative source depth.
  case negativeDepth(Int)
  /// Two maps were composed, but the first does not end where the second starts.
  case depthsDoNotMeet(first: Int, next: Int)
  /// A map was inverted that keeps no copy of some source layers.
  case notInvertible(lostLayers: [Int])

  /// A setting that counts something is not positive.
  case notPositive(setting: String, value: Int)
  /// The exponent of a proportional schedule is negative or not finite.
  case invalidAlpha(Double)
  /// The final depth cannot be cut into whole blocks.
  case depthNotMultipleOfBlock(depth: Int, blockSize: Int)
  /// The method passes over the final depth; `nearest` are the depths it reaches around it.
  case depthNotReached(method: String, depth: Int, firstDepth: Int, nearest: [Int])
  /// More layers than a plan may have.
  case tooDeep(limit: Int)
  /// A stage would get no step.
  case emptyStage(stage: Int, stageCount: Int, totalSteps: Int, schedule: GrowthSchedule)
  /// The formula of G_stack puts growth outside of the run.
  case outsideGStackFit(fraction: Double)
  /// The fraction of the steps before the last growth is not between 0 and 1.
  case invalidFraction(Double)
  /// A sequence of growths without any.
  case emptySequence
  /// A pool to choose from needs two strategies.
  case poolTooSmall(count: Int)
  /// A strategy is in a pool twice.
  case strategyTwice(name: String)
  /// A place behind the name of an operator that takes none.
  case takesNoPlace(name: String)
  /// An option is set that the method does not go by.
  case unusedOption(GrowthOption, name: String)
  /// No growing method has this name.
  case unknownMethod(name: String, known: [String])

  /// All layers are protected.
  case nothingToGrow(depth: Int, protectedFirst: Int, protectedLast: Int)
  /// An operator that copies layers was given a network without any.
  case nothingToCopy(operatorName: String)
  /// A block that an operator shall copy is not inside the network.
  case blockOutOfRange(operatorName: String, start: Int, blockSize: Int, depth: Int)
  /// A gap that an operator shall fill is not there.
  case gapOutOfRange(operatorName: String, gap: Int, depth: Int)
  /// An operator that multiplies the depth was told to leave it as it is.
  case factorTooSmall(operatorName: String, factor: Int)
  /// An operator that goes to the final depth at once does not know it.
  case targetNeeded(operatorName: String)
  /// The depth to reach is not above the present one.
  case targetTooSmall(depth: Int, target: Int)
  /// An operator that makes two equal parts was asked for an odd depth.
  case oddTarget(operatorName: String, depth: Int, target: Int)

  /// Layers are tied, and the operator needs each to be its own.
  case tiedLayers(operatorName: String)
  /// A depth cannot be made of a loop and the layers around it.
  case loopDoesNotFit(depth: Int, first: Int, middle: Int?, repeats: Int, last: Int)
  /// The layers between the protected ones are no loop.
  case noLoop(operatorName: String, order: [Int])
  /// The growths end with another order of layers than that of the finished model.
  case loopNotReached(method: String, found: [Int]?, expected: [Int]?)
  /// No layers are tied, so there is nothing to untie.
  case nothingTied(operatorName: String, depth: Int)
  /// An operator that adds no layers is to be compared with operators that do.
  case addsNoLayers(operatorName: String)
  /// An order of stored layers that names one that is not there, or leaves one out.
  case brokenLayerOrder([Int], storedLayers: Int)

  /// No layer has output gates, so there is nothing to fold.
  case nothingGated
  /// A growth needs gates that are held where they are trained, or the other way round.
  case gatesDiffer(found: OutputGates, needed: OutputGates)
  /// A stage is shorter than the ramp of its gates; stages count from 1 here.
  case rampTooLong(steps: Int, stage: Int, stageSteps: Int)
  /// An operator that opens gates step by step was applied to a saved model.
  case rampNeedsTraining(gates: GateGrowth)
  /// A method that chooses growths while training was given one with gates.
  case gatesAreNotChosen(operatorName: String)

  /// A decoration is for a layer that the grown network does not have.
  case decorationOutOfRange(layer: Int, depth: Int)
  /// A number that must be finite, or not negative, is not.
  case invalidNumber(setting: String, value: Double)
  /// A layer is to be the sum of no layers.
  case emptyBlend(layer: Int)
  /// A growth whose layer map cannot be learnt.
  case cannotLearnMap(reason: String)
  /// A growth that learns its layer map is to be carried out where nothing is trained.
  case mapNotLearned
  /// A weight of a type that growth does no arithmetic on.
  case cannotDecorate(tensor: String, elementType: String)

  /// A plan without a stage.
  case noStages
  /// A plan of n stages needs n - 1 growths.
  case growthCount(stages: Int, growths: Int)
  /// A stage is not where its neighbours say: its index, its first step or its count is wrong.
  case misplacedStage(GrowthStage, expectedIndex: Int, expectedFirstStep: Int)
  /// A growth does not lead from the depth of its stage to the depth of the next.
  case growthDoesNotFit(afterStage: Int, from: Int, to: Int, map: LayerMap)

  /// A plan grows in width but does not say from where.
  case firstSizesNeeded
  /// A plan would grow the vocabulary or the context, which stay during a run.
  case onlyWidthGrows(sizes: String)
  /// A growth in width to sizes that are there already.
  case nothingWidens(sizes: String)
  /// A plan ends with other sizes than the model has.
  case sizesNotReached(found: String, expected: String)
  /// A word of a sequence that names no size.
  case unknownSize(word: String)

  /// A lineage was grown by a map for another depth.
  case lineageDepth(lineage: Int, map: Int)
  /// A stored lineage contradicts itself.
  case brokenLineage(reason: String)

  /// A tensor that should have a leading layer axis of the map's source depth has not.
  case wrongLayerAxis(tensor: String, shape: [Int], layers: Int)
  /// An axis that grows has another size than its map starts from.
  case wrongAxis(tensor: String, shape: [Int], axis: Int, size: Int)
  /// A size would get smaller.
  case cannotShrink(size: String, from: Int, to: Int)
  /// A number of query heads that whole groups around key and value heads do not make.
  case headsDoNotFit(headCount: Int, group: Int)
  /// A size is not larger than anything one could train.
  case tooWide(size: String, value: Int, limit: Int)
  /// A fresh row has another type than the tensor's rows.
  case wrongFreshRow(tensor: String, layer: Int, expected: String, found: String)
}

extension GrowthError: CustomStringConvertible {
  /// One sentence: what is wrong, what was expected and, where known, what to do.
  public var description: String {
    switch self {
    case .originOutOfRange(let layer, let source, let sourceDepth):
      "layer \(layer) of the layer map copies layer \(source), but the source has"
        + " \(sourceDepth) layers, counted from 0"
    case .negativeDepth(let depth):
      "a layer map needs a source depth of 0 or more; got \(depth)"
    case .depthsDoNotMeet(let first, let next):
      "two layer maps compose only if the second starts at the depth the first ends at; got"
        + " \(first) layers, then a map from \(next)"
    case .notInvertible(let lost):
      "the layer map keeps no copy of source layers \(lost), so it has no inverse"
    case .notPositive(let setting, let value):
      "\(setting) needs a positive number; got \(value)"
    case .invalidAlpha(let alpha):
      "the exponent alpha of a proportional schedule needs a finite number of 0 or more; got"
        + " \(alpha)"
    case .depthNotMultipleOfBlock(let depth, let blockSize):
      "\(depth) layers cannot be cut into blocks of \(blockSize); choose a depth that is a multiple"
        + " of the block size"
    case .depthNotReached(let method, let depth, let firstDepth, let nearest):
      "\(method) from \(firstDepth) layers on never gives \(depth) layers; choose"
        + " \(nearest.map(String.init).joined(separator: " or "))"
    case .tooDeep(let limit):
      "a growth plan needs at most \(limit) layers; choose a smaller depth"
    case .emptyStage(let stage, let stageCount, let totalSteps, let schedule):
      "\(totalSteps) steps over \(stageCount) stages, \(schedule), leave no step for stage"
        + " \(stage); train for more steps, use larger blocks or another schedule"
    case .outsideGStackFit(let fraction):
      "the formula of G_stack was fitted to larger runs and puts growth at"
        + " \((fraction * 1000).rounded() / 1000) times the tokens of this one; use a jump at a fraction from 0.05 to 0.25"
    case .invalidFraction(let fraction):
      "the fraction of the steps before the last growth needs a number above 0 and below 1; got"
        + " \(fraction)"
    case .emptySequence:
      "a sequence of growths needs at least one, such as \"midas midas interleave\""
    case .poolTooSmall(let count):
      "a pool needs at least two strategies to choose from; got \(count)"
    case .strategyTwice(let name):
      "a pool needs different strategies; \(name) is there twice"
    case .takesNoPlace(let name):
      "\(name) names a place, which only "
        + GrowthOperator.all.filter { $0.placeOption != nil }.map(\.name).joined(separator: ", ")
        + " take"
    case .unusedOption(let option, let name):
      "\(name) does not go by \(option.rawValue), which is for "
        + option.operatorNames.joined(separator: ", ")
    case .unknownMethod(let name, let known):
      "there is no growing method \"\(name)\"; choose one of \(known.joined(separator: ", "))"
    case .nothingToGrow(let depth, let first, let last):
      "protecting the first \(first) and the last \(last) layers leaves none of \(depth) layers to"
        + " grow; protect fewer"
    case .nothingToCopy(let name):
      "\(name) needs at least one layer to grow from; begin with one, or grow by jump-random or"
        + " jump-zero-output"
    case .blockOutOfRange(let name, let start, let blockSize, let depth):
      "\(name) needs a block of \(blockSize) layers from layer \(start) on, but there are"
        + " \(depth) layers to grow, counted from 0"
    case .gapOutOfRange(let name, let gap, let depth):
      "\(name) puts layers before a layer from 0 to \(depth); got \(gap)"
    case .factorTooSmall(let name, let factor):
      "\(name) needs a factor of 2 or more; got \(factor)"
    case .targetNeeded(let name):
      "\(name) goes to the final depth at once and needs to be told it"
    case .targetTooSmall(let depth, let target):
      "a network of \(depth) layers cannot grow to \(target); choose a larger depth"
    case .oddTarget(let name, let depth, let target):
      "\(name) needs an even number of layers above \(depth) to grow to; got \(target)"
    case .tiedLayers(let name):
      "\(name) needs layers of their own, but some share their weights; untie them first"
    case .loopDoesNotFit(let depth, let first, let middle, let repeats, let last):
      "\(depth) layers cannot be a loop that runs \(repeats) times"
        + (middle.map { " over \($0) layers" } ?? "") + " between \(first) first and \(last) last"
        + " layers; choose numbers with first + repeats x middle + last = \(depth)"
    case .noLoop(let name, let order):
      "\(name) needs a loop between the protected layers, but the layers run as \(order); protect those"
        + " that are outside of the loop"
    case .loopNotReached(let method, let found, let expected):
      "\(method) ends with " + (found.map { "the layers \($0)" } ?? "no layers tied")
        + ", but the finished model runs " + (expected.map { "\($0)" } ?? "each layer once")
        + "; use growth.method none or repeat-loop for a looped model"
    case .nothingTied(let name, let depth):
      "\(name) needs tied layers, but each of the \(depth) layers has weights of its own; tie some by"
        + " loop-unroll first"
    case .addsNoLayers(let name):
      "\(name) adds no layers with weights of their own, and only ways to add such layers are compared with"
        + " each other; choose another"
    case .brokenLayerOrder(let order, let storedLayers):
      "the layer order \(order) needs each of \(storedLayers) stored layers, counted from 0, at least"
        + " once and no others"
    case .nothingGated:
      "fold-gates needs output gates, but the model has none; grow it by an operator that brings some, such"
        + " as trained-gate, first"
    case .gatesDiffer(let found, let needed):
      "the growth needs gates that are \(needed.rawValue), but those of the model are"
        + " \(found.rawValue); fold them first, by fold-gates"
    case .rampTooLong(let steps, let stage, let stageSteps):
      "the gates of new layers open over \(steps) steps, but stage \(stage) has only \(stageSteps); choose"
        + " fewer gate steps or train for more"
    case .rampNeedsTraining(let gates):
      "the growth (\(gates)) takes place while training; name the method in a recipe's growth.method, or"
        + " choose another for a saved model"
    case .gatesAreNotChosen(let name):
      "\(name) brings output gates, and growths that are chosen while training cannot; choose another"
    case .decorationOutOfRange(let layer, let depth):
      "a growth to \(depth) layers cannot change layer \(layer), counted from 0"
    case .invalidNumber(let setting, let value):
      "the \(setting) needs a finite number, and noise and rates one of 0 or more; got \(value)"
    case .emptyBlend(let layer):
      "layer \(layer) is to be a sum of old layers; name at least one"
    case .cannotLearnMap(let reason):
      "a layer map can be learnt where a growth only mixes old layers; this one \(reason)"
    case .mapNotLearned:
      "learned-map learns how to mix the layers while training, which is not possible here; set it as"
        + " growth.method in a recipe, or grow by linear-map, from which it begins"
    case .cannotDecorate(let tensor, let elementType):
      "\(tensor): only float32 and float64 weights can be changed while growing; got \(elementType)"
    case .noStages:
      "a growth plan needs at least one stage; got none"
    case .growthCount(let stages, let growths):
      "a plan of \(stages) stages needs \(stages - 1) growths between them; got \(growths)"
    case .misplacedStage(let stage, let index, let firstStep):
      "a stage with index \(stage.index), first step \(stage.firstStep), \(stage.stepCount) steps"
        + " and \(stage.depth) layers stands where index \(index), first step \(firstStep), at least"
        + " one step and at least one layer were expected"
    case .growthDoesNotFit(let afterStage, let from, let to, let map):
      "the growth after stage \(afterStage + 1) should lead from \(from) to \(to) layers, but its"
        + " layer map leads from \(map.sourceDepth) to \(map.depth)"
    case .firstSizesNeeded:
      "a plan that grows in width needs the sizes of its first stage, such as growth.firstWidth"
    case .onlyWidthGrows(let sizes):
      "during a run only width, headCount and feedForwardWidth grow; got \(sizes)"
    case .nothingWidens(let sizes):
      "a growth in width needs smaller sizes before it, such as a growth.firstWidth below model.width;"
        + " it leads to " + (sizes.isEmpty ? "the sizes of the model" : sizes)
        + ", which are there already"
    case .sizesNotReached(let found, let expected):
      "the growths end with \(found), but the model has \(expected); put `widen` at the end"
    case .unknownSize(let word):
      "a growth in width needs width, heads or feed-forward with a number behind a colon, such as"
        + " width:256, or widen; got \"\(word)\""
    case .lineageDepth(let lineage, let map):
      "a lineage of \(lineage) layers cannot grow by a layer map from \(map) layers"
    case .brokenLineage(let reason):
      "the stored lineage contradicts itself: \(reason)"
    case .wrongLayerAxis(let tensor, let shape, let layers):
      "\(tensor): needs a leading axis of \(layers) layers to grow; got shape \(shape)"
    case .wrongAxis(let tensor, let shape, let axis, let size):
      "\(tensor): needs \(size) elements along axis \(axis) to grow; got shape \(shape)"
    case .cannotShrink(let size, let from, let to):
      "\(size) can only grow from \(from); got \(to)"
    case .headsDoNotFit(let headCount, let group):
      "headCount needs a multiple of \(group), the query heads that share a key and value head; got"
        + " \(headCount)"
    case .tooWide(let size, let value, let limit):
      "\(size) needs at most \(limit); got \(value)"
    case .wrongFreshRow(let tensor, let layer, let expected, let found):
      "\(tensor): the fresh row of layer \(layer) needs type \(expected); got \(found)"
    }
  }
}
