import Statistics

/// The mean of images as a filter on whole images: where equivariant descent of the fully connected network begins.
///
/// The sum of the noise of m images is drawn as one normal vector of deviation σ√m, which it is in law; the places of
/// the signals are drawn one by one. So a curve over all sample sizes costs as little as its last point.
package struct AveragingLearner: Sendable {
  package let law: SignalLaw

  package init(law: SignalLaw) {
    self.law = law
  }

  /// What the mean of images is worth.
  package struct Worth: Hashable, Sendable {
    /// Its exact error.
    package var error: Double
    /// The squared cosine with the best linear rule's weights.
    package var alignment: Double
  }

  /// The worth of the mean of the first n images.
  ///
  /// - Parameters:
  ///   - seed: The seed of the images.
  ///   - sizes: Sample sizes, rising.
  /// - Returns: One for each.
  package func worth(seed: UInt64, sizes: [Int]) -> [Worth] {
    let stream = law.stream(seed: seed, use: "averaging")
    let places = stream.named("choices")
    var sum = [Double](repeating: 0, count: law.imageSize)
    var reached = 0
    return sizes.map { size in
      for image in reached..<size {
        let patch = law.fixedPatch ?? places.wholeNumber(below: law.patchCount, at: UInt64(image))
        sum[patch * law.dimension] += 1
      }
      let noise = stream.named("noise").indexed(UInt64(size)).normals(count: sum.count)
      let deviation = law.sigma * Double(size - reached).squareRoot()
      for place in sum.indices { sum[place] += deviation * noise[place] }
      reached = size
      return worth(sum)
    }
  }

  /// The error is the mean over the signal's places of that of a linear rule.
  private func worth(_ weights: [Double]) -> Worth {
    let norm = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let places = law.fixedPatch.map { [$0] } ?? Array(0..<law.patchCount)
    let cosines = places.map { weights[$0 * law.dimension] / norm }
    let errors = cosines.map { NormalDistribution.upperTail($0 / law.sigma) }
    let sum = cosines.reduce(0, +)
    let count = Double(places.count)
    return Worth(error: errors.reduce(0, +) / count, alignment: sum * sum / count)
  }
}
