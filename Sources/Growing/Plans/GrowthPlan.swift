/// A whole training run as stages of growing depth and width, with a growth between each two.
///
/// A plan is data: it is stored in the checkpoint, printed, compared, and asked by the training loop
/// which depth a step has and which growth comes before it.
///
///     let plan = try GrowthMethod(.midas).plan(
///       GrowthSettings(finalDepth: 8, blockSize: 2, totalSteps: 400))
///     plan.stages.map(\.depth)            // [2, 4, 6, 8]
///     plan.stage(containing: 39).depth    // 2
///     plan.growth(before: 40)?.map        // [0 1 0 1]
///
/// The growth between stages `i` and `i + 1` (from 0) is `growths[i]`; it happens after the last step
/// of stage `i` and before the first of stage `i + 1`.
public struct GrowthPlan: Hashable, Sendable {
  /// The name of the method that made the plan.
  public let method: String
  /// How many neighbouring layers are named, and by block methods copied, as one block.
  public let blockSize: Int
  /// The stages in order; never empty, without gaps, each of at least one step.
  public let stages: [GrowthStage]
  /// The growths between the stages: one fewer than there are stages.
  public let growths: [GrowthStep]
  /// Width, heads and feed-forward width of the first stage; nil where no growth changes them.
  public let firstSizes: ModelSizes?
  /// Which stored layer each layer of the first stage runs; nil where none is tied.
  public let firstLayerOrder: [Int]?

  /// Creates a plan and checks that its parts fit together.
  ///
  /// - Parameters:
  ///   - method: The name of the method that made the plan.
  ///   - blockSize: How many neighbouring layers form a block.
  ///   - stages: The stages in order, starting at step 0.
  ///   - growths: The growths between the stages.
  ///   - firstSizes: Width, heads and feed-forward width of the first stage, which plans need that grow
  ///     in width.
  ///   - firstLayerOrder: Which stored layer each layer of the first stage runs; nil for each once.
  /// - Throws: ``GrowthError`` when a stage is out of place or a growth does not lead from its stage's
  ///   depth to the next one's, or makes nothing wider though it says so.
  public init(
    method: String,
    blockSize: Int,
    stages: [GrowthStage],
    growths: [GrowthStep],
    firstSizes: ModelSizes? = nil,
    firstLayerOrder: [Int]? = nil
  ) throws(GrowthError) {
    guard blockSize > 0 else { throw .notPositive(setting: "block size", value: blockSize) }
    guard !stages.isEmpty else { throw .noStages }
    guard growths.count == stages.count - 1 else {
      throw .growthCount(stages: stages.count, growths: growths.count)
    }
    var firstStep = 0
    for (index, stage) in stages.enumerated() {
      let next = firstStep.addingReportingOverflow(stage.stepCount)
      guard stage.index == index, stage.firstStep == firstStep, stage.stepCount > 0,
        stage.depth >= (index == 0 && stages.count > 1 ? 0 : 1), !next.overflow
      else {
        throw .misplacedStage(stage, expectedIndex: index, expectedFirstStep: firstStep)
      }
      firstStep = next.partialValue
    }
    if let firstLayerOrder { try LayerTying.check(firstLayerOrder, depth: stages[0].depth) }
    var (order, gates): ([Int]?, OutputGates?) = (firstLayerOrder, nil)
    for (index, growth) in growths.enumerated() {
      let (from, to) = (stages[index].depth, stages[index + 1].depth)
      let stored = LayerTying.storedLayers(order, depth: from)
      guard growth.map.sourceDepth == stored, growth.depth == to else {
        throw .growthDoesNotFit(afterStage: index, from: stored, to: to, map: growth.map)
      }
      guard growth.follows(layerOrder: order) else {
        throw .tiedLayers(operatorName: "a layer map")
      }
      try growth.checkGates(following: gates)
      let ramp = growth.gates?.rampSteps ?? 0
      guard ramp <= stages[index + 1].stepCount else {
        throw .rampTooLong(
          steps: ramp,
          stage: index + 2,
          stageSteps: stages[index + 1].stepCount
        )
      }
      (order, gates) = (growth.layerOrder, growth.outputGates(following: gates))
    }
    self.method = method
    self.blockSize = blockSize
    self.stages = stages
    self.growths = growths
    self.firstSizes = firstSizes
    self.firstLayerOrder = firstLayerOrder
    try checkSizes()
  }

  /// The same plan with other stages or other growths, checked anew.
  func replacing(
    stages: [GrowthStage]? = nil,
    growths: [GrowthStep]? = nil
  ) throws(GrowthError) -> GrowthPlan {
    try GrowthPlan(
      method: method,
      blockSize: blockSize,
      stages: stages ?? self.stages,
      growths: growths ?? self.growths,
      firstSizes: firstSizes,
      firstLayerOrder: firstLayerOrder
    )
  }

  /// The most layers a plan may have.
  public static let depthLimit = 4096

  /// A plan from its growths, its steps shared by a schedule.
  init(
    method: String,
    settings: GrowthSettings,
    firstDepth: Int,
    growths: [GrowthStep]
  ) throws(GrowthError) {
    let depths = [firstDepth] + growths.map(\.depth)
    let counts = try settings.schedule.stepCounts(
      stages: depths.count,
      totalSteps: settings.totalSteps
    )
    var stages: [GrowthStage] = []
    var firstStep = 0
    for (index, (depth, count)) in zip(depths, counts).enumerated() {
      stages.append(
        GrowthStage(index: index, depth: depth, firstStep: firstStep, stepCount: count)
      )
      firstStep += count
    }
    try self.init(
      method: method,
      blockSize: settings.blockSize,
      stages: stages,
      growths: growths,
      firstSizes: growths.contains { $0.widening != nil } ? settings.firstSizes : nil,
      firstLayerOrder: settings.firstLoop?.order
    )
  }

  /// The plan that does not grow: one stage at full depth.
  ///
  /// - Parameters:
  ///   - layers: How many layers the network has.
  ///   - steps: How many steps it trains.
  ///   - blockSize: How many layers are named as one block; only for drawings.
  ///   - layerOrder: Which stored layer each layer runs; nil for each once.
  /// - Returns: A plan of the method `none`.
  /// - Throws: ``GrowthError`` when a count is not positive.
  public static func fullDepth(
    layers: Int,
    steps: Int,
    blockSize: Int = 1,
    layerOrder: [Int]? = nil
  ) throws(GrowthError) -> GrowthPlan {
    guard layers > 0 else { throw .notPositive(setting: "layers", value: layers) }
    guard steps > 0 else { throw .notPositive(setting: "steps", value: steps) }
    return try GrowthPlan(
      method: GrowthMethod.none.name,
      blockSize: blockSize,
      stages: [GrowthStage(index: 0, depth: layers, firstStep: 0, stepCount: steps)],
      growths: [],
      firstLayerOrder: layerOrder
    )
  }

  /// How many steps the whole plan has.
  public var totalSteps: Int { stages.reduce(0) { $0 + $1.stepCount } }
  /// How many layers the first stage has.
  public var firstDepth: Int { stages[0].depth }
  /// How many layers the last stage has.
  public var finalDepth: Int { stages[stages.count - 1].depth }

  /// The stage a training step belongs to.
  ///
  /// - Parameter step: A step of the plan, from 0; one outside `0..<totalSteps` is a programming error.
  /// - Returns: The stage whose steps contain it.
  public func stage(containing step: Int) -> GrowthStage {
    guard let stage = stages.first(where: { $0.steps.contains(step) }) else {
      preconditionFailure("step \(step) is outside the plan's 0..<\(totalSteps)")
    }
    return stage
  }

  /// The growth to apply right before a training step, if a stage other than the first starts there.
  ///
  /// - Parameter step: Any step number.
  /// - Returns: The growth that leads into the stage starting at `step`, or nil.
  public func growth(before step: Int) -> GrowthStep? {
    guard let stage = stages.first(where: { $0.firstStep == step }), stage.index > 0 else {
      return nil
    }
    return growths[stage.index - 1]
  }

  /// Who the layers of a stage descend from.
  ///
  /// - Parameter stage: The index of a stage, from 0.
  /// - Returns: The lineage during that stage.
  public func lineage(inStage stage: Int) -> Lineage {
    precondition(stages.indices.contains(stage), "stage \(stage) of \(stages.count)")
    var lineage = Lineage(depth: firstDepth, blockSize: blockSize, layerOrder: firstLayerOrder)
    for (index, growth) in growths[..<stage].enumerated() {
      lineage = lineage.grown(
        checked: growth.map,
        layerOrder: growth.layerOrder,
        stage: index + 1,
        step: stages[index + 1].firstStep
      )
    }
    return lineage
  }

  /// Who the layers of the last stage descend from.
  public var finalLineage: Lineage { lineage(inStage: stages.count - 1) }
}

extension GrowthPlan: Codable {
  private enum CodingKeys: String, CodingKey {
    case method
    case blockSize
    case stages
    case growths
    case firstSizes
    case firstLayerOrder
  }

  /// Reads a plan and checks that its parts fit together.
  ///
  /// - Throws: ``GrowthError`` for a plan that contradicts itself.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      method: container.decode(String.self, forKey: .method),
      blockSize: container.decode(Int.self, forKey: .blockSize),
      stages: container.decode([GrowthStage].self, forKey: .stages),
      growths: container.decode([GrowthStep].self, forKey: .growths),
      firstSizes: container.decodeIfPresent(ModelSizes.self, forKey: .firstSizes),
      firstLayerOrder: container.decodeIfPresent([Int].self, forKey: .firstLayerOrder)
    )
  }
}
