/// How the angle of logistic regression on samples of a law is distributed, for large samples.
struct AngleLaw: Hashable, Sendable {
  /// The population's minimiser.
  var minimizer: PopulationOracle.Minimizer
  /// The standard deviation of the angle.
  var deviation: Double

  init(_ law: HalfspaceLaw, sampleCount: Int) {
    let oracle = PopulationOracle(law: law)
    minimizer = oracle.logisticMinimizer()
    deviation = oracle.angleDeviation(of: minimizer, sampleCount: sampleCount)
  }

  /// The largest distance of measured angles from the population's, in standard deviations.
  func largestDeviation(of angles: [Double]) -> Double {
    angles.map { abs($0 - minimizer.angle) / deviation }.max() ?? .nan
  }
}
