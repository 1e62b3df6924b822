import Arrays
import KernelInterface
import PJRT

/// The custom call `matrix_product`: two operands to their product and scratch memory.
///
/// Attributes, all int32: `rows`, `columns`, `depth`, `left_is_transposed`, `right_is_transposed` (0 or 1),
/// `workers`, and `layer` if the right operand is a stack of which one layer is read.
let matrixProductCall = CustomCall(name: "espalier.\(kernelSetName).matrix_product") { frame in
  CustomCallFrame.handle(frame) { call in
    guard let shape = MatrixProductShape(attributesOf: call),
      let workers = call.workers,
      let left = call.input(0)?.values(as: Real.self),
      let result = call.output(0)?.mutableValues(as: Real.self),
      let scratch = call.output(1)?.mutableValues(as: Real.self)
    else { return .failure("matrix_product: operands or attributes are missing") }
    let product = MatrixProduct(shape)
    guard shape.rows > 0, shape.columns > 0, shape.depth > 0,
      left.count == shape.rows * shape.depth,
      let right = call.layer(ofInput: 1, count: shape.depth * shape.columns),
      result.count == shape.rows * shape.columns,
      scratch.count >= product.scratchCount(workers: workers.count),
      let leftStart = left.baseAddress, let resultStart = result.baseAddress,
      let scratchStart = scratch.baseAddress
    else { return .failure("matrix_product: sizes do not fit: \(shape)") }
    product.multiply(
      LeftRows(
        start: leftStart,
        rowStride: shape.leftIsTransposed ? 1 : shape.depth,
        depthStride: shape.leftIsTransposed ? shape.rows : 1
      ),
      RightColumns(
        start: right,
        depthStride: shape.rightIsTransposed ? 1 : shape.columns,
        columnStride: shape.rightIsTransposed ? shape.depth : 1
      ),
      into: resultStart,
      resultStride: shape.columns,
      accumulating: false,
      scratch: scratchStart,
      workers: workers
    )
    return .success
  }
}

extension MatrixProduct {
  init(_ shape: MatrixProductShape) {
    self.init(
      rows: shape.rows,
      columns: shape.columns,
      depth: shape.depth
    )
  }
}

extension MatrixProductShape {
  fileprivate init?(attributesOf call: CustomCallFrame) {
    guard let rows = call.size("rows"),
      let columns = call.size("columns"),
      let depth = call.size("depth"),
      let leftIsTransposed = call.attribute("left_is_transposed", as: Int32.self),
      let rightIsTransposed = call.attribute("right_is_transposed", as: Int32.self)
    else { return nil }
    self.init(
      rows: rows,
      columns: columns,
      depth: depth,
      leftIsTransposed: leftIsTransposed != 0,
      rightIsTransposed: rightIsTransposed != 0
    )
  }
}
