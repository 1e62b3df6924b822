/// What happens to the learning rate at a growth.
public enum GrowthLearningRate: Hashable, Sendable, Codable {
  /// Nothing: one schedule over the steps of the whole run.
  case global
  /// The schedule's rate, reached again in equal parts over so many steps after the growth.
  ///
  /// Source: Reddi et al. 2023, who warm up again at every stage.
  case rewarm(steps: Int)
  /// New layers learn faster: `factor` times the schedule's rate at first, falling in a straight line to the
  /// schedule's over so many steps. Old layers keep the schedule's.
  case boost(factor: Double, steps: Int)
  /// Old layers stand still in the stage that follows; new ones, embedding, head and final norm learn.
  ///
  /// Methods leave it out at their last growth, so that the last stage trains everything.
  ///
  /// Source: Yang et al. 2020, "Progressively Stacking 2.0", arXiv 2011.13635 (MSLT).
  case freezeOld

  /// Checks the numbers.
  ///
  /// - Throws: ``GrowthError/notPositive(setting:value:)`` or ``GrowthError/invalidNumber(setting:value:)``.
  func check() throws(GrowthError) {
    switch self {
    case .global, .freezeOld: break
    case .rewarm(let steps):
      guard steps > 0 else { throw .notPositive(setting: "re-warming steps", value: steps) }
    case .boost(let factor, let steps):
      guard steps > 0 else { throw .notPositive(setting: "boost steps", value: steps) }
      guard factor.isFinite, factor > 0 else {
        throw .invalidNumber(setting: "boost factor", value: factor)
      }
    }
  }

  /// What the schedule's rate is multiplied by.
  ///
  /// - Parameter step: A step, counted from 0 at the growth.
  /// - Returns: Above 0 and at most 1.
  public func factor(atStepAfterGrowth step: Int) -> Double {
    switch self {
    case .global, .boost, .freezeOld: 1
    case .rewarm(let steps): step < steps ? Double(step + 1) / Double(steps) : 1
    }
  }

  /// What the rates of new and of old layers are multiplied by besides; nil where layers are treated alike.
  ///
  /// - Parameter step: A step, counted from 0 at the growth.
  /// - Returns: The two factors.
  public func layerFactors(atStepAfterGrowth step: Int) -> (new: Double, old: Double)? {
    switch self {
    case .global, .rewarm: nil
    case .boost(let factor, let steps):
      (1 + (factor - 1) * Double(max(steps - step, 0)) / Double(steps), 1)
    case .freezeOld: (1, 0)
    }
  }
}
