import Statistics

/// How well losses shortly after growing foretell the losses at the end.
///
/// With `L_s(t)` the held-out loss of strategy `s`, `t` steps after growing, and `T` the last lag:
/// `rho(t)` is the correlation over strategies of `L_s(t)` with `L_s(T)`, the mean over seeds;
/// `regret(t)` is `L(T)` of the strategy that is best at `t`, above the least `L(T)`.
///
/// Intervals are percentile bootstraps over strategies and seeds for correlations, and over seeds for
/// regrets. With few seeds they are narrower than they should be.
///
/// Source: Karp et al. 2024, "Landscape-Aware Growing", arXiv 2406.02469.
public struct LagAnalysis: Hashable, Sendable, Codable {
  /// A number with the interval that covers it.
  public struct Figure: Hashable, Sendable, Codable {
    /// The figure.
    public var value: Double
    /// The lower end of its 95 % interval.
    public var low: Double
    /// The upper end of its 95 % interval.
    public var high: Double

    init(_ estimate: Estimate) {
      (value, low, high) = (estimate.value, estimate.low, estimate.high)
    }
  }

  /// What is known at one lag.
  public struct Point: Hashable, Sendable, Codable {
    /// The steps after growing.
    public var lag: Int
    /// Spearman's rho(t); nil where losses do not differ.
    public var spearman: Figure?
    /// Pearson's rho(t).
    public var pearson: Figure?
    /// How much better Spearman's rho is than at the first lag, worked out on the same draws.
    public var gain: Figure?
    /// The regret of choosing here, in nats a token.
    public var regret: Figure?
    /// The share of seeds in which the best strategy here is the best at the end.
    public var hitRate: Double
  }

  /// One entry a lag.
  public var points: [Point]
  /// The earliest lag from which on Spearman's rho stays at ``threshold`` or above, the last lag left out;
  /// nil where it does not.
  public var settledLag: Int?
  /// Spearman's correlation of the final losses of two seeds, the mean over pairs; nil with one seed.
  ///
  /// It tells how much of the ranking is the strategies' and not the seed's.
  public var noiseCeiling: Double?

  /// From where on a correlation counts as high.
  public static let threshold = 0.8

  /// Works the figures out.
  ///
  /// - Parameters:
  ///   - losses: The losses.
  ///   - drawCount: How many times to draw again for an interval.
  public init(_ losses: LagLosses, drawCount: Int = 2000) {
    let bootstrap = Bootstrap(drawCount: drawCount)
    points = losses.lags.indices.map { lag in
      let counts = [losses.strategies.count, losses.seedCount]
      func correlation(_ measure: ([Double], [Double]) -> Double?) -> Figure? {
        bootstrap.interval(over: counts) {
          Self.correlation(measure, losses, lag: lag, choice: $0)
        }.map(Figure.init)
      }
      let gain = bootstrap.interval(over: counts) { choice in
        let rhos = [0, lag].map {
          Self.correlation(Correlation.spearman, losses, lag: $0, choice: choice)
        }
        guard let first = rhos[0], let later = rhos[1] else { return nil }
        return later - first
      }
      let regrets = (0..<losses.seedCount).map { Self.regret(losses, seed: $0, lag: lag) }
      let regret = bootstrap.interval(over: [losses.seedCount]) { choice in
        Self.mean(choice[0].map { regrets[$0] })
      }
      return Point(
        lag: losses.lags[lag],
        spearman: correlation(Correlation.spearman),
        pearson: correlation(Correlation.pearson),
        gain: gain.map(Figure.init),
        regret: regret.map(Figure.init),
        hitRate: Double(regrets.count { $0 == 0 }) / Double(regrets.count)
      )
    }
    settledLag = Self.settledLag(points)
    noiseCeiling = Self.noiseCeiling(losses)
  }

  /// The correlation of losses at a lag with final losses, the mean over the chosen seeds.
  private static func correlation(
    _ measure: ([Double], [Double]) -> Double?,
    _ losses: LagLosses,
    lag: Int,
    choice: [[Int]]
  ) -> Double? {
    mean(
      choice[1].map { seed in
        let (early, final) = (losses.losses(seed: seed, lag: lag), losses.finalLosses(seed: seed))
        return measure(choice[0].map { early[$0] }, choice[0].map { final[$0] })
      }
    )
  }

  /// How much worse the strategy that is best at a lag ends than the best one.
  private static func regret(_ losses: LagLosses, seed: Int, lag: Int) -> Double {
    let (early, final) = (losses.losses(seed: seed, lag: lag), losses.finalLosses(seed: seed))
    let chosen = early.indices.min { (early[$0], $0) < (early[$1], $1) } ?? 0
    return final[chosen] - (final.min() ?? 0)
  }

  private static func settledLag(_ points: [Point]) -> Int? {
    var settled: Int?
    // At the last lag the correlation is 1 by definition.
    for point in points.dropLast().reversed() {
      guard let rho = point.spearman, rho.value >= threshold else { break }
      settled = point.lag
    }
    return settled
  }

  private static func noiseCeiling(_ losses: LagLosses) -> Double? {
    let seeds = 0..<losses.seedCount
    return mean(
      seeds.flatMap { first in
        seeds.dropFirst(first + 1).map { second in
          Correlation.spearman(losses.finalLosses(seed: first), losses.finalLosses(seed: second))
        }
      }
    )
  }

  /// The mean of the numbers there are, or nil.
  private static func mean(_ numbers: [Double?]) -> Double? {
    let known = numbers.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }
}
