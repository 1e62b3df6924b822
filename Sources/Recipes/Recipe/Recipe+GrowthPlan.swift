import Growing

extension Recipe {
  /// The stages of the run and the growths between them.
  ///
  /// - Returns: The plan of `growth.method`, with exactly `training.steps` steps.
  /// - Throws: ``GrowthError`` for a recipe that was made in code and breaks the rules; one that
  ///   was read, or came out of ``validated()``, always has a plan.
  public func growthPlan() throws(GrowthError) -> GrowthPlan {
    let method = try growthMethod()
    // At full depth the block size is for drawings only; elsewhere the method refuses a block of 0.
    let blockSize = growth.blockSize ?? (method.name == GrowthMethod.none.name ? 1 : 0)
    let plan = try method.plan(
      GrowthSettings(
        finalDepth: model.layers,
        blockSize: blockSize,
        totalSteps: training.steps,
        schedule: try growthSchedule(),
        optimizerState: growth.optimizerState,
        learningRate: growth.learningRate.atGrowth,
        firstDepth: growth.firstLayers,
        options: growth.options(seed: seed),
        firstSizes: growth.namesFirstSizes ? growth.firstSizes.filled(from: model.sizes) : nil,
        finalSizes: model.sizes,
        fill: growth.fill,
        firstLoop: try firstLoop(),
        finalLoop: try model.layerLoop()
      )
    )
    try checkHeads(of: plan)
    return plan
  }

  /// Checks that key and value heads can follow the query heads of every stage.
  private func checkHeads(of plan: GrowthPlan) throws(GrowthError) {
    let group = model.headCount / model.keyValueHeadCount
    for stage in plan.stages {
      guard let headCount = plan.sizes(inStage: stage.index)?.headCount else { continue }
      guard headCount.isMultiple(of: group) else {
        throw .headsDoNotFit(headCount: headCount, group: group)
      }
    }
  }

  /// The loop that the model is at first; nil for layers of their own.
  private func firstLoop() throws(GrowthError) -> LayerLoop? {
    guard growth.firstRepeats > 1 else { return nil }
    let ends = growth.protectFirst + growth.protectLast
    return try LayerLoop(
      first: growth.protectFirst,
      repeats: growth.firstRepeats,
      last: growth.protectLast,
      depth: growth.firstLayers ?? (growth.blockSize ?? 1) * growth.firstRepeats + ends
    )
  }

  func growthMethod() throws(GrowthError) -> GrowthMethod {
    switch growth.method {
    case GrowthMethod.sequenceName: try .sequence(parsing: growth.sequence ?? "")
    case GrowthMethod.adaptiveName: try .adaptive(growth.adaptive.strategies())
    default: try .named(growth.method)
    }
  }

  /// The schedule as growth plans take it.
  ///
  /// - Throws: ``GrowthError/outsideGStackFit(fraction:)``.
  private func growthSchedule() throws(GrowthError) -> GrowthSchedule {
    let tokensPerStep = training.batchSize * model.contextLength
    switch growth.schedule.kind {
    // Losses only bring growths forward; the plan has the latest steps.
    case .proportional, .plateau, .slope: return .proportional(alpha: growth.schedule.alpha)
    case .equal: return .proportional(alpha: 0)
    case .jump: return .jump(fraction: growth.schedule.fraction)
    case .tokens:
      // Rounded up: a stage has at least as many tokens as were asked for.
      let tokens = growth.schedule.tokens ?? 0
      return .fixed(stepsPerStage: tokens / tokensPerStep + (tokens % tokensPerStep > 0 ? 1 : 0))
    case .gStack:
      return try .gStack(
        parameters: model.parametersWithoutEmbedding,
        tokens: Double(training.steps) * Double(tokensPerStep)
      )
    }
  }
}

extension Recipe.Growth {
  /// The sizes at first that are not those of the finished model.
  fileprivate var firstSizes: ModelSizes {
    ModelSizes(
      width: firstWidth,
      headCount: firstHeadCount,
      feedForwardWidth: firstFeedForwardWidth
    )
  }

  /// Whether the model begins with sizes of its own.
  var namesFirstSizes: Bool { !firstSizes.isEmpty }
}

extension Recipe.Model {
  /// The sizes that growth in width leads to.
  fileprivate var sizes: ModelSizes {
    ModelSizes(width: width, headCount: headCount, feedForwardWidth: feedForwardWidth)
  }
}

extension Recipe.Model {
  /// The loop that the finished model is; nil where layers are tied by growths alone, if at all.
  ///
  /// - Throws: ``GrowthError/loopDoesNotFit(depth:first:middle:repeats:last:)``.
  public func layerLoop() throws(GrowthError) -> LayerLoop? {
    guard loop.repeats > 1 || loop.middle != nil else { return nil }
    return try LayerLoop(
      first: loop.first,
      middle: loop.middle,
      repeats: loop.repeats,
      last: loop.last,
      depth: layers
    )
  }
}

extension Recipe.Growth.RatePolicy {
  /// What every growth does to the learning rate.
  fileprivate var atGrowth: GrowthLearningRate {
    switch policy {
    case .global, .stablePhase: .global
    case .rewarm: .rewarm(steps: rewarmSteps)
    case .boost: .boost(factor: boostFactor, steps: boostSteps)
    case .freezeOld: .freezeOld
    }
  }
}

extension Recipe.Growth {
  /// What the method's operator is told.
  ///
  /// - Parameter seed: The run's seed.
  /// - Returns: The options, with layers counted in the whole network.
  public func options(seed: UInt64) -> GrowthOptions {
    GrowthOptions(
      factor: factor,
      start: start,
      gap: gap,
      noise: noise,
      scale: scale,
      gateSteps: gateSteps,
      protectedFirst: protectFirst,
      protectedLast: protectLast,
      seed: seed,
      mapLearning: MapLearning(steps: mapSteps, learningRate: mapLearningRate)
    )
  }
}

extension Recipe.Model {
  /// The parameters of all layers of the full-depth model, without embedding, head and norms.
  fileprivate var parametersWithoutEmbedding: Double {
    let headSize = Double(width / headCount)
    let attention = 2 * Double(headCount) * headSize + 2 * Double(keyValueHeadCount) * headSize
    return Double(layers) * Double(width) * (attention + 3 * Double(feedForwardWidth))
  }
}
