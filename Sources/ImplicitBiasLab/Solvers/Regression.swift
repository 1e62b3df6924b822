import LinearAlgebra

/// Inputs and targets of linear regression, fewer samples than dimensions.
package struct Regression: Hashable, Sendable {
  /// A sample a row.
  package let inputs: Matrix
  package let targets: [Double]

  /// - Throws: ``BiasError`` where there are not fewer samples than dimensions.
  package init(_ inputs: Matrix, _ targets: [Double]) throws(BiasError) {
    precondition(inputs.rowCount == targets.count, "there has to be a target a sample")
    guard inputs.rowCount < inputs.columnCount else {
      throw .noInterpolation(sampleCount: inputs.rowCount, dimension: inputs.columnCount)
    }
    (self.inputs, self.targets) = (inputs, targets)
  }

  package var sampleCount: Int { inputs.rowCount }
  package var dimension: Int { inputs.columnCount }

  /// `Xw - y`.
  package func residual(_ weights: [Double]) -> [Double] { (inputs * weights).minus(targets) }

  /// `|Xw - y| / |y|`.
  package func relativeResidual(_ weights: [Double]) -> Double {
    residual(weights).norm / targets.norm
  }
}
