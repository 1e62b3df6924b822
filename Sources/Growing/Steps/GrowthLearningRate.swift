/// What happens to the learning rate at a growth.
public enum GrowthLearningRate: Hashable, Sendable, Codable {
  /// Nothing: one schedule over the steps of the whole run.
  case global
  /// The schedule's rate, reached again in equal parts over so many steps after the growth.
  ///
  /// Source: Reddi et al. 2023, who warm up again at every stage.
  case rewarm(steps: Int)

  /// What the schedule's rate is multiplied by.
  ///
  /// - Parameter step: A step, counted from 0 at the growth.
  /// - Returns: Above 0 and at most 1.
  public func factor(atStepAfterGrowth step: Int) -> Double {
    switch self {
    case .global: 1
    case .rewarm(let steps): step < steps ? Double(step + 1) / Double(steps) : 1
    }
  }
}
