import Foundation
import Reports

/// The eigenvalues of inputs' covariance, the largest first, and what they say of overfitting.
package struct Spectrum: Hashable, Sendable {
  package let name: String
  package let eigenvalues: [Double]
  /// The sums of all eigenvalues from one on, and of their squares.
  private let sums: [Double]
  private let squares: [Double]

  /// A spectrum.
  ///
  /// - Parameters:
  ///   - name: What pages call it.
  ///   - eigenvalues: Positive numbers, the largest first.
  ///   - rest: What infinitely many smaller ones add to the sum.
  package init(_ name: String, _ eigenvalues: [Double], rest: Double = 0) {
    func sumsFromTheEnd(_ numbers: [Double], _ start: Double) -> [Double] {
      var sum = start
      return numbers.reversed().map { number in
        sum += number
        return sum
      }.reversed()
    }
    (self.name, self.eigenvalues) = (name, eigenvalues)
    sums = sumsFromTheEnd(eigenvalues, rest)
    squares = sumsFromTheEnd(eigenvalues.map { $0 * $0 }, 0)
  }

  /// `k` eigenvalues of 1, and others that are equal and sum to `tail`.
  package static func spiked(_ count: Int, tail: Double, dimension: Int) -> Spectrum {
    let level = tail / Double(dimension - count)
    let tail = [Double](repeating: level, count: dimension - count)
    return Spectrum("spiked", [Double](repeating: 1, count: count) + tail)
  }

  /// Equal eigenvalues of 1.
  package static func flat(dimension: Int) -> Spectrum {
    Spectrum("flat", [Double](repeating: 1, count: dimension))
  }

  /// `1/(i ln²(i + 1))`, whose sum is finite by a hair.
  package static func logarithmic(dimension: Int) -> Spectrum {
    let eigenvalues = (1...dimension).map { (place: Int) -> Double in
      let place = Double(place)
      return 1 / (place * pow(log(place + 1), 2))
    }
    return Spectrum("1/(i ln²(i + 1))", eigenvalues, rest: 1 / log(Double(dimension) + 1))
  }

  /// `i^-a` with a above 1.
  package static func power(_ exponent: Double, dimension: Int) -> Spectrum {
    Spectrum(
      "1/i^\(NumberText.setting(exponent))",
      (1...dimension).map { pow(Double($0), -exponent) },
      rest: pow(Double(dimension), 1 - exponent) / (exponent - 1)
    )
  }

  package var dimension: Int { eigenvalues.count }

  /// The sum of the eigenvalues.
  package var trace: Double { sums.first ?? 0 }

  /// `r_k`: the sum of what is left without the first k, over the largest of it.
  package func effectiveRank(after count: Int) -> Double { sums[count] / eigenvalues[count] }

  /// `R_k`: the square of the sum of what is left without the first k, over the sum of its squares.
  package func flatRank(after count: Int) -> Double {
    sums[count] * sums[count] / squares[count]
  }

  /// `k*`, the least k with `r_k ≥ n`; nil if there is none.
  package func splitIndex(sampleCount: Int) -> Int? {
    eigenvalues.indices.first { effectiveRank(after: $0) >= Double(sampleCount) }
  }

  /// The order of the variance that interpolating noise costs, `k*/n + n/R_k*`, times the noise's variance.
  ///
  /// Bartlett, Long, Lugosi and Tsigler 2020 bound the variance by constant multiples of it from both sides. Where no k
  /// has a tail that is heavy enough, as with about as many dimensions as samples, nothing is promised: infinity.
  package func variance(sampleCount: Int, noise: Double) -> Double {
    guard let split = splitIndex(sampleCount: sampleCount) else { return .infinity }
    let n = Double(sampleCount)
    return noise * (Double(split) / n + n / flatRank(after: split))
  }
}

/// What a spiked spectrum with a flat tail makes of interpolation, if its tail has many more dimensions than samples.
///
/// The tail's Gram matrix is close to its trace T times the identity, so that the spikes see ridge regression with the
/// penalty `T = n ε`.
package struct SpikedRisk: Hashable, Sendable {
  package let sampleCount: Int
  package let spikeCount: Int
  /// ε.
  package let tailShare: Double
  package let dimension: Int
  package let noise: Double

  package var spectrum: Spectrum {
    .spiked(spikeCount, tail: Double(sampleCount) * tailShare, dimension: dimension)
  }

  /// The risk for weights of length 1 on the spikes.
  package var prediction: Double {
    let (n, k) = (Double(sampleCount), Double(spikeCount))
    let shrinkage = 1 + tailShare
    let bias = tailShare / shrinkage
    return bias * bias + noise * k / (n * shrinkage * shrinkage)
      + noise * n / Double(dimension - spikeCount)
  }
}
