import Arrays
import PJRT

/// The gated unit `silu(gate) · up` of SwiGLU, element by element.
///
/// Source: Shazeer 2020, "GLU Variants Improve Transformer", section 2.
struct GatedUnit {
  let count: Int

  /// Elements of a piece of work.
  static let pieceSize = 1 << 14

  /// Computes the unit.
  func apply(
    gate: ConstRealPointer,
    up: ConstRealPointer,
    result: RealPointer,
    workers: Workers
  ) {
    forEachVector(workers) { place in
      let value = (gate + place).vector
      (result + place).vector = value * logistic(value) * (up + place).vector
    } single: { place in
      result[place] = gate[place] * logistic(Vector(repeating: gate[place]))[0] * up[place]
    }
  }

  /// Computes the gradients by gate and up, and the unit once more: with `s` the logistic function of the
  /// gate, `silu′ = s (1 + gate (1 - s))`.
  func differentiate(
    gate: ConstRealPointer,
    up: ConstRealPointer,
    gradient: ConstRealPointer,
    gateGradient: RealPointer,
    upGradient: RealPointer,
    result: RealPointer,
    workers: Workers
  ) {
    forEachVector(workers) { place in
      let slopes = Slopes(
        gate: (gate + place).vector,
        up: (up + place).vector,
        gradient: (gradient + place).vector
      )
      (gateGradient + place).vector = slopes.gate
      (upGradient + place).vector = slopes.up
      (result + place).vector = slopes.unit
    } single: { place in
      let slopes = Slopes(
        gate: Vector(repeating: gate[place]),
        up: Vector(repeating: up[place]),
        gradient: Vector(repeating: gradient[place])
      )
      gateGradient[place] = slopes.gate[0]
      upGradient[place] = slopes.up[0]
      result[place] = slopes.unit[0]
    }
  }

  /// What `differentiate` computes, for a vector of elements.
  private struct Slopes {
    let gate: Vector
    let up: Vector
    let unit: Vector

    @inline(__always)
    init(gate: Vector, up: Vector, gradient: Vector) {
      let share = logistic(gate)
      let activated = gate * share
      self.gate = gradient * up * share * (1 + gate * (1 - share))
      self.up = gradient * activated
      unit = activated * up
    }
  }

  @inline(__always)
  private func forEachVector(
    _ workers: Workers,
    _ vector: (Int) -> Void,
    single: (Int) -> Void
  ) {
    workers.forEach((count + Self.pieceSize - 1) / Self.pieceSize) { piece, _ in
      let start = piece * Self.pieceSize
      let end = min(start + Self.pieceSize, count)
      let whole = start + (end - start) / laneCount * laneCount
      for place in stride(from: start, to: whole, by: laneCount) { vector(place) }
      for place in whole..<end { single(place) }
    }
  }
}

/// `1 / (1 + exp(-x))` of each lane.
@inline(__always)
private func logistic(_ value: Vector) -> Vector {
  1 / (1 + exponential(-value))
}

/// The custom call `gated_projection`: gate, up and a matrix `[inner, columns]`, or a stack of them, to the
/// gated unit times the matrix, and scratch memory, in which the unit is kept while it is needed.
///
/// Attributes, both int32: `workers`, and `layer` if the matrix is one of a stack.
let gatedProjectionCall = CustomCall(
  name: "espalier.\(kernelSetName).gated_projection"
) { frame in
  CustomCallFrame.handle(frame) { call in
    guard let workers = call.workers, let count = call.input(0)?.elementCount,
      let matrix = call.input(2), (2...3).contains(matrix.rank),
      case let (depth, columns) = (
        matrix.dimension(matrix.rank - 2), matrix.dimension(matrix.rank - 1)
      ),
      depth > 0,
      let gate = call.reals(ofInput: 0, count: count),
      let up = call.reals(ofInput: 1, count: count),
      let weights = call.layer(ofInput: 2, count: depth * columns)
    else { return .failure("gated_projection: operands or attributes are missing") }
    let product = MatrixProduct(
      rows: count / depth,
      columns: columns,
      depth: depth
    )
    let scratchCount = gatedProjectionScratchCount(product, workers: workers.count)
    guard count == product.rows * product.depth,
      let result = call.reals(ofOutput: 0, count: product.rows * product.columns),
      let scratch = call.reals(ofOutput: 1, count: scratchCount)
    else { return .failure("gated_projection: sizes do not fit: \(product)") }
    GatedUnit(count: count).apply(gate: gate, up: up, result: scratch, workers: workers)
    product.multiply(
      LeftRows(start: scratch, rowStride: product.depth, depthStride: 1),
      RightColumns(start: weights, depthStride: product.columns, columnStride: 1),
      into: result,
      resultStride: product.columns,
      accumulating: false,
      scratch: scratch + count.roundedUp(toMultipleOf: laneCount),
      workers: workers
    )
    return .success
  }
}

/// The scratch elements that a gated projection needs.
func gatedProjectionScratchCount(_ product: MatrixProduct, workers: Int) -> Int {
  (product.rows * product.depth).roundedUp(toMultipleOf: laneCount)
    + product.scratchCount(workers: workers)
}

/// The custom call `gated_unit_gradient`: gate, up and the gradient by the unit to the gradients by gate and
/// up, and the unit.
///
/// Attribute: `workers` (int32).
let gatedUnitGradientCall = CustomCall(
  name: "espalier.\(kernelSetName).gated_unit_gradient"
) { frame in
  CustomCallFrame.handle(frame) { call in
    guard let workers = call.workers, let count = call.input(0)?.elementCount,
      let gate = call.reals(ofInput: 0, count: count),
      let up = call.reals(ofInput: 1, count: count),
      let gradient = call.reals(ofInput: 2, count: count),
      let gateGradient = call.reals(ofOutput: 0, count: count),
      let upGradient = call.reals(ofOutput: 1, count: count),
      let result = call.reals(ofOutput: 2, count: count)
    else { return .failure("gated_unit_gradient: operands are missing or do not fit") }
    GatedUnit(count: count).differentiate(
      gate: gate,
      up: up,
      gradient: gradient,
      gateGradient: gateGradient,
      upGradient: upGradient,
      result: result,
      workers: workers
    )
    return .success
  }
}
