import Arrays
import KernelInterface
import PJRT

/// The custom call `quantized_product`: rows, codes and scales of a matrix to their product and scratch memory.
///
/// Attributes, all int32: `columns`, `depth` and `workers`.
let quantizedProductCall = CustomCall(
  name: "espalier.\(kernelSetName).quantized_product"
) { frame in
  CustomCallFrame.handle(frame) { call in
    guard let (matrix, codes, scales, workers) = call.quantizedMatrix(afterInputs: 1),
      let input = call.input(0)?.values(as: Real.self), let start = input.baseAddress,
      input.count > 0, input.count % matrix.depth == 0
    else { return .failure("quantized_product: operands or attributes are missing or do not fit") }
    let product = QuantizedProduct(rows: input.count / matrix.depth, matrix: matrix)
    guard let result = call.reals(ofOutput: 0, count: product.rows * matrix.columns),
      let scratch = call.output(1)?.mutableValues(as: Real.self),
      scratch.count >= product.scratchCount, let scratchStart = scratch.baseAddress
    else { return .failure("quantized_product: the results do not fit") }
    product.multiply(
      start,
      codes: codes,
      scales: scales,
      into: result,
      scratch: scratchStart,
      workers: workers
    )
    return .success
  }
}

/// The custom call `expanded_matrix`: codes and scales of a matrix to its elements, `[depth, columns]`.
///
/// Attributes as those of `quantized_product`.
let expandedMatrixCall = CustomCall(name: "espalier.\(kernelSetName).expanded_matrix") { frame in
  CustomCallFrame.handle(frame) { call in
    guard let (matrix, codes, scales, workers) = call.quantizedMatrix(afterInputs: 0),
      let result = call.reals(ofOutput: 0, count: matrix.depth * matrix.columns)
    else { return .failure("expanded_matrix: operands or attributes are missing or do not fit") }
    QuantizedProduct(rows: 0, matrix: matrix)
      .expand(codes: codes, scales: scales, into: result, workers: workers)
    return .success
  }
}

extension CustomCallFrame {
  /// A matrix whose codes and scales follow so many other inputs, and who works; nil if they do not fit.
  fileprivate func quantizedMatrix(
    afterInputs count: Int
  ) -> (QuantizedMatrixShape, CodePointer, ConstRealPointer, Workers)? {
    guard let workers, let columns = size("columns"), let depth = size("depth"), columns > 0,
      depth > 0
    else { return nil }
    let matrix = QuantizedMatrixShape(columns: columns, depth: depth)
    guard let codes = input(count)?.values(as: UInt8.self), let start = codes.baseAddress,
      codes.count == matrix.columns * matrix.paddedDepth,
      let scales = reals(ofInput: count + 1, count: matrix.columns * matrix.blockCount)
    else { return nil }
    return (matrix, start, scales, workers)
  }
}
