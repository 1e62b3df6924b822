import Randomness

/// What a figure of pairs would be if the two of a pair had changed places, for every way to change them.
///
/// Under the hypothesis that which of a pair is which says nothing, all arrangements are equally likely, whatever the
/// law of the numbers. With few pairs all arrangements are gone through and the probability is exact: five pairs give
/// no less than 2/32 on both sides. With many, some are drawn, and the observed arrangement counts as one of them, so
/// that the test stays valid (Phipson and Smyth 2010, "Permutation p-values should never be zero").
package struct PermutationTest: Hashable, Sendable, Codable {
  /// In which direction a figure is taken as extreme.
  package enum Alternative: String, Hashable, Sendable, Codable {
    /// Either: twice the smaller of the other two, at most 1.
    case twoSided
    /// As great or greater.
    case greater
    /// As small or smaller.
    case less
  }

  /// The share of arrangements whose figure is as extreme as the observed one.
  package let probability: Double
  /// How many arrangements were looked at, the observed one among them.
  package let arrangementCount: Int
  /// Whether these are all there are.
  package let isExact: Bool

  /// Tests whether the mean of paired differences is zero, by changing their signs.
  ///
  /// - Parameters:
  ///   - differences: One number a pair, at least one pair.
  ///   - alternative: In which direction a mean is extreme.
  ///   - limit: How many arrangements to go through at most; where there are more, as many are drawn.
  ///   - seed: What is drawn depends on it alone.
  /// - Returns: The test.
  package static func signFlips(
    of differences: [Double],
    alternative: Alternative = .twoSided,
    limit: Int = 1 << 16,
    seed: UInt64 = 0
  ) -> PermutationTest {
    let all = swaps(of: differences.count, alternative: alternative, limit: limit, seed: seed) {
      zip(differences, $0).reduce(0) { $0 + ($1.1 ? -$1.0 : $1.0) }
    }
    guard let all else { preconditionFailure("a sum of differences is a number") }
    return all
  }

  /// Tests a figure by changing the places of the two of each pair.
  ///
  /// A pair may be whatever was measured under one seed with two methods: then methods change places within seeds.
  ///
  /// - Parameters:
  ///   - pairCount: How many pairs there are, at least one.
  ///   - alternative: In which direction a figure is extreme.
  ///   - limit: How many arrangements to go through at most; where there are more, as many are drawn.
  ///   - seed: What is drawn depends on it alone.
  ///   - figure: The figure where the pairs that are true have changed places. One that has none counts as extreme.
  /// - Returns: The test; nil where the observed arrangement has no figure.
  package static func swaps(
    of pairCount: Int,
    alternative: Alternative = .twoSided,
    limit: Int = 1 << 16,
    seed: UInt64 = 0,
    _ figure: ([Bool]) -> Double?
  ) -> PermutationTest? {
    precondition(pairCount > 0 && limit > 0, "a permutation test needs pairs and arrangements")
    var swapped = [Bool](repeating: false, count: pairCount)
    guard let observed = figure(swapped) else { return nil }
    // Sums of the same numbers in another order differ by rounding; they are equal here, as in SciPy.
    let slack = 1e-13 * abs(observed)
    let isExact = pairCount < 62 && 1 << pairCount <= limit
    let count = isExact ? 1 << pairCount : limit
    let stream = RandomStream(seed: seed).named("permutations")
    var (greater, less) = (1, 1)
    for arrangement in 1..<max(count, 1) {
      let draw = stream.indexed(UInt64(arrangement))
      for pair in 0..<pairCount {
        let bits = isExact ? UInt64(arrangement) : draw.word(at: UInt64(pair / 64))
        swapped[pair] = bits >> UInt64(pair % 64) & 1 == 1
      }
      let value = figure(swapped)
      if value.map({ $0 >= observed - slack }) ?? true { greater += 1 }
      if value.map({ $0 <= observed + slack }) ?? true { less += 1 }
    }
    let extreme: Double =
      switch alternative {
      case .twoSided: 2 * Double(min(greater, less))
      case .greater: Double(greater)
      case .less: Double(less)
      }
    return PermutationTest(
      probability: min(1, extreme / Double(count)),
      arrangementCount: count,
      isExact: isExact
    )
  }
}
