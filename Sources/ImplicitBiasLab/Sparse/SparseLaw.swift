import LinearAlgebra
import Randomness

/// Regressions on normal inputs whose true weights are 0 but for a few.
package struct SparseLaw: Hashable, Sendable {
  /// D.
  package var dimension: Int
  /// K, the true weights that are not 0; together their length is 1.
  package var supportCount: Int
  /// The variance of the targets' noise.
  package var noise: Double

  package init(dimension: Int, supportCount: Int, noise: Double) {
    (self.dimension, self.supportCount, self.noise) = (dimension, supportCount, noise)
  }

  /// The true weights.
  package var truth: [Double] {
    let weight = 1 / Double(supportCount).squareRoot()
    return (0..<dimension).map { $0 < supportCount ? weight : 0 }
  }

  /// The first samples of a seed.
  ///
  /// - Throws: ``BiasError`` where there are not fewer samples than dimensions.
  package func regression(seed: UInt64, sampleCount: Int) throws(BiasError) -> Regression {
    let stream = RandomStream(seed: seed).named("sparse regression")
    let inputs = Matrix(
      rowCount: sampleCount,
      columnCount: dimension,
      elements: stream.named("inputs").normals(count: sampleCount * dimension)
    )
    let errors = stream.named("noise").normals(count: sampleCount)
    return try Regression(inputs, (inputs * truth).plus(noise.squareRoot(), times: errors))
  }

  /// The population's error over that of the truth: the squared distance, since inputs are isotropic.
  package func excessError(_ weights: [Double]) -> Double {
    let distance = weights.minus(truth)
    return distance.dot(distance)
  }
}

extension SparseLaw {
  /// The mean excess error of the least l2 norm, exactly: a random row space keeps n/d of the truth, and noise is spread.
  package func leastL2Error(sampleCount: Int) -> Double {
    let (n, d) = (Double(sampleCount), Double(dimension))
    return 1 - n / d + noise * n / (d - n - 1)
  }
}
