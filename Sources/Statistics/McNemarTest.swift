#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whether two answers to the same questions are right equally often, from the questions that they disagree on.
///
/// Source: McNemar 1947, "Note on the sampling error of the difference between correlated proportions"; both
/// probabilities are of either direction.
package struct McNemarTest: Hashable, Sendable, Codable {
  /// Questions that only the first answers rightly.
  package let onlyFirst: Int
  /// Questions that only the second answers rightly.
  package let onlySecond: Int

  package init(onlyFirst: Int, onlySecond: Int) {
    precondition(onlyFirst >= 0 && onlySecond >= 0, "questions are counted from 0")
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
  }

  /// Counts the questions that two lists of answers disagree on.
  ///
  /// - Parameters:
  ///   - first: Whether the first answered each question rightly.
  ///   - second: Whether the second did, in the same order.
  package init(_ first: [Bool], _ second: [Bool]) {
    precondition(first.count == second.count, "\(first.count) and \(second.count) answers")
    self.init(
      onlyFirst: zip(first, second).count { $0 && !$1 },
      onlySecond: zip(first, second).count { !$0 && $1 }
    )
  }

  /// By the binomial law: each of the questions is as likely to be the one's as the other's.
  package var exactProbability: Double {
    let count = onlyFirst + onlySecond
    // The sum of binomial coefficients over 2ⁿ, by logarithms since both overflow.
    let tail = (0...min(onlyFirst, onlySecond)).reduce(0.0) { sum, k in
      let (n, k) = (Double(count), Double(k))
      let ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
      return sum + exp(ways - n * log(2))
    }
    return min(1, 2 * tail)
  }

  /// The squared difference over the sum, with Edwards' correction for continuity; 0 where they agree on all.
  package var correctedStatistic: Double {
    statistic(correction: 1)
  }

  /// The squared difference over the sum; 0 where they agree on all.
  package var statistic: Double {
    statistic(correction: 0)
  }

  /// By the chi-squared law with one degree of freedom, which is near for many questions, of the corrected statistic.
  package var correctedProbability: Double {
    erfc((correctedStatistic / 2).squareRoot())
  }

  /// By the chi-squared law with one degree of freedom of the statistic without correction.
  package var approximateProbability: Double {
    erfc((statistic / 2).squareRoot())
  }

  private func statistic(correction: Double) -> Double {
    let sum = Double(onlyFirst + onlySecond)
    guard sum > 0 else { return 0 }
    let difference = abs(Double(onlyFirst - onlySecond)) - correction
    return difference * difference / sum
  }
}
