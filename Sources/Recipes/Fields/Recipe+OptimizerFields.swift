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
    ] + ParameterGroup.allCases.flatMap(fields)

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
