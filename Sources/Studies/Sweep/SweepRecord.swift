import Recipes
import Statistics

/// The contents of `sweep.json`: what was trained, at what cost, and what the losses tell.
public struct SweepRecord: Codable, Hashable, Sendable {
  /// One recipe of a sweep.
  public struct Arm: Codable, Hashable, Sendable {
    /// The recipe's name.
    public var name: String
    /// The growth method.
    public var method: String
    /// The steps of each run.
    public var steps: Int
    /// The tokens of each run.
    public var tokens: Int
    /// The FLOPs of each run by the formula, with those for deciding on growths.
    public var chargedFlops: Double
    /// Those for deciding on growths alone; 0 where they are fixed.
    public var growthFlops: Double
    /// The resolved recipe, but for its seed.
    public var recipe: String
    /// The final validation losses in nats a token, one a seed; nil for what has not run.
    public var losses: [Double?]
    /// The growths that were chosen, in order, one list a seed; nil where they are fixed.
    public var choices: [[String]?]
  }

  /// A mean over seeds with its 95 % t-interval.
  public struct Interval: Codable, Hashable, Sendable {
    /// The mean.
    public var mean: Double
    /// The interval's lower end; nil for a single seed.
    public var low: Double?
    /// The interval's upper end; nil for a single seed.
    public var high: Double?

    init(_ values: [Double]) {
      let estimate = Estimate.mean(of: values)
      mean = estimate.value
      low = estimate.low.isFinite ? estimate.low : nil
      high = estimate.high.isFinite ? estimate.high : nil
    }
  }

  /// An arm beside the first one.
  public struct Comparison: Codable, Hashable, Sendable {
    /// The arm.
    public var arm: String
    /// The arm's loss less the first arm's with the same seed.
    public var difference: Interval
    /// The seeds for which the arm's loss is the lower one.
    public var wins: Int
  }

  /// The version of the format that this module writes.
  public static let formatVersion = 1

  /// The version of the format.
  public var formatVersion: Int
  /// What the arms have in common.
  public var budget: SweepBudget
  /// The seeds in order; a seed decides initialisation and the order of the text.
  public var seeds: [UInt64]
  /// The recipes in order; the first is what the others are compared with.
  public var arms: [Arm]
  /// The arms' losses, mean and interval; empty until all have run.
  public var losses: [Interval]
  /// All arms but the first beside the first; empty until all have run.
  public var comparisons: [Comparison]

  /// Whether all runs are there.
  public var isComplete: Bool { arms.allSatisfy { !$0.losses.contains(nil) } }

  /// Works out what the losses tell, if all are there.
  mutating func conclude() {
    guard isComplete, let first = arms.first?.losses.compactMap({ $0 }) else { return }
    losses = arms.map { Interval($0.losses.compactMap { $0 }) }
    comparisons = arms.dropFirst().map { arm in
      let differences = zip(arm.losses.compactMap { $0 }, first).map { $0 - $1 }
      return Comparison(
        arm: arm.name,
        difference: Interval(differences),
        wins: differences.count { $0 < 0 }
      )
    }
  }
}

extension SweepRecord: StudyRecord {
  /// Whether another record is of the same sweep, whatever of it has run.
  func compares(sameAs other: SweepRecord) -> Bool {
    // All but the recipes' texts and what has come of them.
    func plan(_ record: SweepRecord) -> SweepRecord {
      var plan = record
      (plan.losses, plan.comparisons) = ([], [])
      for index in plan.arms.indices {
        plan.arms[index].recipe = ""
        plan.arms[index].losses = []
        plan.arms[index].choices = []
      }
      return plan
    }
    return plan(self) == plan(other)
      && zip(arms, other.arms).allSatisfy { Recipe.saysTheSame($0.recipe, as: $1.recipe) }
  }
}
