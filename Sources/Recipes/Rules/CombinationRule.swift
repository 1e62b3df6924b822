import Growing

/// A rule between several fields, each of which is right by itself.
struct CombinationRule: Sendable {
  /// The fields the rule is about; messages name the first.
  let fields: [String]
  /// What is wrong with a recipe, or nil.
  let complaint: @Sendable (Recipe) -> String?
}

extension Recipe {
  /// The rules between fields, in the order in which they are checked.
  static let combinationRules: [CombinationRule] =
    modelRules + loopRules + mixtureRules + blockCosineRules + trainingRules + growthRules

  private static let modelRules = [
    CombinationRule(fields: ["model.width", "model.headCount"]) { recipe in
      let headCount = recipe.model.headCount
      return recipe.model.headSize != nil || recipe.model.width.isMultiple(of: headCount)
        ? nil : "needs a multiple of model.headCount (\(headCount))"
    },
    CombinationRule(fields: ["model.width", "model.headCount"]) { recipe in
      guard recipe.model.headSize == nil else { return nil }
      let headSize = recipe.model.width / recipe.model.headCount
      return headSize.isMultiple(of: 2)
        ? nil
        : "needs an even number for each of the \(recipe.model.headCount) heads, because rotary "
          + "positions turn pairs; one head has \(headSize)"
    },
    CombinationRule(fields: ["model.headSize"]) { recipe in
      recipe.model.headSize.map { $0.isMultiple(of: 2) } ?? true
        ? nil : "needs an even number, because rotary positions turn pairs"
    },
    CombinationRule(fields: ["model.ropeScaling.factor", "model.ropeScaling.kind"]) { recipe in
      let scaling = recipe.model.ropeScaling
      return scaling.kind != .none || scaling.factor == 1
        ? nil : "needs a model.ropeScaling.kind: linear or llama3"
    },
    CombinationRule(
      fields: ["model.ropeScaling.lowFrequencyFactor", "model.ropeScaling.highFrequencyFactor"]
    ) { recipe in
      let scaling = recipe.model.ropeScaling
      return scaling.lowFrequencyFactor < scaling.highFrequencyFactor
        ? nil
        : "needs to be below model.ropeScaling.highFrequencyFactor (\(scaling.highFrequencyFactor))"
    },
    CombinationRule(fields: ["model.headCount", "model.keyValueHeadCount"]) { recipe in
      let shared = recipe.model.keyValueHeadCount
      return recipe.model.headCount.isMultiple(of: shared)
        ? nil : "needs a multiple of model.keyValueHeadCount (\(shared))"
    },
  ]

  private static func muonNeedsMatrices(_ group: ParameterGroup) -> CombinationRule {
    let name = group.rawValue
    return CombinationRule(fields: ["training.optimizer.groups.\(name).optimizer"]) { recipe in
      recipe.training.optimizer.groups[group].optimizer == .muon
        ? "needs adamw; Muon makes matrices orthogonal, and \(name) are vectors" : nil
    }
  }

  private static func loraIsNoGroupsRule(_ group: ParameterGroup) -> CombinationRule {
    let field = "training.optimizer.groups.\(group.rawValue).optimizer"
    return CombinationRule(fields: [field, "training.optimizer.kind"]) { recipe in
      let (kind, own) = (
        recipe.training.optimizer.kind, recipe.training.optimizer.groups[group].optimizer
      )
      if own == .lora { return "needs adamw or muon; lora is a training.optimizer.kind" }
      return kind == .lora && own != nil
        ? "is for other kinds; with training.optimizer.kind lora all but the additions is held"
        : nil
    }
  }

  private static func headIsTied(
    _ field: String,
    isSet: @escaping @Sendable (Optimizer.Group) -> Bool
  ) -> CombinationRule {
    let fields = ["training.optimizer.groups.head.\(field)", "model.tiedEmbedding"]
    return CombinationRule(fields: fields) { recipe in
      recipe.model.tiedEmbedding && isSet(recipe.training.optimizer.groups.head)
        ? "needs model.tiedEmbedding: false; the output projection is the embedding, which has a group "
          + "of its own" : nil
    }
  }

  private static let trainingRules =
    [
      CombinationRule(
        fields: [
          "training.batchSize", "training.gradientAccumulation", "parallelism.devices",
        ]
      ) { recipe in
        let factors = [
          ("training.gradientAccumulation", recipe.training.gradientAccumulation),
          ("parallelism.devices", recipe.parallelism.devices),
        ].filter { $0.1 > 1 }
        return recipe.training.batchSize.isMultiple(of: factors.reduce(1) { $0 * $1.1 })
          ? nil
          : "needs a multiple of "
            + factors.map { "\($0) (\($1))" }.joined(separator: " times ")
      },
      CombinationRule(
        fields: ["corpus.separateDocuments", "training.objective.kind"]
      ) { recipe in
        recipe.training.objective.kind == .answers && !recipe.corpus.separateDocuments
          ? "needs true for training.objective.kind answers, or examples would see each other" : nil
      },
      CombinationRule(fields: ["logging.samples", "training.objective.kind"]) { recipe in
        recipe.training.objective.kind == .masked && recipe.logging.samples > 0
          ? "needs 0 for training.objective.kind masked, whose models go on with no text" : nil
      },
      CombinationRule(fields: ["growth.method", "training.optimizer.kind"]) { recipe in
        recipe.training.optimizer.kind == .lora && recipe.growth.method != GrowthMethod.none.name
          ? "needs none for training.optimizer.kind lora, whose matrices of low rank do not grow"
          : nil
      },
    ] + ParameterGroup.allCases.map(loraIsNoGroupsRule) + [
      muonNeedsMatrices(.gains),
      muonNeedsMatrices(.gates),
      headIsTied("optimizer") { $0.optimizer != nil },
      headIsTied("rateFactor") { $0.rateFactor != 1 },
      headIsTied("weightDecay") { $0.weightDecay != nil },
      CombinationRule(
        fields: [
          "training.objective.shares.causal", "training.objective.shares.prefix",
          "training.objective.shares.spanCorruption", "training.objective.kind",
        ]
      ) { recipe in
        let objective = recipe.training.objective
        guard objective.kind == .mixture, !objective.shares.addUp else { return nil }
        let (prefix, spans) = (objective.shares.prefix, objective.shares.spanCorruption)
        return "needs to add up to 1 with training.objective.shares.prefix (\(prefix)) and "
          + "training.objective.shares.spanCorruption (\(spans))"
      },
      CombinationRule(
        fields: ["training.learningRate.warmupSteps", "training.steps"]
      ) { recipe in
        let steps = recipe.training.steps
        return recipe.training.learningRate.warmupSteps <= steps
          ? nil : "needs at most training.steps (\(steps))"
      },
      CombinationRule(
        fields: [
          "training.learningRate.decayFraction", "training.learningRate.warmupSteps",
          "training.steps", "training.learningRate.schedule",
        ]
      ) { recipe in
        let rate = recipe.training.learningRate
        guard rate.schedule == .warmupStableDecay else { return nil }
        let decay = rate.decaySteps(of: recipe.training.steps)
        return rate.warmupSteps + decay <= recipe.training.steps
          ? nil
          : "leaves no room: \(rate.warmupSteps) steps of warm-up and \(decay) of decay are more "
            + "than training.steps (\(recipe.training.steps))"
      },
    ]

  /// An option is set where an operator of the method goes by it; not for whoever compares the method with others.
  static let optionRules = GrowthOption.allCases.map { option in
    CombinationRule(fields: ["growth.\(option.rawValue)", "growth.method"]) { recipe in
      do throws(GrowthError) {
        try recipe.growthMethod().check(recipe.growth.options(seed: recipe.seed))
      } catch .unusedOption(option, let name) {
        let names = option.operatorNames.joined(separator: ", ")
        return "is only for \(names), but growth.method is \(name)"
      } catch {}  // Other rules say why there is no such method.
      return nil
    }
  }

  private static let growthRules = [
    CombinationRule(fields: ["growth.blockSize", "growth.method"]) { recipe in
      recipe.growth.method == GrowthMethod.none.name || recipe.growth.blockSize != nil
        ? nil
        : "is missing; growth.method \(recipe.growth.method) needs to know how many layers a "
          + "block has"
    },
    CombinationRule(fields: ["growth.sequence", "growth.method"]) { recipe in
      guard recipe.growth.method == GrowthMethod.sequenceName else {
        return recipe.growth.sequence == nil
          ? nil : "is only for growth.method sequence, which this recipe does not use"
      }
      do throws(GrowthError) {
        _ = try GrowthMethod.sequence(parsing: recipe.growth.sequence ?? "")
        return nil
      } catch {
        switch error {
        case .unknownMethod(let name, _):
          return
            "needs methods that `espalier operators` lists, layer maps such as 0,1,1,*, or widths "
            + "such as width:256; \"\(name)\" is none"
        case .unknownSize, .takesNoPlace: return "\(error)"
        default: return "is missing; growth.method sequence needs at least one growth"
        }
      }
    },
    CombinationRule(
      fields: [
        "growth.firstWidth", "growth.firstHeadCount", "growth.firstFeedForwardWidth",
        "growth.method",
      ]
    ) { recipe in
      !recipe.growth.namesFirstSizes || recipe.growth.method == GrowthMethod.sequenceName
        ? nil : "is only for growth.method sequence, which says when the width grows"
    },
    CombinationRule(
      fields: [
        "growth.sequence", "growth.firstWidth", "growth.firstHeadCount",
        "growth.firstFeedForwardWidth", "model.width", "model.headCount", "model.feedForwardWidth",
      ]
    ) { recipe in
      switch recipe.growthError {
      case .sizesNotReached, .cannotShrink, .nothingWidens, .headsDoNotFit:
        recipe.growthError.map { "cannot be planned: \($0)" }
      default: nil
      }
    },
    CombinationRule(fields: ["growth.adaptive.pool", "growth.method"]) { recipe in
      guard recipe.growth.method == GrowthMethod.adaptiveName else {
        return recipe.growth.adaptive.pool == nil
          ? nil : "is only for growth.method adaptive, which this recipe does not use"
      }
      do throws(GrowthError) {
        _ = try recipe.growth.adaptive.strategies()
        return nil
      } catch {
        switch error {
        case .unknownMethod(let name, _):
          return "needs methods that `espalier operators` lists, with a place behind a colon where "
            + "they take one; \"\(name)\" is none"
        case .takesNoPlace: return "\(error)"
        case .strategyTwice(let name): return "needs different strategies; \(name) is there twice"
        case .gatesAreNotChosen(let name):
          return "needs methods without output gates; \(name) brings some"
        default: return "needs two strategies or more to choose from"
        }
      }
    },
    CombinationRule(
      fields: ["growth.adaptive.lag", "training.steps", "growth.method"]
    ) { recipe in
      guard recipe.growth.method == GrowthMethod.adaptiveName,
        let shortest = (try? recipe.growthPlan())?.stages.dropFirst().map(\.stepCount).min()
      else { return nil }  // Other rules say why there is no plan.
      return recipe.growth.adaptive.lag <= shortest
        ? nil
        : "needs at most \(shortest), the steps of the shortest stage after a growth; the run would "
          + "be over before its growth is chosen"
    },
    CombinationRule(fields: ["growth.schedule.tokens", "growth.schedule.kind"]) { recipe in
      recipe.growth.schedule.kind != .tokens || recipe.growth.schedule.tokens != nil
        ? nil : "is missing; growth.schedule.kind tokens needs the tokens of a stage"
    },
    CombinationRule(
      fields: [
        "growth.schedule.window", "growth.schedule.kind", "training.steps", "growth.schedule.alpha",
        "growth.method",
      ]
    ) { recipe in
      guard let trigger = recipe.growthTrigger, let longest = recipe.growingStageSteps?.max(),
        trigger.lossCount + GrowthTrigger.delay >= longest
      else { return nil }
      let steps = trigger.lossCount + GrowthTrigger.delay
      return "asks for more than \(steps) steps before a growth can be found due, but no stage "
        + "before the last has more than \(longest); choose a smaller window or train for more steps"
    },
    CombinationRule(
      fields: [
        "growth.schedule.minimumSteps", "growth.schedule.kind", "training.steps",
        "growth.schedule.alpha", "growth.method",
      ]
    ) { recipe in
      guard let trigger = recipe.growthTrigger, let shortest = recipe.growingStageSteps?.min(),
        trigger.minimumSteps > shortest
      else { return nil }
      return "needs at most \(shortest), the steps of the shortest stage before a growth"
    },
    CombinationRule(
      fields: ["growth.firstLayers", "growth.blockSize", "model.layers", "growth.method"]
    ) { recipe in
      guard recipe.growth.method != GrowthMethod.none.name, let first = recipe.growth.firstLayers
      else {
        return nil
      }
      return recipe.leavesRoomToGrow(first)
        ? nil : "needs fewer than model.layers (\(recipe.model.layers)), or nothing grows"
    },
    CombinationRule(
      fields: ["growth.blockSize", "model.layers", "growth.method"]
    ) { recipe in
      guard recipe.growth.method != GrowthMethod.none.name, recipe.growth.firstLayers == nil,
        let size = recipe.growth.blockSize
      else {
        return nil
      }
      let first = size + recipe.growth.protectFirst + recipe.growth.protectLast
      return recipe.leavesRoomToGrow(first)
        ? nil
        : "needs fewer than model.layers (\(recipe.model.layers)), or nothing grows; for full "
          + "depth from the start use growth.method none"
    },
    CombinationRule(
      fields: ["model.layers", "growth.blockSize", "growth.method"]
    ) { recipe in
      guard case .depthNotReached(let method, _, let first, let nearest) = recipe.growthError else {
        return nil
      }
      return "needs a depth that \(method) reaches from \(first) layers on, such as "
        + nearest.map(String.init).joined(separator: " or ")
    },
    CombinationRule(
      fields: [
        "training.steps", "growth.schedule.alpha", "growth.blockSize", "model.layers",
        "growth.method",
      ]
    ) { recipe in
      guard case .emptyStage(let stage, let stages, _, let schedule) = recipe.growthError else {
        return nil
      }
      return "needs more steps, or larger blocks, or another growth.schedule (\(schedule)): "
        + "stage \(stage) of \(stages) gets none"
    },
    CombinationRule(
      fields: [
        "growth.gateSteps", "training.steps", "growth.schedule.alpha", "growth.blockSize",
        "growth.method",
      ]
    ) { recipe in
      guard case .rampTooLong(_, let stage, let stageSteps) = recipe.growthError else { return nil }
      return
        "needs at most \(stageSteps), the steps of stage \(stage); gates of new layers are open "
        + "before the next growth"
    },
    CombinationRule(
      fields: [
        "growth.learningRate.policy", "training.learningRate.schedule",
        "training.learningRate.warmupSteps", "training.learningRate.decayFraction",
      ]
    ) { recipe in
      guard recipe.growth.learningRate.policy == .stablePhase else { return nil }
      return recipe.stablePhaseComplaint
    },
    // What the rules above have no words for; the plan's own words are better than starting.
    CombinationRule(
      fields: [
        "growth.method", "growth.blockSize", "growth.schedule.alpha", "growth.schedule.tokens",
        "growth.firstLayers", "growth.sequence", "growth.gateSteps", "growth.firstWidth",
        "growth.firstHeadCount", "growth.firstFeedForwardWidth", "growth.firstRepeats",
        "model.loop.repeats", "model.layers", "training.steps",
      ]
    ) { recipe in
      switch recipe.growthError {
      case nil, .poolTooSmall, .strategyTwice, .gatesAreNotChosen, .takesNoPlace: nil
      case .some(let error): "cannot be planned: \(error)"
      }
    },
  ]

  /// Which growth comes outside the phase in which the learning rate stands still, if one does.
  private var stablePhaseComplaint: String? {
    let rate = training.learningRate
    guard rate.schedule == .warmupStableDecay else {
      return "stable-phase needs training.learningRate.schedule warmup-stable-decay"
    }
    guard let plan = try? growthPlan() else { return nil }  // Other rules say why there is none.
    let stable =
      rate
      .warmupSteps..<max(
        rate.warmupSteps,
        training.steps - rate.decaySteps(of: training.steps)
      )
    let outside = plan.stages.dropFirst().first { !stable.contains($0.firstStep) }
    return outside.map {
      "stable-phase needs every growth in steps \(stable.lowerBound) to \(stable.upperBound); "
        + "one comes at step \($0.firstStep)"
    }
  }

  /// Whether something can grow from a first depth on: layers, or at the full depth the width.
  private func leavesRoomToGrow(_ firstLayers: Int) -> Bool {
    firstLayers < model.layers || (growth.namesFirstSizes && firstLayers == model.layers)
  }

  /// The steps of the stages that end in a growth; nil where other rules say why there is no plan.
  private var growingStageSteps: [Int]? {
    (try? growthPlan())?.stages.dropLast().map(\.stepCount)
  }

  /// Why there is no growth plan for the recipe, if there is none.
  private var growthError: GrowthError? {
    do throws(GrowthError) {
      _ = try growthPlan()
      return nil
    } catch {
      return error
    }
  }
}
