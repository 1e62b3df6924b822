import Arrays
import Tensors

extension Tensor {
  /// The identity matrix, `[1, D, D]`.
  static func identity(_ dimension: Int) -> Tensor {
    let type = TensorType(.int32, [1, dimension, dimension])
    return (indices(type, alongAxis: 1) .== indices(type, alongAxis: 2)).converted(to: .float64)
  }
}

extension HostArray {
  /// The rows of a matrix.
  init(rows: [[Double]]) {
    self.init(rows.flatMap(\.self), shape: [rows.count, rows.first?.count ?? 0])
  }

  /// The rows of a matrix of numbers.
  var rows: [[Double]] {
    let values = values(as: Double.self)
    return (0..<shape[0]).map { Array(values[$0 * shape[1]..<($0 + 1) * shape[1]]) }
  }
}

extension Sequence<Double> {
  /// The Euclidean norm.
  var norm: Double { reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
