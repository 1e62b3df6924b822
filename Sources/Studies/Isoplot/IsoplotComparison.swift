import Statistics

/// A method beside another at equal loss, on all tasks.
///
/// Only runs of seeds that both methods have count.
package struct IsoplotComparison: Hashable, Sendable, Codable {
  /// The method.
  package let method: String
  /// What it is compared with.
  package let baseline: String
  /// The seeds that both have.
  package let seeds: [UInt64]
  /// The losses of the runs' last checkpoints, seed by seed, less those of the baseline; nil for fewer than two seeds.
  package let finalLosses: EquivalenceTest?
  /// The tasks by name.
  package let tasks: [TaskGap]

  /// What a task tells.
  package struct TaskGap: Hashable, Sendable, Codable {
    /// The task.
    package let task: String
    /// How many items it has.
    package let itemCount: Int
    /// The lines; nil where the two methods have no losses in common, and then all else is.
    package let lines: EqualLossGap?
    /// The gap at equal loss, with the interval of a bootstrap that draws seeds and then items.
    package let gap: Estimate?
    /// How often the gap is as large where methods change places within seeds.
    package let test: PermutationTest?
    /// Its probability, adjusted for the number of tasks by Holm's rule.
    package fileprivate(set) var adjustedProbability: Double?
    /// The gap by another way: lines of one slope in the same losses, with errors clustered by seed.
    package let regression: Regression?
  }

  /// The coefficient of the method in `score = a + b · loss + g · method`.
  package struct Regression: Hashable, Sendable, Codable {
    /// The gap with its interval by errors clustered by seed, which few seeds make too short.
    package let gap: Estimate
    /// The probability of a gap as large, on both sides.
    package let probability: Double
  }

  /// Compares two methods.
  ///
  /// - Parameters:
  ///   - points: The checkpoints of both; of each task all have as many items.
  ///   - method: The method.
  ///   - baseline: What it is compared with.
  ///   - settings: How intervals and tests are made.
  init(
    _ points: [IsoplotPoint],
    method: String,
    baseline: String,
    settings: Isoplot.Settings
  ) {
    let seeds = [method, baseline]
      .map { name in Set(points.filter { $0.method == name }.map(\.seed)) }
      .reduce(Set(points.map(\.seed))) { $0.intersection($1) }
      .sorted()
    let pairs = seeds.map { seed in
      let ofSeed = points.filter { $0.seed == seed }
      return Pair(
        first: ofSeed.filter { $0.method == method },
        second: ofSeed.filter { $0.method == baseline }
      )
    }
    let names = Set(points.flatMap { $0.scores.keys }).sorted()
    var tasks = names.compactMap { TaskScores($0, pairs).map { $0.gap(settings) } }
    let tested = tasks.indices.filter { tasks[$0].test != nil }
    let adjusted = HolmAdjustment.adjusted(tested.compactMap { tasks[$0].test?.probability })
    for (index, probability) in zip(tested, adjusted) {
      tasks[index].adjustedProbability = probability
    }
    self.method = method
    self.baseline = baseline
    self.seeds = seeds
    self.tasks = tasks
    finalLosses = Self.finalLosses(pairs, margin: settings.lossMargin)
  }

  private static func finalLosses(_ pairs: [Pair], margin share: Double) -> EquivalenceTest? {
    func last(_ points: [IsoplotPoint]) -> Double? { points.max { $0.step < $1.step }?.loss }
    let losses = pairs.compactMap { pair in
      last(pair.first).flatMap { first in last(pair.second).map { (first, $0) } }
    }
    guard losses.count > 1 else { return nil }
    let margin = share * abs(SampleMean(losses.map(\.1)).value)
    return EquivalenceTest(pairedDifferences: losses.map { $0.0 - $0.1 }, margin: -margin...margin)
  }

  /// The points of one seed.
  fileprivate struct Pair {
    let first: [IsoplotPoint]
    let second: [IsoplotPoint]
  }
}

/// The scores of one task in pairs of runs.
private struct TaskScores {
  /// A checkpoint: its loss and a score an item.
  typealias Scored = (loss: Double, scores: [Double])

  let task: String
  let itemCount: Int
  /// By seed, the checkpoints of the method and of the baseline.
  let pairs: [(first: [Scored], second: [Scored])]

  /// Nil where no checkpoint was asked, or none of either method.
  init?(_ task: String, _ pairs: [IsoplotComparison.Pair]) {
    func scored(_ points: [IsoplotPoint]) -> [Scored] {
      points.compactMap { point in point.scores[task].map { (point.loss, $0) } }
    }
    self.task = task
    self.pairs = pairs.map { (scored($0.first), scored($0.second)) }
      .filter { !$0.first.isEmpty && !$0.second.isEmpty }
    guard let first = self.pairs.first?.first.first else { return nil }
    itemCount = first.scores.count
  }

  func gap(_ settings: Isoplot.Settings) -> IsoplotComparison.TaskGap {
    let means = pairs.map { (mean($0.first), mean($0.second)) }
    let lines = EqualLossGap(of: joined(means.map(\.0)), over: joined(means.map(\.1)))
    return IsoplotComparison.TaskGap(
      task: task,
      itemCount: itemCount,
      lines: lines,
      gap: interval(settings),
      test: PermutationTest.swaps(
        of: pairs.count,
        limit: settings.arrangementLimit,
        seed: settings.seed
      ) { swapped in
        let sides = zip(means, swapped).map { $1 ? ($0.1, $0.0) : $0 }
        return EqualLossGap(of: joined(sides.map(\.0)), over: joined(sides.map(\.1)))?.value
      },
      regression: lines.flatMap { regression(means, in: $0.losses) }
    )
  }

  /// The gap with its interval: the drawn items are the same for all checkpoints of a seed, of both methods.
  private func interval(_ settings: Isoplot.Settings) -> Estimate? {
    let bootstrap = Bootstrap(seed: settings.seed, drawCount: settings.drawCount)
    func gap(_ groups: [(seed: Int, items: [Int])]) -> Double? {
      EqualLossGap(
        of: joined(groups.map { mean(pairs[$0.seed].first, over: $0.items) }),
        over: joined(groups.map { mean(pairs[$0.seed].second, over: $0.items) })
      )?.value
    }
    switch settings.items {
    case .shared:
      return bootstrap.interval(over: [pairs.count, itemCount]) { choice in
        gap(choice[0].map { ($0, choice[1]) })
      }
    case .ownOfSeeds:
      return bootstrap.interval(overGroups: pairs.map { _ in itemCount }) { groups in
        gap(groups.map { ($0.index, $0.units) })
      }
    }
  }

  private func regression(
    _ means: [(EqualLossGap.Points, EqualLossGap.Points)],
    in losses: ClosedRange<Double>
  ) -> IsoplotComparison.Regression? {
    var (rows, scores, clusters): ([[Double]], [Double], [Int]) = ([], [], [])
    for (seed, pair) in means.enumerated() {
      for (points, isMethod) in [(pair.0, 1.0), (pair.1, 0.0)] {
        let points = points.within(losses)
        rows += points.losses.map { [1, $0, isMethod] }
        scores += points.scores
        clusters += points.losses.map { _ in seed }
      }
    }
    guard let fit = LeastSquares(rows, response: scores, clusters: clusters) else { return nil }
    return .init(gap: fit.estimate(of: 2), probability: fit.probability(of: 2))
  }

  private func joined(_ points: [EqualLossGap.Points]) -> EqualLossGap.Points {
    EqualLossGap.Points(losses: points.flatMap(\.losses), scores: points.flatMap(\.scores))
  }

  private func mean(_ checkpoints: [Scored], over items: [Int]? = nil) -> EqualLossGap.Points {
    EqualLossGap.Points(
      losses: checkpoints.map(\.loss),
      scores: checkpoints.map { checkpoint in
        guard let items else {
          return checkpoint.scores.reduce(0, +) / Double(checkpoint.scores.count)
        }
        return items.reduce(0) { $0 + checkpoint.scores[$1] } / Double(items.count)
      }
    )
  }
}
