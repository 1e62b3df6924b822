import Arrays
import EspalierTestSupport
import Kernels
import StableHLO
import Tensors
import Testing

/// Matrices held in 8 bits.
@Suite(.needsKernels) struct QuantizedMatrixTests {
  /// A matrix `[depth, columns]` that 8 bits hold exactly, whatever type its scales have.
  private static func exactMatrix(_ depth: Int, _ columns: Int, _ draw: inout Draw) -> HostArray {
    let values = (0..<depth * columns).map { place in
      let (row, column) = (place / columns, place % columns)
      // The largest of a block is 127 times its scale, which is a power of two.
      let code = row % 32 == 0 ? 127 : draw.integer(-127...127)
      let scale = Float(sign: .plus, exponent: -(row / 32 + column) % 9, significand: 1)
      return Float(code) * scale
    }
    return HostArray(values, shape: [depth, columns])
  }

  static func product(
    _ leading: [Int],
    depth: Int,
    columns: Int,
    _ draw: inout Draw
  ) -> KernelCase {
    let inputs = [
      draw.normals(Shape(leading + [depth])), exactMatrix(depth, columns, &draw),
    ]
    return KernelCase(
      name: "\(leading) rows by \(depth) to \(columns)",
      inputs: inputs
    ) { library, inputs in
      guard let library else { return [[inputs[0].dot(inputs[1])], [inputs[1]]] }
      let matrix = QuantizedMatrix(rounding: inputs[1])
      return [[library.multiplied(inputs[0], by: matrix)], [library.expanded(matrix)]]
    }
  }

  @Test func productsAndElementsAreTheTwins() throws {
    var draw = Draw("quantised products")
    let cases = (0..<20).map { index in
      Self.product(
        (0...index % 3).map { _ in draw.integer(1...5) },
        depth: index < 4 ? [1, 31, 32, 33][index] : draw.integer(1...200),
        columns: index < 4 ? index + 1 : draw.integer(1...90),
        &draw
      )
    }
    try check("quantised", cases + [Self.product([1], depth: 700, columns: 300, &draw)])
  }

  /// Each element is off by half a step of its block at most; zeros stay zeros.
  @Test func roundingIsToTheNearest() throws {
    var draw = Draw("rounding")
    let (depth, columns) = (70, 9)
    var values = draw.normals([depth, columns]).values(as: Float.self)
    for row in 32..<64 { values[row * columns + 4] = 0 }
    let library = try TestedKernels.library(TestedKernels.float32[0])
    let found = try TestedKernels.engine()
      .program("rounding", parameters: [TensorType(.float32, [depth, columns])]) {
        [library.expanded(QuantizedMatrix(rounding: $0[0]))]
      }([HostArray(values, shape: [depth, columns])])[0].values(as: Float.self)
    for column in 0..<columns {
      for block in stride(from: 0, to: depth, by: 32) {
        let places = (block..<min(block + 32, depth)).map { $0 * columns + column }
        let largest = places.map { values[$0].magnitude }.max() ?? 0
        for place in places {
          #expect((found[place] - values[place]).magnitude <= largest / 127 * 0.500_01)
        }
      }
    }
  }

  /// What is multiplied is read as codes; what is used otherwise stays a matrix.
  @Test func productsReadTheCodes() throws {
    var draw = Draw("products of expanded matrices")
    let (input, matrix) = (draw.normals([3, 5, 40]), draw.normals([40, 24]))
    let library = try TestedKernels.library(TestedKernels.float32[0])
    let types = QuantizedMatrix.types(depth: 40, columns: 24)
    #expect(types.codes == TensorType(.uint8, [24, 64]))
    #expect(types.scales == TensorType(.float32, [24, 2]))
    let function = try TracedFunction("both", parameters: [input.type, matrix.type]) {
      let expanded = library.expanded(QuantizedMatrix(rounding: $0[1]))
      return [$0[0].dot(expanded), expanded]
    }
    let reading = function.rewritten(library.readingQuantizedMatrices)
    let names = reading.module.body.instructions.compactMap { instruction -> String? in
      switch instruction {
      case .operation(.customCall(let target), _, _): target.name
      case .operation(.dot, _, _): "dot"
      default: nil
      }
    }
    #expect(
      names == [
        "espalier.\(library.instructionSet).expanded_matrix",
        "espalier.\(library.instructionSet).quantized_product",
      ]
    )
    let results = try [function, reading].map {
      try TestedKernels.engine().compile($0)([input, matrix])
    }
    #expect(results[0][1] == results[1][1])
    #expect(
      deviation(results[1][..<1], from: results[0][..<1].map { $0.real(.float64) }[...]) < 1e-5
    )
  }
}
