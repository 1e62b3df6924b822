/// The mean of a sample, and how far it may be from the mean of what it was drawn from.
package struct SampleMean: Hashable, Sendable, Codable {
  /// How many numbers.
  package let count: Int
  /// Their mean.
  package let value: Double
  /// Their squared deviations from the mean, summed and divided by the count less one; nil for a single number.
  package let variance: Double?

  /// The mean of some numbers, at least one.
  package init(_ numbers: [Double]) {
    precondition(!numbers.isEmpty, "a mean needs numbers")
    count = numbers.count
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    value = mean
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    variance = numbers.count > 1 ? squares / Double(numbers.count - 1) : nil
  }

  /// The deviation of such means; nil for a single number, which tells nothing of it.
  package var standardError: Double? {
    variance.map { ($0 / Double(count)).squareRoot() }
  }
}
