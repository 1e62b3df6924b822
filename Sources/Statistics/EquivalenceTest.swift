/// Whether a difference of means lies inside a margin: two one-sided t-tests, one at each end (TOST).
///
/// The probability is the greater of the two tests'; below 5 % exactly where the 90 % interval of the difference lies
/// inside the margin. Source: Schuirmann 1987, "A comparison of the two one-sided tests procedure and the power
/// approach".
package struct EquivalenceTest: Hashable, Sendable, Codable {
  /// The difference with its interval, of 90 %: what must lie inside the margin at the level of 5 %.
  package let difference: Estimate
  /// The margin.
  package let margin: ClosedRange<Double>
  /// The probability, at most, of numbers as good as these if the difference were outside of the margin.
  package let probability: Double

  /// Tests the mean of paired differences, at least two.
  package init(pairedDifferences differences: [Double], margin: ClosedRange<Double>) {
    precondition(differences.count > 1, "an equivalence test needs two differences")
    let sample = SampleMean(differences)
    self.init(
      sample.value,
      squaredError: (sample.variance ?? 0) / Double(sample.count),
      degrees: Double(sample.count - 1),
      margin: margin
    )
  }

  /// Tests the mean of the first sample less the second's, both of at least two numbers, with variances of their own.
  ///
  /// Source of the degrees of freedom: Welch 1947, "The generalization of Student's problem".
  package init(first: [Double], second: [Double], margin: ClosedRange<Double>) {
    precondition(
      first.count > 1 && second.count > 1,
      "an equivalence test needs two numbers of each"
    )
    let samples = [SampleMean(first), SampleMean(second)]
    let squares = samples.map { ($0.variance ?? 0) / Double($0.count) }
    let sum = squares[0] + squares[1]
    let parts = zip(squares, samples).map { $0 * $0 / Double($1.count - 1) }
    self.init(
      samples[0].value - samples[1].value,
      squaredError: sum,
      degrees: sum > 0 ? sum * sum / (parts[0] + parts[1]) : Double(first.count + second.count - 2),
      margin: margin
    )
  }

  private init(
    _ difference: Double,
    squaredError: Double,
    degrees: Double,
    margin: ClosedRange<Double>
  ) {
    let (law, error) = (StudentDistribution(degrees: degrees), squaredError.squareRoot())
    self.margin = margin
    self.difference = law.interval(of: difference, error: error, confidence: 0.9)
    guard error > 0 else {
      // Without any spread the difference is known.
      probability = margin.contains(difference) ? 0 : 1
      return
    }
    probability = max(
      law.upperTail(of: (difference - margin.lowerBound) / error),
      law.upperTail(of: (margin.upperBound - difference) / error)
    )
  }
}
