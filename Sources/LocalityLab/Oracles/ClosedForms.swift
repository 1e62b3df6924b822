import Statistics

/// Errors, alignments and sample counts that have a formula.
package enum ClosedForms {
  /// The error of the sum of all projections: a signal of 1 in noise of σ√K.
  package static func linearError(_ law: SignalLaw) -> Double {
    NormalDistribution.upperTail(1 / noise(law))
  }

  /// The error of the mean of n images as a filter on whole images.
  ///
  /// The block of a place has 1/K of the signal and a share v of chance around it; the whole has the noise of n images.
  package static func averagingError(_ law: SignalLaw, sampleCount n: Double) -> Double {
    let (k, d) = (Double(law.patchCount), Double(law.dimension))
    let variance = law.sigma * law.sigma
    let chance = (k - 1) / n + variance * k * k / n
    let margin = 1 / noise(law) / (1 + variance * k * k * d / n + (k - 1) / n).squareRoot()
    return NormalDistribution.upperTail(margin / (1 + margin * margin * chance).squareRoot())
  }

  /// The images that averaging needs for an error; nil if no number is enough.
  package static func averagingSamples(_ law: SignalLaw, error: Double) -> Double? {
    guard linearError(law) < error else { return nil }
    var (low, high) = (1.0, 1e15)
    for _ in 0..<200 {
      let middle = (low * high).squareRoot()
      if averagingError(law, sampleCount: middle) > error { low = middle } else { high = middle }
    }
    return high
  }

  /// The leading term of ``averagingSamples(_:error:)``, of the form of the paper's lower bound: σ²K²D α²/(1 - α²).
  package static func averagingSamplesToLeadingOrder(_ law: SignalLaw, error: Double) -> Double {
    let (k, d) = (Double(law.patchCount), Double(law.dimension))
    let aim = noise(law) * NormalDistribution.upperQuantile(error)
    return law.sigma * law.sigma * k * k * d * odds(aim)
  }

  /// The squared alignment of the mean of images, for a filter that sees so many numbers.
  ///
  /// - Parameters:
  ///   - law: The images; with a fixed patch the mean is the signal's, else 1/K of it.
  ///   - architecture: Whether patches are put together, or all of an image is one vector.
  ///   - n: The images.
  /// - Returns: The expected square, to leading order.
  package static func averagingAlignment(
    _ law: SignalLaw,
    _ architecture: Architecture,
    sampleCount n: Double
  ) -> Double {
    let (k, d) = (Double(law.patchCount), Double(law.dimension))
    let isFixed = law.fixedPatch != nil
    let noise: Double =
      switch architecture {
      // K patches of noise for each signal, whether its place is known or not.
      case .convolutional: k * d
      case .locallyConnected: isFixed ? d : k * k * d
      case .fullyConnected: isFixed ? k * d : k * k * d
      }
    return 1 / (1 + law.sigma * law.sigma * noise / n)
  }

  /// The least number of images for filters of an alignment, even if each image said where its signal is.
  ///
  /// A direction of M numbers that m observations in noise σ must tell to an alignment α takes m ≥ Mσ² α²/(1 - α²): they
  /// say at most (M/2) ln(1 + m/(Mσ²)) about it, and (M/2) ln(1/(1 - α²)) are needed. Of n images one K-th has the
  /// signal in a given place. An estimate of ours of the paper's form; constants are those of this argument.
  package static func floor(
    _ architecture: Architecture,
    _ law: SignalLaw,
    alignment: Double
  ) -> Double {
    let (k, d) = (Double(law.patchCount), Double(law.dimension))
    let numbers: Double =
      switch architecture {
      case .convolutional: d
      case .locallyConnected: k * d
      case .fullyConnected: k * k * d
      }
    return numbers * law.sigma * law.sigma * odds(alignment)
  }

  private static func odds(_ alignment: Double) -> Double {
    alignment * alignment / (1 - alignment * alignment)
  }

  private static func noise(_ law: SignalLaw) -> Double {
    law.sigma * Double(law.patchCount).squareRoot()
  }
}
