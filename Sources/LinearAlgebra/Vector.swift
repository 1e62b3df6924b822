import CLAPACK

/// Vectors are arrays of numbers; operands of one operation have one length.
///
/// BLAS does what takes time, also where Swift is not optimised.
extension [Double] {
  package func dot(_ other: [Double]) -> Double {
    precondition(count == other.count, "a product needs vectors of one length")
    return espalier_ddot(CInt(count), self, 1, other, 1)
  }

  /// The Euclidean norm.
  package var norm: Double { espalier_dnrm2(CInt(count), self, 1) }

  /// The sum of the absolute values.
  package var l1Norm: Double { espalier_dasum(CInt(count), self, 1) }

  package func plus(_ other: [Double]) -> [Double] { plus(1, times: other) }
  package func minus(_ other: [Double]) -> [Double] { plus(-1, times: other) }

  /// This vector and a multiple of another.
  package func plus(_ factor: Double, times other: [Double]) -> [Double] {
    precondition(count == other.count, "a sum needs vectors of one length")
    var sum = self
    espalier_daxpy(CInt(count), factor, other, 1, &sum, 1)
    return sum
  }

  package func scaled(by factor: Double) -> [Double] { map { factor * $0 } }

  /// How far this vector is from another, over the other's length.
  package func relativeDistance(to other: [Double]) -> Double {
    minus(other).norm / other.norm
  }
}
