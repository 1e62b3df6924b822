import Arrays
import Kernels
import Tensors
import Testing

/// Norms and the gated unit against their formulas.
@Suite(.needsKernels) struct ElementwiseTests {
  /// Exact in `float32`, as the kernels' attribute is.
  private static let epsilon = 0x1p-17

  private static func rows(_ index: Int, _ draw: inout Draw) -> Shape {
    let width = index < 4 ? index + 1 : draw.integer(1...300)
    switch draw.integer(1...3) {
    case 1: return [width]
    case 2: return [draw.integer(1...200), width]
    default: return [draw.integer(1...4), draw.integer(1...70), width]
    }
  }

  static func norm(_ shape: Shape, _ draw: inout Draw) -> KernelCase {
    let inputs = [draw.normals(shape), draw.normals([shape[-1]]), draw.normals(shape)]
    return KernelCase(name: "norm of \(shape)", inputs: inputs) { library, inputs in
      let result =
        library?.rootMeanSquareNorm(inputs[0], gain: inputs[1], epsilon: epsilon)
        ?? normTwin(inputs[0], gain: inputs[1], epsilon: epsilon)
      // In narrow rows the gradient by the input is what is left of terms of the size of the gain's.
      return differentiated([result], [inputs[2]], by: [[inputs[0], inputs[1]]])
    }
  }

  static func addingNorm(_ shape: Shape, usingSum: Bool, _ draw: inout Draw) -> KernelCase {
    let inputs =
      [draw.normals(shape), draw.normals(shape), draw.normals([shape[-1]])]
      + [draw.normals(shape), draw.normals(shape)]
    return KernelCase(name: "adding norm of \(shape)", inputs: inputs) { library, inputs in
      let (sum, norm) =
        library?.addingNorm(inputs[0], inputs[1], gain: inputs[2], epsilon: epsilon)
        ?? (
          inputs[0] + inputs[1],
          normTwin(inputs[0] + inputs[1], gain: inputs[2], epsilon: epsilon)
        )
      let groups = [[inputs[0], inputs[1], inputs[2]]]
      guard usingSum else { return differentiated([norm], [inputs[3]], by: groups) }
      return differentiated([sum, norm], [inputs[4], inputs[3]], by: groups)
    }
  }

  static func gatedUnit(_ shape: Shape, _ draw: inout Draw) -> KernelCase {
    let inputs = (0..<3).map { _ in draw.normals(shape) }
    return KernelCase(name: "gated unit of \(shape)", inputs: inputs) { library, inputs in
      let result =
        library?.gatedUnit(gate: inputs[0], up: inputs[1])
        ?? gatedUnitTwin(gate: inputs[0], up: inputs[1])
      return differentiated([result], [inputs[2]], by: [[inputs[0]], [inputs[1]]])
    }
  }

  @Test("Norms are the twin's")
  func norms() throws {
    var draw = Draw("norms")
    try check("norms", (0..<28).map { Self.norm(Self.rows($0, &draw), &draw) })
  }

  @Test("Norms of sums are the twin's, whether the sum is used again or not")
  func addingNorms() throws {
    var draw = Draw("adding norms")
    let cases = (0..<28).map {
      Self.addingNorm(Self.rows($0, &draw), usingSum: $0 % 4 != 0, &draw)
    }
    try check("adding_norms", cases)
  }

  @Test("Gated units are the twin's")
  func gatedUnits() throws {
    var draw = Draw("gated units")
    let long: [Shape] = [[], [1 << 14], [(1 << 14) + 1], [3, 20_000]]
    let shapes = long + (0..<24).map { Self.rows($0, &draw) }
    try check("gated_units", shapes.map { Self.gatedUnit($0, &draw) })
  }
}
