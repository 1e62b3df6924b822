extension Regression {
  /// Where gradient flow on a diagonal network ends, by Newton's method on the dual of its potential.
  ///
  /// - Parameter network: The network with its start.
  /// - Returns: The weights with their certificate.
  /// - Throws: ``BiasError`` if Newton's method does not get there.
  package func minimum(_ network: DiagonalNetwork) throws(BiasError) -> ProvenWeights {
    let start = [Double](repeating: network.startWeight, count: dimension)
    let minimum = try PotentialMinimizer(network.potential(), self, from: start).minimum()
    return ProvenWeights(weights: minimum.weights, certificate: minimum.certificate)
  }
}
