import LinearAlgebra
import Randomness

/// Gaussian inputs of a covariance, and targets with noise: what least squares makes of one draw.
package struct GaussianTrial: Sendable {
  /// What came out of a fit.
  package struct Outcome: Hashable, Sendable {
    /// The mean of `⟨x, w - b⟩²` over new inputs.
    package let risk: Double
    /// `|w|²`.
    package let squaredNorm: Double
    /// The mean squared residual.
    package let trainingError: Double
    package let certificate: Certificate
  }

  /// A row for each feature, so that fewer features are the first rows.
  private let features: Matrix
  private let targets: [Double]
  private let eigenvalues: [Double]
  private let truth: [Double]

  /// Draws inputs and targets.
  ///
  /// - Parameters:
  ///   - spectrum: The eigenvalues of the inputs' covariance.
  ///   - truth: b, the first of its numbers; the others are 0.
  ///   - sampleCount: How many samples.
  ///   - noise: The variance of the targets' noise.
  ///   - seed: Decides everything; the first features do not depend on how many there are.
  package init(
    _ spectrum: Spectrum,
    truth: [Double],
    sampleCount: Int,
    noise: Double,
    seed: UInt64
  ) {
    let stream = RandomStream(seed: seed).named("gaussian trial")
    let raw = Matrix(
      rowCount: spectrum.dimension,
      columnCount: sampleCount,
      elements: stream.named("inputs").normals(count: spectrum.dimension * sampleCount)
    )
    features = raw.scalingRows(by: spectrum.eigenvalues.map { $0.squareRoot() })
    eigenvalues = spectrum.eigenvalues
    self.truth = truth
    let signal = features.rows(0..<truth.count).transposedTimes(truth)
    targets = signal.plus(
      noise.squareRoot(),
      times: stream.named("noise").normals(count: sampleCount)
    )
  }

  /// The shortest least-squares fit, or ridge regression with a penalty on `|w|²`.
  ///
  /// - Parameters:
  ///   - count: How many features are used, at least those of the truth; all by default.
  ///   - penalty: What is added to `XᵀX`.
  /// - Returns: The outcome; nil where the equations are singular in double precision.
  package func fit(featureCount count: Int? = nil, penalty: Double = 0) -> Outcome? {
    let used = count.map { features.rows(0..<$0) } ?? features
    let isWide = used.rowCount >= used.columnCount
    let gram = isWide ? used.transposedTimes(used) : used.gram
    let ridge = Matrix(diagonal: [Double](repeating: penalty, count: gram.rowCount))
    guard let system = Cholesky(penalty == 0 ? gram : gram + ridge) else { return nil }
    let weights =
      isWide ? used * system.solve(targets) : system.solve(used * targets)
    let residual = used.transposedTimes(weights).minus(targets)
    let error = weights.minus(truth + [Double](repeating: 0, count: weights.count - truth.count))
    let certificate =
      isWide
      ? Certificate(
        primal: residual.norm / targets.norm,
        dual: (used * system.solve(used.transposedTimes(weights))).relativeDistance(to: weights)
      )
      : Certificate(dual: (used * residual).norm / (used * targets).norm)
    return Outcome(
      risk: zip(eigenvalues, error).reduce(0) { $0 + $1.0 * $1.1 * $1.1 },
      squaredNorm: weights.dot(weights),
      trainingError: residual.dot(residual) / Double(targets.count),
      certificate: certificate
    )
  }
}
