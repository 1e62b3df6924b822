/// The excess risk of least-norm least squares on isotropic Gaussian inputs, by formula.
///
/// Targets are `⟨x, b⟩` and noise; the risk is the mean of `|w - b|²`.
package struct RidgelessRisk: Hashable, Sendable {
  package let sampleCount: Int
  /// `|b|²`.
  package var signal = 1.0
  /// The noise's variance.
  package let noise: Double

  package init(sampleCount: Int, noise: Double) {
    (self.sampleCount, self.noise) = (sampleCount, noise)
  }

  /// The mean risk at these sizes; infinite where the parameters are within one of the samples.
  ///
  /// The mean of `(XᵀX)⁻¹` is `1/(n - p - 1)`, and a random row space keeps n/p of `|b|²`.
  package func exact(parameterCount: Int) -> Double {
    let (n, p) = (Double(sampleCount), Double(parameterCount))
    if p <= n - 2 { return noise * p / (n - p - 1) }
    guard p >= n + 2 else { return .infinity }
    return signal * (1 - n / p) + noise * n / (p - n - 1)
  }

  /// The limit of the risk for many samples and `ratio` times as many parameters (Hastie, Montanari, Rosset and Tibshirani
  /// 2022).
  package func asymptotic(ratio: Double) -> Double {
    if ratio < 1 { return noise * ratio / (1 - ratio) }
    guard ratio > 1 else { return .infinity }
    return signal * (1 - 1 / ratio) + noise / (ratio - 1)
  }

  /// Where the limit is least beyond the peak; nil where the noise is as strong as the signal, so that it only falls.
  package var bestRatio: Double? {
    let (strength, deviation) = (signal.squareRoot(), noise.squareRoot())
    return strength > deviation ? strength / (strength - deviation) : nil
  }
}
