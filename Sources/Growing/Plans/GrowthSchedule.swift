import Foundation  // pow

/// How a budget of training steps is shared among the stages of a plan.
public enum GrowthSchedule: Hashable, Sendable, Codable {
  /// Prop-alpha: stage `i` of `k`, counted from 1, gets the share `i^alpha / sum_j j^alpha`.
  ///
  /// 0 shares equally; 1, 2 and 3 give deeper stages ever more. Source: MIDAS (arXiv 2409.19044), the
  /// proportional schedules of its section on stacking.
  case proportional(alpha: Double)
  /// Every stage but the last gets so many steps, the last one the rest: growing by tokens, since every
  /// step has as many.
  case fixed(stepsPerStage: Int)
  /// The stages before the last share this fraction of the steps equally; with two stages, one jump at
  /// the fraction.
  ///
  /// Source: Bu 2025, arXiv 2511.04981, jumps at 0.8; Du et al. 2024, arXiv 2405.15319, early.
  case jump(fraction: Double)

  /// Each stage's share of the steps, before rounding.
  ///
  /// - Parameters:
  ///   - stages: How many stages there are; fewer than one is a programming error.
  ///   - totalSteps: The budget, which only ``fixed(stepsPerStage:)`` looks at.
  /// - Returns: Shares that add up to 1.
  /// - Throws: As ``stepCounts(stages:totalSteps:)``, but for stages without a step.
  public func shares(stages: Int, totalSteps: Int = 1 << 30) throws(GrowthError) -> [Double] {
    let weights = try weights(stages: stages, totalSteps: totalSteps)
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// The number of steps of each stage.
  ///
  /// Stages but the last get their share rounded to the nearest step (halves away from zero); the last
  /// one gets what is left, so the sum is exactly `totalSteps`.
  ///
  /// - Parameters:
  ///   - stages: How many stages there are; fewer than one is a programming error.
  ///   - totalSteps: The whole budget.
  /// - Returns: One positive count for each stage.
  /// - Throws: ``GrowthError/notPositive(setting:value:)``, ``GrowthError/invalidAlpha(_:)``,
  ///   ``GrowthError/invalidFraction(_:)``, or
  ///   ``GrowthError/emptyStage(stage:stageCount:totalSteps:schedule:)`` when a stage would get no step.
  public func stepCounts(stages: Int, totalSteps: Int) throws(GrowthError) -> [Int] {
    guard totalSteps > 0 else { throw .notPositive(setting: "steps", value: totalSteps) }
    let weights = try weights(stages: stages, totalSteps: totalSteps)
    let sum = weights.reduce(0, +)
    var counts: [Int] = []
    var left = totalSteps
    for (index, weight) in weights.dropLast().enumerated() {
      // Multiplied before divided: for whole weights every half is then exact, and rounds up.
      let count = Int((weight * Double(totalSteps) / sum).rounded())
      guard count > 0 else { throw emptyStage(index + 1, of: stages, totalSteps) }
      guard count < left else { throw emptyStage(index + 2, of: stages, totalSteps) }
      counts.append(count)
      left -= count
    }
    return counts + [left]
  }

  private func emptyStage(_ stage: Int, of stages: Int, _ totalSteps: Int) -> GrowthError {
    .emptyStage(stage: stage, stageCount: stages, totalSteps: totalSteps, schedule: self)
  }

  /// The shares times an unknown factor; finite, also when added up and multiplied by an `Int`.
  private func weights(stages: Int, totalSteps: Int) throws(GrowthError) -> [Double] {
    precondition(stages > 0, "a schedule needs a stage")
    switch self {
    case .fixed(let steps):
      guard steps > 0 else { throw .notPositive(setting: "steps of a stage", value: steps) }
      let (before, overflow) = steps.multipliedReportingOverflow(by: stages - 1)
      guard !overflow, before < totalSteps else { throw emptyStage(stages, of: stages, totalSteps) }
      return [Double](repeating: Double(steps), count: stages - 1) + [Double(totalSteps - before)]
    case .jump(let fraction):
      guard fraction > 0, fraction < 1 else { throw .invalidFraction(fraction) }
      guard stages > 1 else { return [1] }
      let share = fraction / Double(stages - 1)
      return [Double](repeating: share, count: stages - 1) + [1 - fraction]
    case .proportional(let alpha):
      guard alpha.isFinite, alpha >= 0 else { throw .invalidAlpha(alpha) }
      let weights = (1...stages).map { pow(Double($0), alpha) }
      // Where the powers near the end of the range, the last stage has all but everything.
      guard weights.reduce(0, +) < 1e280 else {
        return [Double](repeating: 0, count: stages - 1) + [1]
      }
      return weights
    }
  }
}

extension GrowthSchedule: CustomStringConvertible {
  /// The schedule in a few words.
  public var description: String {
    switch self {
    case .proportional(let alpha): alpha == 0 ? "equal stages" : "in proportion to i^\(alpha)"
    case .fixed(let steps): "\(steps) steps before each growth"
    case .jump(let fraction): "\(fraction) of the steps before the last growth"
    }
  }
}
