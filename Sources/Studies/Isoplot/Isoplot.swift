import Statistics

/// What methods of training make of equal losses: scores against losses over the checkpoints of many runs.
///
/// Each method but the baseline is compared with it at equal loss, task by task.
///
/// The permutation test lets the two runs of a seed change places with all their checkpoints. It is exact where a
/// method changes nothing; where it changes the losses alone it is right in so far as both methods' scores lie on one
/// line. Source of the plot: Saunshi et al. 2024, arXiv 2409.19044, which calls the gap an inductive bias.
package struct Isoplot: Hashable, Sendable, Codable {
  /// How intervals and tests are made.
  package struct Settings: Hashable, Sendable, Codable {
    /// Whose the items of a task are.
    package enum Items: String, Hashable, Sendable, Codable {
      /// All seeds were asked the same: a drawn item is drawn for all of them, since what is easy in it is so for all.
      case shared
      /// Each seed was asked items of its own, which are drawn within the drawn seed.
      case ownOfSeeds
    }

    /// How far losses may lie apart that count as equal, as a share of the baseline's.
    package var lossMargin: Double
    /// Draws of a bootstrap.
    package var drawCount: Int
    /// Arrangements that a permutation test goes through at most; where there are more, as many are drawn.
    package var arrangementLimit: Int
    /// Whose the items of a task are.
    package var items: Items
    /// The seed of all that is drawn.
    package var seed: UInt64

    /// Makes settings.
    package init(
      lossMargin: Double = 0.005,
      drawCount: Int = 2000,
      arrangementLimit: Int = 1 << 14,
      items: Items = .shared,
      seed: UInt64 = 0
    ) {
      self.lossMargin = lossMargin
      self.drawCount = drawCount
      self.arrangementLimit = arrangementLimit
      self.items = items
      self.seed = seed
    }
  }

  /// What all others are compared with.
  package let baseline: String
  /// How intervals and tests were made.
  package let settings: Settings
  /// The other methods in the order in which they first occur.
  package let comparisons: [IsoplotComparison]

  /// Compares methods.
  ///
  /// - Parameters:
  ///   - points: The checkpoints of all runs.
  ///   - baseline: The method that others are compared with.
  ///   - settings: How intervals and tests are made.
  /// - Throws: ``IsoplotError``.
  package init(
    _ points: [IsoplotPoint],
    baseline: String,
    settings: Settings = Settings()
  ) throws(IsoplotError) {
    try Self.check(points, baseline: baseline)
    var methods: [String] = []
    for point in points where point.method != baseline && !methods.contains(point.method) {
      methods.append(point.method)
    }
    self.baseline = baseline
    self.settings = settings
    comparisons = methods.map { method in
      let pair = points.filter { $0.method == method || $0.method == baseline }
      return IsoplotComparison(pair, method: method, baseline: baseline, settings: settings)
    }
  }

  private static func check(_ points: [IsoplotPoint], baseline: String) throws(IsoplotError) {
    let seeds = Dictionary(grouping: points, by: \.method).mapValues { Set($0.map(\.seed)) }
    guard let common = seeds[baseline] else {
      throw .noSuchMethod(name: baseline, methods: seeds.keys.sorted())
    }
    guard seeds.count > 1 else { throw .oneMethod(baseline) }
    for (method, seeds) in seeds.sorted(by: { $0.key < $1.key })
    where common.isDisjoint(with: seeds) {
      throw .noCommonSeed(method: method, baseline: baseline)
    }
    var counts: [String: (count: Int, point: IsoplotPoint)] = [:]
    for point in points {
      guard point.loss.isFinite else { throw .noLoss(point.place) }
      for (task, scores) in point.scores {
        guard scores.allSatisfy(\.isFinite), !scores.isEmpty else {
          throw .noScores(task: task, point.place)
        }
        let known = counts[task, default: (scores.count, point)]
        guard known.count == scores.count else {
          throw .otherItems(
            task: task,
            point.place,
            count: scores.count,
            known.point.place,
            expected: known.count
          )
        }
        counts[task] = known
      }
    }
  }
}

/// Why checkpoints cannot be compared at equal loss.
package enum IsoplotError: Error, Hashable, CustomStringConvertible {
  /// No run was trained so.
  case noSuchMethod(name: String, methods: [String])
  /// There is nothing to compare the baseline with.
  case oneMethod(String)
  /// A method has no seed that the baseline has.
  case noCommonSeed(method: String, baseline: String)
  /// A loss is no number.
  case noLoss(String)
  /// A task has no items, or a score that is no number.
  case noScores(task: String, String)
  /// Two checkpoints were asked different numbers of items.
  case otherItems(task: String, String, count: Int, String, expected: Int)

  package var description: String {
    switch self {
    case .noSuchMethod(let name, let methods):
      "baseline: needs a method of the runs, \(methods.joined(separator: ", ")); got \(name)"
    case .oneMethod(let method):
      "an isoplot needs runs of two methods; all are of \(method)"
    case .noCommonSeed(let method, let baseline):
      "\(method) and \(baseline) are compared seed by seed and have no seed in common; train both with the same seeds"
    case .noLoss(let point):
      "\(point): the loss is no finite number, so nothing can be compared with it; leave the checkpoint out"
    case .noScores(let task, let point):
      "\(point): task \(task) needs finite scores, one an item; evaluate it again"
    case .otherItems(let task, let point, let count, let other, let expected):
      "task \(task) has \(count) items at \(point) and \(expected) at \(other); evaluate both on the same items"
    }
  }
}

extension IsoplotPoint {
  /// What messages call it.
  fileprivate var place: String { "\(method), seed \(seed), step \(step)" }
}
