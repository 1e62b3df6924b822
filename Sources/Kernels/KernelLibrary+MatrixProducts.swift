import Arrays
import KernelInterface
import StableHLO
import Tensors

extension TracedFunction {
  /// The same function with its matrix products done by kernels where that pays.
  ///
  /// - Parameter kernels: The kernels; nil changes nothing.
  /// - Returns: The function for the client that the kernels are registered with.
  public func calling(_ kernels: KernelLibrary?) -> TracedFunction {
    guard let kernels else { return self }
    return rewritten {
      kernels.readingLayersInPlace(in: kernels.replacingMatrixProducts(in: $0))
    }
  }
}

extension KernelLibrary {
  /// The program with its matrix products done by Espalier's kernel where that pays.
  public func replacingMatrixProducts(in module: Module) -> Module {
    module.replacingOperations { operation, operands, results in
      guard case .dot(let dimensions) = operation else { return nil }
      guard results[0].elementType == kernels.elementType,
        operands[0].elementType == kernels.elementType,
        let shape = MatrixProductShape(dimensions, operands[0].shape, operands[1].shape),
        shape.pays
      else { return nil }
      return OperationReplacement(
        .customCall(target(shape, resultTypes: results)),
        extraResults: [scratch(kernels.matrixProductScratch(shape, workerCount))]
      )
    }
  }

  /// The program with kernels reading weights where they are stacked, instead of copies of layers.
  func readingLayersInPlace(in module: Module) -> Module {
    let stackable = [name(of: "matrix_product"): 1, name(of: "gated_projection"): 2]
    return module.readingLayersInPlace { target, operand, layer in
      guard stackable[target.name] == operand else { return nil }
      var copy = target
      copy.attributes["layer"] = Self.attribute(layer)
      return copy
    }
  }

  func target(
    _ shape: MatrixProductShape,
    resultTypes: [TensorType]
  ) -> CustomCallTarget {
    CustomCallTarget(
      name: name(of: "matrix_product"),
      attributes: [
        "rows": Self.attribute(shape.rows),
        "columns": Self.attribute(shape.columns),
        "depth": Self.attribute(shape.depth),
        "left_is_transposed": Self.attribute(shape.leftIsTransposed ? 1 : 0),
        "right_is_transposed": Self.attribute(shape.rightIsTransposed ? 1 : 0),
        "workers": Self.attribute(workerCount),
      ],
      resultTypes: resultTypes + [scratch(kernels.matrixProductScratch(shape, workerCount))]
    )
  }

  func scratch(_ count: Int) -> TensorType { TensorType(kernels.elementType, [count]) }

  static func attribute(_ value: Int) -> String { "\(value) : i32" }

  /// By its bits: MLIR takes no decimal fraction without a point.
  static func attribute(_ value: Float) -> String {
    let digits = String(value.bitPattern, radix: 16)
    return "0x\(String(repeating: "0", count: 8 - digits.count))\(digits) : f32"
  }
}

extension MatrixProductShape {
  /// Whether the kernel is worth a call: for small products XLA's own loops fuse with their neighbours.
  fileprivate var pays: Bool {
    rows >= 16 && columns >= 16 && depth >= 8 && rows * columns * depth >= 1 << 18
  }

  /// The product that a dot product of two tensors is when axes are joined; nil if it is not one, since
  /// axes to be joined are not neighbours or there are batch axes.
  init?(_ dimensions: DotDimensions, _ left: Shape, _ right: Shape) {
    guard dimensions.leftBatch.isEmpty, dimensions.rightBatch.isEmpty,
      let leftIsTransposed = Self.contractsFirst(dimensions.leftContracting, rank: left.rank),
      let rightIsFirst = Self.contractsFirst(dimensions.rightContracting, rank: right.rank)
    else { return nil }
    let depth = dimensions.leftContracting.reduce(1) { $0 * left[$1] }
    guard depth > 0 else { return nil }
    self.init(
      rows: left.elementCount / depth,
      columns: right.elementCount / depth,
      depth: depth,
      leftIsTransposed: leftIsTransposed,
      rightIsTransposed: !rightIsFirst
    )
  }

  /// Whether the summed axes come first; nil if they are neither the first nor the last, in order.
  private static func contractsFirst(_ axes: [Int], rank: Int) -> Bool? {
    if axes == Array(rank - axes.count..<rank) { return false }
    if axes == Array(0..<axes.count) { return true }
    return nil
  }
}
