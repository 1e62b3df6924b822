import Foundation  // log

/// A rule that chooses a strategy by the losses shortly after growing.
///
/// The cost is what the losers took: steps that would not have been trained had one known the answer.
///
/// Source: Karp et al. 2024, "Landscape-Aware Growing", arXiv 2406.02469, for the choice at a lag; Jamieson
/// and Talwalkar 2016, AISTATS, for successive halving.
public enum LagSelector: Hashable, Sendable {
  /// The lowest loss right after growing; costs nothing.
  case atInitialisation
  /// The lowest loss so many steps after growing.
  case atLag(Int)
  /// The lowest mean of the last measured losses up to a lag.
  case windowed(lag: Int, count: Int)
  /// The lowest `L + weight * dL / d log t` at a lag: a loss that still falls counts for less.
  case slopeAware(lag: Int, weight: Double)
  /// At each of these lags the worse half of what is left is dropped; the best of the last half wins.
  case successiveHalving([Int])

  /// What was chosen and what that cost.
  public struct Choice: Hashable, Sendable, Codable {
    /// The index of the strategy.
    public var strategy: Int
    /// The training steps of all losers together.
    public var extraSteps: Int
  }

  /// The strategy of one seed's losses.
  ///
  /// Of equal scores the first strategy wins.
  ///
  /// - Parameters:
  ///   - losses: The losses.
  ///   - seed: The seed's index.
  /// - Returns: The choice and its cost.
  /// - Throws: ``LagError/unknownLag(lag:known:)``.
  public func choice(of losses: LagLosses, seed: Int) throws(LagError) -> Choice {
    let rows = losses.losses[seed]
    func index(of lag: Int) throws(LagError) -> Int {
      guard let index = losses.lags.firstIndex(of: lag) else {
        throw .unknownLag(lag: lag, known: losses.lags)
      }
      return index
    }
    switch self {
    case .atInitialisation:
      return Choice(strategy: best(rows.map { $0[0] }), extraSteps: 0)
    case .atLag(let lag):
      let index = try index(of: lag)
      return choice(rows.map { $0[index] }, lag)
    case .windowed(let lag, let count):
      let end = try index(of: lag) + 1
      let start = max(0, end - max(1, count))
      return choice(rows.map { $0[start..<end].reduce(0, +) / Double(end - start) }, lag)
    case .slopeAware(let lag, let weight):
      let index = try index(of: lag)
      // The logarithm of a lag of 0 has no value, so the slope needs two lags behind it.
      guard index > 0, losses.lags[index - 1] > 0 else {
        return choice(rows.map { $0[index] }, lag)
      }
      let run = log(Double(lag) / Double(losses.lags[index - 1]))
      return choice(rows.map { $0[index] + weight * ($0[index] - $0[index - 1]) / run }, lag)
    case .successiveHalving(let rungs):
      var left = Array(rows.indices)
      var extraSteps = 0
      for lag in rungs where left.count > 1 {
        let index = try index(of: lag)
        let kept = left.sorted { (rows[$0][index], $0) < (rows[$1][index], $1) }
          .prefix(lag == rungs.last ? 1 : (left.count + 1) / 2)
        extraSteps += (left.count - kept.count) * lag
        left = Array(kept)
      }
      return Choice(strategy: left[0], extraSteps: extraSteps)
    }
  }

  private func choice(_ scores: [Double], _ lag: Int) -> Choice {
    Choice(strategy: best(scores), extraSteps: (scores.count - 1) * lag)
  }

  private func best(_ scores: [Double]) -> Int {
    scores.indices.min { (scores[$0], $0) < (scores[$1], $1) } ?? 0
  }
}
