import Foundation
import Laboratory
import Statistics
import Synchronization

/// The exact error of a network whose filters are known: of local filters of length 1, only their alignments matter.
///
/// The patches without signal add up to a sum of independent activations of noise that does not depend on the filters.
/// Its law is computed once for each bias, on a lattice, as a power of its characteristic function; the error is then
/// the mean over the places of the signal of a function of that place's alignment.
package struct ReadoutError: Sendable {
  package let patchCount: Int
  package let sigma: Double
  /// The biases among which the best one counts.
  package let biases: [Double]
  /// The error for each bias at the nodes of alignments from -1 to 1.
  private let tables: [[Double]]

  /// The biases of all experiments.
  package static let standardBiases = (0..<8).map { Double($0) / 10 }
  /// Half of the number of intervals between nodes.
  private static let nodeCount = 128
  /// Lattice points in a standard deviation of the noise.
  private static let fineness = 32

  package init(patchCount: Int, sigma: Double, biases: [Double] = standardBiases) {
    self.patchCount = patchCount
    self.sigma = sigma
    self.biases = biases
    tables = biases.concurrentMap { bias in
      let others = Self.othersLaw(count: patchCount - 1, bias: bias / sigma)
      return (-Self.nodeCount...Self.nodeCount).map { node in
        let alignment = Double(node) / Double(Self.nodeCount)
        return Self.error(others, signal: alignment / sigma, bias: bias / sigma)
      }
    }
  }

  /// The error with a bias, for the alignment of each place's filter.
  package func error(_ alignments: [Double], bias index: Int) -> Double {
    let sum = alignments.reduce(0) { sum, alignment in
      let place = (min(1, max(-1, alignment)) + 1) * Double(Self.nodeCount)
      let low = min(Int(place), 2 * Self.nodeCount - 1)
      let share = place - Double(low)
      return sum + tables[index][low] * (1 - share) + tables[index][low + 1] * share
    }
    return sum / Double(alignments.count)
  }

  /// The error with the best of the biases: a choice that an oracle makes, the same for all networks.
  package func error(_ alignments: [Double]) -> Double {
    biases.indices.map { error(alignments, bias: $0) }.min() ?? .nan
  }

  /// The least alignment of all filters at which the error is at most a target; nil if there is none.
  package func alignment(reaching target: Double) -> Double? {
    guard error([1]) <= target else { return nil }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if error([middle]) <= target { high = middle } else { low = middle }
    }
    return high
  }

  // All in units of the noise's deviation from here on.

  /// The probabilities of the sum of activations of noise at 0, ±1, ±2 and so on lattice steps.
  private static func othersLaw(count: Int, bias: Double) -> [Double] {
    guard count > 0 else { return [1] }
    let step = 1 / Double(fineness)
    let reach = 7 * fineness
    func tail(_ place: Double) -> Double { NormalDistribution.upperTail(bias + place * step) }
    let one =
      [1 - 2 * tail(0.5)] + (1...reach).map { tail(Double($0) - 0.5) - tail(Double($0) + 0.5) }
    // Eight deviations of the sum on each side, and no wrapping around.
    let size = 2 * max(reach + 1, Int(8 * Double(count).squareRoot()) * fineness)
    let cosines = (0..<size).map { cos(2 * .pi * Double($0) / Double(size)) }
    let powers = (0...size / 2).map { frequency in
      let value = (1...reach).reduce(one[0]) { $0 + 2 * one[$1] * cosines[frequency * $1 % size] }
      return pow(value, Double(count))
    }
    let law = (0...size / 2).map { place in
      var (inner, angle) = (0.0, 0)
      for frequency in 1..<size / 2 {
        angle += place
        if angle >= size { angle -= size }
        inner += powers[frequency] * cosines[angle]
      }
      let ends = powers[0] + powers[size / 2] * (place.isMultiple(of: 2) ? 1 : -1)
      return max(0, (ends + 2 * inner) / Double(size))
    }
    return Array(law.prefix((law.lastIndex { $0 > 1e-13 } ?? 0) + 1))
  }

  /// The probability that a signal's activation does not outweigh the others; a sum of 0 is half an error.
  private static func error(_ others: [Double], signal: Double, bias: Double) -> Double {
    func tail(_ place: Double) -> Double { NormalDistribution.upperTail(place) }
    let atZero = others[0] * (tail(signal + bias) + tail(signal - bias)) / 2
    return others.indices.dropFirst().reduce(atZero) { sum, place in
      let weight = Double(place) / Double(fineness)
      return sum + others[place] * (tail(signal + bias + weight) + tail(signal - bias - weight))
    }
  }
}

/// The tables that were worked out, for cells that differ in their networks or in the size of patches alone.
final class Readouts: Sendable {
  private struct Key: Hashable {
    var patchCount: Int
    var sigma: Double
  }

  private let known = Mutex<[Key: ReadoutError]>([:])

  func error(patchCount: Int, sigma: Double) -> ReadoutError {
    known.withLock { known in
      let key = Key(patchCount: patchCount, sigma: sigma)
      if let error = known[key] { return error }
      let error = ReadoutError(patchCount: patchCount, sigma: sigma)
      known[key] = error
      return error
    }
  }
}
