import Arrays
import KernelInterface
import StableHLO
import Tensors

/// A matrix `[depth, columns]` whose elements are held in 8 bits, in blocks of 32 along the depth with one scale each.
///
/// A program says ``KernelLibrary/expanded(_:)`` where it means the matrix. Where that is multiplied by rows,
/// ``StableHLO/Module`` after ``KernelLibrary/readingQuantizedMatrices(in:)`` reads the codes themselves.
public struct QuantizedMatrix {
  /// `[columns, paddedDepth]`, `uint8`: whole numbers from -127 to 127 in two's complement.
  public let codes: Tensor
  /// `[columns, blockCount]`: what codes are multiplied by.
  public let scales: Tensor
  private let depth: Int

  /// Takes a matrix that was quantised before.
  ///
  /// - Parameters:
  ///   - codes: Of the ``types(depth:columns:elementType:)``.
  ///   - scales: Likewise.
  ///   - depth: The matrix's rows.
  public init(codes: Tensor, scales: Tensor, depth: Int) {
    (self.codes, self.scales, self.depth) = (codes, scales, depth)
  }

  /// Rounds a matrix `[depth, columns]` to 8 bits: each block by the largest of its magnitudes.
  public init(rounding matrix: Tensor) {
    let sizes = QuantizedMatrixShape(columns: matrix.shape[1], depth: matrix.shape[0])
    let blocks = matrix.transposed([1, 0])
      .padded(
        with: Tensor(0, matrix.elementType),
        low: [0, 0],
        high: [0, sizes.paddedDepth - sizes.depth]
      )
      .reshaped(to: [sizes.columns, sizes.blockCount, QuantizedMatrixShape.blockSize])
    let largest = blocks.absoluteValue().maximum(axes: [2])
    let scales = largest / 127
    // A block of zeros stays one.
    let divisors = Tensor.select(
      scales .> Tensor.zeros(scales.type),
      scales,
      otherwise: Tensor.ones(scales.type)
    )
    let ratios = blocks / divisors.insertingAxis(at: 2)
    // Away from zero at a half.
    let rounded =
      ratios.sign()
      * (ratios.absoluteValue() + 0.5).converted(to: .int32)
      .converted(to: ratios.elementType)
    let isNegative = rounded .< Tensor.zeros(rounded.type)
    let codes = Tensor.select(isNegative, rounded + 256, otherwise: rounded)
    self.init(
      codes: codes.converted(to: .int32).converted(to: .uint8)
        .reshaped(to: [sizes.columns, sizes.paddedDepth]),
      scales: scales,
      depth: sizes.depth
    )
  }

  /// The types of a matrix's codes and scales.
  public static func types(
    depth: Int,
    columns: Int,
    elementType: ElementType = .float32
  ) -> (codes: TensorType, scales: TensorType) {
    let sizes = QuantizedMatrixShape(columns: columns, depth: depth)
    return (
      TensorType(.uint8, [columns, sizes.paddedDepth]),
      TensorType(elementType, [columns, sizes.blockCount])
    )
  }

  var sizes: QuantizedMatrixShape {
    QuantizedMatrixShape(columns: codes.shape[0], depth: depth)
  }
}

extension KernelLibrary {
  /// The elements of a quantised matrix, `[depth, columns]`.
  public func expanded(_ matrix: QuantizedMatrix) -> Tensor {
    let type = TensorType(matrix.scales.elementType, [matrix.sizes.depth, matrix.sizes.columns])
    return Tensor.customCall(
      quantizedTarget("expanded_matrix", matrix.sizes, [type]),
      [matrix.codes, matrix.scales]
    )[0]
  }

  /// Rows times a quantised matrix.
  ///
  /// - Parameters:
  ///   - input: `[..., depth]`, `float32`.
  ///   - matrix: The matrix.
  /// - Returns: `[..., columns]`.
  public func multiplied(_ input: Tensor, by matrix: QuantizedMatrix) -> Tensor {
    let result = TensorType(
      input.elementType,
      Shape(input.shape.dimensions.dropLast() + [matrix.sizes.columns])
    )
    let rows = input.shape.elementCount / matrix.sizes.depth
    return Tensor.customCall(
      productTarget(rows: rows, matrix.sizes, result),
      [input, matrix.codes, matrix.scales]
    )[0]
  }

  /// The program with rows multiplied by the codes of ``expanded(_:)`` matrices, which then need not be written out.
  public func readingQuantizedMatrices(in module: Module) -> Module {
    module.joiningOperations { applied, results, producer in
      guard case .dot(let dimensions) = applied.operation,
        let expansion = producer(applied.operands[1]),
        case .customCall(let target) = expansion.operation,
        target.name == name(of: "expanded_matrix"),
        let shape = MatrixProductShape(
          dimensions,
          applied.operands[0].type.shape,
          applied.operands[1].type.shape
        ), !shape.leftIsTransposed, !shape.rightIsTransposed
      else { return nil }
      let product = productTarget(
        rows: shape.rows,
        QuantizedMatrixShape(columns: shape.columns, depth: shape.depth),
        results[0]
      )
      return (
        AppliedOperation(.customCall(product), [applied.operands[0]] + expansion.operands),
        Array(product.resultTypes.dropFirst())
      )
    }
  }

  private func productTarget(
    rows: Int,
    _ sizes: QuantizedMatrixShape,
    _ result: TensorType
  ) -> CustomCallTarget {
    quantizedTarget("quantized_product", sizes, [result, scratch(rows * sizes.paddedDepth)])
  }

  private func quantizedTarget(
    _ kernel: String,
    _ sizes: QuantizedMatrixShape,
    _ results: [TensorType]
  ) -> CustomCallTarget {
    CustomCallTarget(
      name: name(of: kernel),
      attributes: [
        "columns": Self.attribute(sizes.columns), "depth": Self.attribute(sizes.depth),
        "workers": Self.attribute(workerCount),
      ],
      resultTypes: results
    )
  }
}
