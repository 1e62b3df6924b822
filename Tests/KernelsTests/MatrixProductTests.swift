import Arrays
import EspalierTestSupport
import KernelInterface
import PJRT
import StableHLO
import Tensors
import Testing

@testable import Kernels

/// The matrix product against `dot_general`.
@Suite(.needsKernels) struct MatrixProductTests {
  /// The kernel's call itself, which small products do not get from ``KernelLibrary``.
  static func product(_ shape: MatrixProductShape, _ draw: inout Draw) -> KernelCase {
    let left: Shape =
      shape.leftIsTransposed ? [shape.depth, shape.rows] : [shape.rows, shape.depth]
    let right: Shape =
      shape.rightIsTransposed ? [shape.columns, shape.depth] : [shape.depth, shape.columns]
    return KernelCase(name: "\(shape)", inputs: [draw.normals(left), draw.normals(right)]) {
      library,
      inputs in
      guard let library else {
        let axes = DotDimensions(
          leftContracting: [shape.leftIsTransposed ? 0 : 1],
          rightContracting: [shape.rightIsTransposed ? 1 : 0]
        )
        return [[inputs[0].dot(inputs[1], axes)]]
      }
      let type = TensorType(library.kernels.elementType, [shape.rows, shape.columns])
      return [[Tensor.customCall(library.target(shape, resultTypes: [type]), inputs)[0]]]
    }
  }

  static func layouts(_ rows: Int, _ columns: Int, _ depth: Int) -> [MatrixProductShape] {
    [(false, false), (false, true), (true, false), (true, true)].map {
      MatrixProductShape(
        rows: rows,
        columns: columns,
        depth: depth,
        leftIsTransposed: $0.0,
        rightIsTransposed: $0.1
      )
    }
  }

  @Test("Products of small and odd sizes, in all layouts, are the twin's")
  func smallProducts() throws {
    var draw = Draw("small products")
    let corners = [(1, 1, 1), (1, 40, 3), (40, 1, 7), (6, 16, 5), (12, 32, 256), (13, 33, 257)]
    let random = (0..<34).map { _ in
      (draw.integer(1...150), draw.integer(1...150), draw.integer(1...300))
    }
    let cases = (corners + random).flatMap { Self.layouts($0.0, $0.1, $0.2) }
    try check("small_products", cases.map { Self.product($0, &draw) })
  }

  @Test("Products of several blocks, steps and rounds are the twin's")
  func largeProducts() throws {
    var draw = Draw("large products")
    let sizes = [
      (7, 35, 2048), (29, 50, 2049), (17, 70, 4500), (301, 45, 600), (45, 517, 300),
      (260, 390, 129), (1, 3, 5000),
    ]
    let cases = sizes.flatMap { Self.layouts($0.0, $0.1, $0.2) }
    try check("large_products", cases.map { Self.product($0, &draw) })
  }
}

/// Which dot products become kernels, and that they and their gradients stay what they were.
@Suite(.needsKernels) struct ReplacementTests {
  private struct Dot {
    let left: Shape
    let right: Shape
    let dimensions: DotDimensions
    var elementType = ElementType.float32

    func module() throws -> Module {
      let types = [TensorType(elementType, left), TensorType(elementType, right)]
      return try TracedFunction("dot", parameters: types) { [$0[0].dot($0[1], dimensions)] }.module
    }
  }

  private static func sum(_ left: [Int], _ right: [Int]) -> DotDimensions {
    DotDimensions(leftContracting: left, rightContracting: right)
  }

  private func calls(_ module: Module, _ library: KernelLibrary) -> Int {
    let text = library.replacingMatrixProducts(in: module).text
    return text.components(separatedBy: "@espalier.\(library.instructionSet).matrix_product(").count
      - 1
  }

  @Test("Products whose summed axes are first or last in order are replaced")
  func joinedAxesAreReplaced() throws {
    let dots = [
      Dot(left: [64, 64], right: [64, 64], dimensions: Self.sum([1], [0])),
      Dot(left: [64, 64], right: [64, 64], dimensions: Self.sum([0], [1])),
      Dot(left: [4, 16, 64], right: [64, 8, 8], dimensions: Self.sum([2], [0])),
      Dot(left: [4, 16, 64], right: [4, 16, 64], dimensions: Self.sum([0, 1], [0, 1])),
      Dot(left: [64, 8, 8], right: [64, 8, 8], dimensions: Self.sum([1, 2], [1, 2])),
      Dot(left: [1 << 10, 8], right: [8, 32], dimensions: Self.sum([1], [0])),
    ]
    for set in TestedKernels.float32 {
      let library = try TestedKernels.library(set)
      for dot in dots { #expect(try calls(dot.module(), library) == 1, "\(dot)") }
    }
  }

  @Test("Batched, scattered, small and other products are left alone")
  func otherDotsAreLeft() throws {
    let batched = DotDimensions(
      leftBatch: [0],
      rightBatch: [0],
      leftContracting: [2],
      rightContracting: [1]
    )
    let plain = Self.sum([1], [0])
    let dots = [
      Dot(left: [2, 64, 64], right: [2, 64, 64], dimensions: batched),
      Dot(left: [8, 64, 64], right: [64, 64], dimensions: Self.sum([1], [0])),
      Dot(left: [8, 8, 64], right: [8, 8, 64], dimensions: Self.sum([0, 1], [1, 0])),
      Dot(left: [64, 8, 8], right: [8, 8, 64], dimensions: Self.sum([2, 1], [0, 1])),
      Dot(left: [63, 64], right: [64, 64], dimensions: plain),
      Dot(left: [15, 1024], right: [1024, 64], dimensions: plain),
      Dot(left: [64, 1024], right: [1024, 15], dimensions: plain),
      Dot(left: [1024, 7], right: [7, 1024], dimensions: plain),
      Dot(left: [64, 64], right: [64, 64], dimensions: plain, elementType: .float64),
      Dot(left: [64, 64], right: [64, 64], dimensions: plain, elementType: .bfloat16),
      Dot(left: [64, 64], right: [64, 64], dimensions: plain, elementType: .int32),
      Dot(left: [64, 0], right: [0, 64], dimensions: plain),
    ]
    for set in TestedKernels.float32 {
      let library = try TestedKernels.library(set)
      for dot in dots {
        let module = try dot.module()
        #expect(library.replacingMatrixProducts(in: module) == module, "\(dot)")
      }
    }
  }

  @Test("Products of more axes and their gradients are the same when replaced")
  func replacedProductsAreTheSame() throws {
    for set in TestedKernels.all {
      let library = try TestedKernels.library(set)
      let engine = try TestedKernels.engine()
      var draw = Draw("replaced products")
      let left = draw.normals([6, 11, 4, 20])
      let right = draw.normals([4, 20, 7, 9])
      let cotangent = draw.normals([6, 11, 7, 9])
      func traced(_ elementType: ElementType) throws -> TracedFunction {
        let types = [left, right, cotangent].map { TensorType(.float32, $0.shape) }
        return try TracedFunction("replaced", parameters: types) { inputs in
          let inputs = inputs.map { $0.converted(to: elementType) }
          let product = inputs[0].dot(inputs[1], Self.sum([2, 3], [0, 1]))
          let gradients = vectorJacobianProduct(
            of: [product],
            cotangents: [inputs[2]],
            withRespectTo: Array(inputs.prefix(2))
          )
          return ([product] + gradients).map { $0.converted(to: .float64) }
        }
      }
      let function = try traced(set.elementType)
      let replaced = function.calling(library)
      #expect(calls(function.module, library) == 3)
      let found = try engine.compile(replaced)([left, right, cotangent])
      let expected = try engine.compile(traced(.float64))([left, right, cotangent])
      for index in found.indices {
        let deviation = deviation(found[index...index], from: expected[index...index])
        #expect(deviation <= set.allowedDeviation, "\(set.name), result \(index): \(deviation)")
      }
    }
  }

  @Test("Layers of stacked weights are read where they are, and give the same")
  func layersAreReadInPlace() throws {
    for set in TestedKernels.all {
      let library = try TestedKernels.library(set)
      let engine = try TestedKernels.engine()
      var draw = Draw("stacked weights")
      let input = draw.normals([80, 64])
      let stack = draw.normals([3, 64, 64])
      let types = [input, stack].map { TensorType(set.elementType, $0.shape) }
      let function = try TracedFunction("stacked", parameters: types) { inputs in
        let layers = inputs[1].unstacked()
        let product = inputs[0].dot(layers[2])
        let gated = library.gatedProjection(gate: product, up: inputs[0], projection: layers[1])
        return [product, gated, inputs[0].dot(layers[0] * 2)]
      }
      let calling = function.calling(library)
      #expect(calling.module.text.contains("layer = 2 : i32"))
      #expect(calling.module.text.contains("layer = 1 : i32"))
      // Weights that are changed first are no layer any more.
      #expect(!calling.module.text.contains("layer = 0 : i32"))
      let operands = [input, stack].map { $0.real(set.elementType) }
      let found = try engine.compile(calling)(operands)
      let copied = function.rewritten { library.replacingMatrixProducts(in: $0) }
      #expect(try engine.compile(copied)(operands) == found)
    }
  }

  @Test("A layer that the stack does not have is refused")
  func missingLayer() throws {
    let library = try TestedKernels.library(TestedKernels.all[0])
    let type = library.kernels.elementType
    for layer in [-1, 2, Int(Int32.max)] {
      var target = library.target(
        MatrixProductShape(rows: 16, columns: 16, depth: 16),
        resultTypes: [TensorType(type, [16, 16])]
      )
      target.attributes["layer"] = KernelLibrary.attribute(layer)
      let types = [TensorType(type, [16, 16]), TensorType(type, [2, 16, 16])]
      let program = try TestedKernels.engine().program("missing", parameters: types) {
        Tensor.customCall(target, $0)
      }
      #expect(throws: PJRTError.self, "layer \(layer)") {
        try program(types.map { HostArray(zeros: $0) })
      }
    }
  }
}
