extension Recipe {
  /// The fields of `training.optimizer`, in the order in which a recipe is written.
  static let optimizerFields: [RecipeField] = [
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
    .number("training.optimizer.muon.momentum", \.training.optimizer.muon.momentum, .shareBelowOne),
    .truth("training.optimizer.muon.nesterov", \.training.optimizer.muon.nesterov),
    .wholeNumber(
      "training.optimizer.muon.iterations",
      \.training.optimizer.muon.iterations,
      in: 1...100
    ),
    .choice("training.optimizer.muon.scale", \.training.optimizer.muon.scale),
    .optionalChoice(
      "training.optimizer.groups.embedding.optimizer",
      \.training.optimizer.groups.embedding.optimizer
    ),
    .number(
      "training.optimizer.groups.embedding.rateFactor",
      \.training.optimizer.groups.embedding.rateFactor,
      .positive(atMost: 1000)
    ),
    .optionalNumber(
      "training.optimizer.groups.embedding.weightDecay",
      \.training.optimizer.groups.embedding.weightDecay,
      .notNegative(atMost: 100)
    ),
    .optionalChoice(
      "training.optimizer.groups.head.optimizer",
      \.training.optimizer.groups.head.optimizer
    ),
    .number(
      "training.optimizer.groups.head.rateFactor",
      \.training.optimizer.groups.head.rateFactor,
      .positive(atMost: 1000)
    ),
    .optionalNumber(
      "training.optimizer.groups.head.weightDecay",
      \.training.optimizer.groups.head.weightDecay,
      .notNegative(atMost: 100)
    ),
    .optionalChoice(
      "training.optimizer.groups.matrices.optimizer",
      \.training.optimizer.groups.matrices.optimizer
    ),
    .number(
      "training.optimizer.groups.matrices.rateFactor",
      \.training.optimizer.groups.matrices.rateFactor,
      .positive(atMost: 1000)
    ),
    .optionalNumber(
      "training.optimizer.groups.matrices.weightDecay",
      \.training.optimizer.groups.matrices.weightDecay,
      .notNegative(atMost: 100)
    ),
    .optionalChoice(
      "training.optimizer.groups.gains.optimizer",
      \.training.optimizer.groups.gains.optimizer
    ),
    .number(
      "training.optimizer.groups.gains.rateFactor",
      \.training.optimizer.groups.gains.rateFactor,
      .positive(atMost: 1000)
    ),
    .optionalNumber(
      "training.optimizer.groups.gains.weightDecay",
      \.training.optimizer.groups.gains.weightDecay,
      .notNegative(atMost: 100)
    ),
    .optionalChoice(
      "training.optimizer.groups.gates.optimizer",
      \.training.optimizer.groups.gates.optimizer
    ),
    .number(
      "training.optimizer.groups.gates.rateFactor",
      \.training.optimizer.groups.gates.rateFactor,
      .positive(atMost: 1000)
    ),
    .optionalNumber(
      "training.optimizer.groups.gates.weightDecay",
      \.training.optimizer.groups.gates.weightDecay,
      .notNegative(atMost: 100)
    ),
  ]
}
