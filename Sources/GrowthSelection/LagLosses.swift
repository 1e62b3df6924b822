import Growing

/// Held-out losses of a pool of growing strategies, at some steps after growing, for several seeds.
///
/// All strategies of a seed grow from one checkpoint, read the same batches and are measured on the same
/// held-out sequences, so their losses can be compared pair by pair.
public struct LagLosses: Hashable, Sendable, Codable {
  /// The strategies' names.
  public let strategies: [String]
  /// The steps after growing at which losses are known, rising, from 0 on; the last is the end.
  public let lags: [Int]
  /// The losses in nats a token: `losses[seed][strategy][lag]`.
  public let losses: [[[Double]]]

  /// Checks that the losses are of the shape that the other parts say.
  ///
  /// - Parameters:
  ///   - strategies: The strategies' names.
  ///   - lags: Steps after growing.
  ///   - losses: `[seed][strategy][lag]`.
  /// - Throws: ``LagError``.
  public init(strategies: [String], lags: [Int], losses: [[[Double]]]) throws(LagError) {
    do throws(GrowthError) {
      try GrowthOperator.checkPool(strategies)
    } catch {
      throw .pool(error)
    }
    guard lags.count > 1, lags[0] >= 0, zip(lags, lags.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .invalidLags(lags)
    }
    guard !losses.isEmpty else { throw .noSeeds }
    for (seed, rows) in losses.enumerated() {
      guard rows.count == strategies.count, rows.allSatisfy({ $0.count == lags.count }) else {
        throw .missingLosses(seedIndex: seed)
      }
      for (strategy, row) in zip(strategies, rows) {
        guard row.allSatisfy(\.isFinite) else {
          throw .notFinite(strategy: strategy, seedIndex: seed)
        }
      }
    }
    self.strategies = strategies
    self.lags = lags
    self.losses = losses
  }

  /// How many seeds there are.
  public var seedCount: Int { losses.count }

  /// The losses of a seed at a lag, one a strategy.
  ///
  /// - Parameters:
  ///   - seed: The seed's index.
  ///   - lag: The lag's index.
  /// - Returns: The losses in the strategies' order.
  public func losses(seed: Int, lag: Int) -> [Double] { losses[seed].map { $0[lag] } }

  /// The losses after the last lag of a seed, one a strategy.
  ///
  /// - Parameter seed: The seed's index.
  /// - Returns: The losses in the strategies' order.
  public func finalLosses(seed: Int) -> [Double] { losses(seed: seed, lag: lags.count - 1) }

  /// The same for some of the strategies.
  ///
  /// - Parameter isKept: Whether a strategy stays.
  /// - Returns: The smaller pool, or nil with fewer than two strategies.
  public func keeping(_ isKept: (String) -> Bool) -> LagLosses? {
    let kept = strategies.indices.filter { isKept(strategies[$0]) }
    return try? LagLosses(  // Only the pool's size can be wrong, and that is what nil says.
      strategies: kept.map { strategies[$0] },
      lags: lags,
      losses: losses.map { rows in kept.map { rows[$0] } }
    )
  }
}

/// Why strategies cannot be compared.
public enum LagError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The pool offers no choice.
  case pool(GrowthError)
  /// Lags that do not rise, or fewer than two.
  case invalidLags([Int])
  /// No seed.
  case noSeeds
  /// The losses of a seed are not one for each strategy and lag.
  case missingLosses(seedIndex: Int)
  /// A loss is infinite or not a number.
  case notFinite(strategy: String, seedIndex: Int)
  /// A selector looks at a lag for which no loss is known.
  case unknownLag(lag: Int, known: [Int])

  /// One sentence.
  public var description: String {
    switch self {
    case .pool(let error):
      error.description
    case .invalidLags(let lags):
      "lags need at least two steps after growing, each larger than the one before; got \(lags)"
    case .noSeeds:
      "a comparison of strategies needs at least one seed; got none"
    case .missingLosses(let seed):
      "seed number \(seed + 1) needs one loss for each strategy and lag"
    case .notFinite(let strategy, let seed):
      "the loss of \(strategy) with seed number \(seed + 1) is not finite; lower the learning rate"
    case .unknownLag(let lag, let known):
      "no loss was measured \(lag) steps after growing; choose one of "
        + known.map(String.init).joined(separator: ", ")
    }
  }
}
