import Growing

extension Recipe {
  /// The rule by which losses bring growths forward; nil for schedules that are fixed beforehand.
  public var growthTrigger: GrowthTrigger? {
    let schedule = growth.schedule
    guard growth.method != GrowthMethod.none.name, let criterion = schedule.kind.criterion else {
      return nil
    }
    return GrowthTrigger(
      criterion,
      window: schedule.window,
      threshold: schedule.threshold,
      minimumSteps: schedule.minimumSteps
    )
  }

  /// The first step before which losses may bring a growth forward, where the learning rate says so.
  public var earliestTriggeredStep: Int {
    growth.learningRate.policy == .stablePhase ? training.learningRate.warmupSteps : 0
  }
}

extension Recipe.Growth.Schedule.Kind {
  /// What a schedule by loss looks at.
  fileprivate var criterion: GrowthTrigger.Criterion? {
    switch self {
    case .plateau: .plateau
    case .slope: .slope
    case .proportional, .equal, .tokens, .jump, .gStack: nil
    }
  }
}
