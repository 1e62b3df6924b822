import Growing
import LanguageModels
import Optimization
import Recipes

extension Optimizer {
  /// The optimizer that a recipe asks for.
  ///
  /// - Parameters:
  ///   - settings: The recipe's `training.optimizer`.
  ///   - specifications: The parameters of the model at its present sizes.
  ///   - gatesAreTrained: Whether the model's output gates are; they then count their updates for themselves,
  ///     since they can come to layers that have been trained for long.
  init(
    _ settings: Recipe.Optimizer,
    for specifications: [ParameterSpecification],
    gatesAreTrained: Bool
  ) {
    self.init(
      specifications.map { specification in
        let group = settings.groups[specification.group]
        let hasOwnCount = specification.isGates && gatesAreTrained
        return Assignment(
          OptimizedParameter(
            specification.name,
            specification.type,
            isLayered: specification.isLayered,
            counter: hasOwnCount ? "outputGates" : specification.isLayered ? "layers" : "shared"
          ),
          rule: settings.rule(of: specification),
          rateFactor: group.rateFactor,
          weightDecay: group.weightDecay ?? (specification.decays ? settings.weightDecay : 0)
        )
      }
    )
  }
}

extension Recipe.Optimizer {
  /// The rule of a parameter.
  func rule(of specification: ParameterSpecification) -> any UpdateRule {
    let group = specification.group
    guard kind != .lora else { return addsTo(specification) ? lowRankRule : Held() }
    switch groups[group].optimizer ?? (group == .matrices ? kind : .adamW) {
    case .adamW, .lora: return adamW
    case .muon: return muonRule
    }
  }

  /// Whether LoRA adds to a parameter: a matrix whose word is the last of its name.
  private func addsTo(_ specification: ParameterSpecification) -> Bool {
    let word = specification.name.split(separator: ".").last.map(String.init) ?? ""
    return specification.group == .matrices && lora.chosenMatrices.contains(word)
  }

  private var lowRankRule: Optimization.LowRank {
    Optimization.LowRank(rank: lora.rank, scale: lora.alpha / Double(lora.rank), rule: adamW)
  }

  /// The floating-point operations of an update in each stage of a plan, beyond a few for each parameter.
  func operations(ofStagesOf plan: GrowthPlan, _ configuration: LlamaConfiguration) -> [Double] {
    plan.stages.map {
      let model = configuration.inStage($0.index, of: plan)
      return StateLayout(configuration: model, optimizer: self).optimizer.operations
    }
  }

  /// AdamW with these settings.
  var adamW: AdamW { AdamW(beta1: beta1, beta2: beta2, epsilon: epsilon) }

  private var muonRule: Optimization.Muon {
    Optimization.Muon(
      momentum: muon.momentum,
      isNesterov: muon.nesterov,
      iterations: muon.iterations,
      scale: muon.scale.updateScale
    )
  }
}

extension Recipe.Optimizer.Muon.Scale {
  /// The rule's word for it.
  fileprivate var updateScale: Optimization.Muon.UpdateScale {
    switch self {
    case .matchAdamW: .matchingAdamW
    case .original: .original
    }
  }
}
