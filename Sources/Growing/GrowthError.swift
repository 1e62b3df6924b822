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
  /// An embedding share outside 0 to 1.
  case invalidEmbeddingShare(Double)
  /// The final depth cannot be cut into whole blocks.
  case depthNotMultipleOfBlock(depth: Int, blockSize: Int)
  /// Doubling a block never gives the final depth; `nearest` does.
  case depthNotReachedByDoubling(depth: Int, blockSize: Int, nearest: [Int])
  /// A stage would get no step.
  case emptyStage(stage: Int, stageCount: Int, totalSteps: Int, alpha: Double)
  /// No growing method has this name.
  case unknownMethod(name: String, known: [String])

  /// A plan without a stage.
  case noStages
  /// A plan of n stages needs n - 1 growths.
  case growthCount(stages: Int, growths: Int)
  /// A stage is not where its neighbours say: its index, its first step or its count is wrong.
  case misplacedStage(GrowthStage, expectedIndex: Int, expectedFirstStep: Int)
  /// A growth does not lead from the depth of its stage to the depth of the next.
  case growthDoesNotFit(afterStage: Int, from: Int, to: Int, map: LayerMap)

  /// A lineage was grown by a map for another depth.
  case lineageDepth(lineage: Int, map: Int)
  /// A stored lineage contradicts itself.
  case brokenLineage(reason: String)

  /// A tensor that should have a leading layer axis of the map's source depth has not.
  case wrongLayerAxis(tensor: String, shape: [Int], layers: Int)
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
    case .invalidEmbeddingShare(let share):
      "the embedding's share of the cost needs a number from 0 to 1; got \(share)"
    case .depthNotMultipleOfBlock(let depth, let blockSize):
      "\(depth) layers cannot be cut into blocks of \(blockSize); choose a depth that is a multiple"
        + " of the block size"
    case .depthNotReachedByDoubling(let depth, let blockSize, let nearest):
      "doubling a block of \(blockSize) layers never gives \(depth) layers; choose"
        + " \(nearest.map(String.init).joined(separator: " or "))"
    case .emptyStage(let stage, let stageCount, let totalSteps, let alpha):
      "\(totalSteps) steps over \(stageCount) stages with alpha \(alpha) leave no step for stage"
        + " \(stage); train for more steps, use larger blocks or another alpha"
    case .unknownMethod(let name, let known):
      "there is no growing method \"\(name)\"; choose one of \(known.joined(separator: ", "))"
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
    case .lineageDepth(let lineage, let map):
      "a lineage of \(lineage) layers cannot grow by a layer map from \(map) layers"
    case .brokenLineage(let reason):
      "the stored lineage contradicts itself: \(reason)"
    case .wrongLayerAxis(let tensor, let shape, let layers):
      "\(tensor): needs a leading axis of \(layers) layers to grow; got shape \(shape)"
    case .wrongFreshRow(let tensor, let layer, let expected, let found):
      "\(tensor): the fresh row of layer \(layer) needs type \(expected); got \(found)"
    }
  }
}
