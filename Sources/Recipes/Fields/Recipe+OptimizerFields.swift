import Growing

extension Recipe {
  /// The fields of `training.optimizer`, in the order in which a recipe is written.
  static let optimizerFields: [RecipeField] =
    [
      .choice("training.optimizer.kind", \.training.optimizer.kind),
      .number("training.optimizer.beta1", \.training.optimizer.beta1, .shareBelowOne),
      .number("training.optimizer.beta2", \.training.optimizer.beta2, .shareBelowOne),
      .number("training.optimizer.epsilon", \.training.optimizer.epsilon, .small),
      .number(
        "training.optimizer.weightDecay",
        \.training.optimizer.weightDecay,
        .notNegative(atMost: 100)
      ),
      .number(
        "training.optimizer.gradientClipping",
        \.training.optimizer.gradientClipping,
        .notNegative
      ),
      .number(
        "training.optimizer.muon.momentum",
        \.training.optimizer.muon.momentum,
        .shareBelowOne
      ),
      .truth("training.optimizer.muon.nesterov", \.training.optimizer.muon.nesterov),
      .wholeNumber(
        "training.optimizer.muon.iterations",
        \.training.optimizer.muon.iterations,
        in: 1...100
      ),
      .choice("training.optimizer.muon.scale", \.training.optimizer.muon.scale),
      .wholeNumber(
        "training.optimizer.lora.rank",
        \.training.optimizer.lora.rank,
        in: 1...65_536
      ),
      .number(
        "training.optimizer.lora.alpha",
        \.training.optimizer.lora.alpha,
        .positive(atMost: 1_000_000)
      ),
      .text(
        "training.optimizer.lora.matrices",
        \.training.optimizer.lora.matrices,
        needs: "needs all, or matrices of a layer with commas between them, each once: "
          + Optimizer.LowRank.matrixNames.joined(separator: ","),
        where: areMatrices
      ),
    ] + ParameterGroup.allCases.flatMap(fields)

  private static func areMatrices(_ text: String) -> Bool {
    if text == Optimizer.LowRank.allMatrices { return true }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return Set(names).count == names.count
      && names.allSatisfy(Optimizer.LowRank.matrixNames.contains)
  }

  private static func fields(of group: ParameterGroup) -> [RecipeField] {
    let name = "training.optimizer.groups.\(group.rawValue)"
    return [
      .optionalChoice("\(name).optimizer", \.training.optimizer.groups[group].optimizer),
      .number(
        "\(name).rateFactor",
        \.training.optimizer.groups[group].rateFactor,
        .positive(atMost: 1000)
      ),
      .optionalNumber(
        "\(name).weightDecay",
        \.training.optimizer.groups[group].weightDecay,
        .notNegative(atMost: 100)
      ),
    ]
  }
}
