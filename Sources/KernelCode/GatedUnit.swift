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

  /// Computes the gradients by gate and up: with `s` the logistic function of the gate,
  /// `silu′ = s (1 + gate (1 - s))`.
  func differentiate(
    gate: ConstRealPointer,
    up: ConstRealPointer,
    gradient: ConstRealPointer,
    gateGradient: RealPointer,
    upGradient: RealPointer,
    workers: Workers
  ) {
    @inline(__always)
    func slopes(_ gate: Vector, _ up: Vector, _ gradient: Vector) -> (Vector, Vector) {
      let share = logistic(gate)
      return (gradient * up * share * (1 + gate * (1 - share)), gradient * gate * share)
    }
    forEachVector(workers) { place in
      let (gate, up) = slopes(
        (gate + place).vector,
        (up + place).vector,
        (gradient + place).vector
      )
      (gateGradient + place).vector = gate
      (upGradient + place).vector = up
    } single: { place in
      let (gate, up) = slopes(
        Vector(repeating: gate[place]),
        Vector(repeating: up[place]),
        Vector(repeating: gradient[place])
      )
      gateGradient[place] = gate[0]
      upGradient[place] = up[0]
    }
  }

  @inline(__always)
  private func logistic(_ value: Vector) -> Vector {
    1 / (1 + exponential(-value))
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

/// The custom call `gated_unit`: gate and up to their gated unit.
///
/// Attribute: `workers` (int32).
let gatedUnitCall = CustomCall(name: "espalier.\(kernelSetName).gated_unit") { frame in
  CustomCallFrame.handle(frame) { call in
    guard let workers = call.workers, let count = call.input(0)?.elementCount,
      let gate = call.reals(ofInput: 0, count: count),
      let up = call.reals(ofInput: 1, count: count),
      let result = call.reals(ofOutput: 0, count: count)
    else { return .failure("gated_unit: operands or attributes are missing or do not fit") }
    GatedUnit(count: count).apply(gate: gate, up: up, result: result, workers: workers)
    return .success
  }
}

/// The custom call `gated_unit_gradient`: gate, up and the gradient by the unit to the gradients by gate and up.
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
      let upGradient = call.reals(ofOutput: 1, count: count)
    else { return .failure("gated_unit_gradient: operands are missing or do not fit") }
    GatedUnit(count: count).differentiate(
      gate: gate,
      up: up,
      gradient: gradient,
      gateGradient: gateGradient,
      upGradient: upGradient,
      workers: workers
    )
    return .success
  }
}
