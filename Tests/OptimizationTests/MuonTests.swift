import Arrays
import EspalierTestSupport
import Optimization
import Randomness
import Tensors
import Testing

@Suite struct MuonTests {
  private static func matrices(_ shape: Shape, _ stream: UInt64) -> HostArray {
    let values = RandomStream(seed: 9).indexed(stream).normals(count: shape.elementCount)
    return HostArray(values, shape: shape)
  }

  /// The step that a rule takes from an empty memory.
  private func step(_ rule: Muon, _ gradient: HostArray, isLayered: Bool) throws -> [HostArray] {
    let parameter = OptimizedParameter("matrices", gradient.type, isLayered: isLayered)
    return try quickEngine().program("muon", parameters: [gradient.type]) { inputs in
      let (step, memory) = rule.step(
        inputs[0],
        memory: [Tensor.zeros(gradient.type)],
        factors: [],
        of: parameter
      )
      return [step] + memory
    }([gradient])
  }

  /// The matrices of an array, row by row.
  private func rows(_ array: HostArray) -> [[[Double]]] {
    let shape = array.shape.dimensions
    let (height, width) = (shape[shape.count - 2], shape[shape.count - 1])
    let numbers = array.doubles
    return stride(from: 0, to: numbers.count, by: height * width).map { first in
      (0..<height).map { Array(numbers[first + $0 * width..<first + ($0 + 1) * width]) }
    }
  }

  private func transposed(_ matrix: [[Double]]) -> [[Double]] {
    matrix[0].indices.map { column in matrix.map { $0[column] } }
  }

  private func product(_ left: [[Double]], _ right: [[Double]]) -> [[Double]] {
    let columns = transposed(right)
    return left.map { row in columns.map { zip(row, $0).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  /// Five Newton-Schulz iterations, one matrix at a time, with plain loops.
  private func orthogonalized(_ matrix: [[Double]]) -> [[Double]] {
    guard matrix.count <= matrix[0].count else {
      return transposed(orthogonalized(transposed(matrix)))
    }
    let norm = matrix.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
    return (0..<5).reduce(matrix.map { $0.map { $0 / norm } }) { x, _ in
      let gram = product(x, transposed(x))
      let square = product(gram, gram)
      let mixed = zip(gram, square).map { zip($0, $1).map { -4.775 * $0 + 2.0315 * $1 } }
      return zip(x, product(mixed, x)).map { zip($0, $1).map { 3.4445 * $0 + $1 } }
    }
  }

  @Test(
    "Each layer's matrix is made orthogonal by itself, tall or wide, and scaled as asked",
    arguments: [[3, 4, 7], [2, 9, 4], [1, 5, 5]],
    Muon.UpdateScale.allCases
  )
  func layersAreMadeOrthogonal(_ shape: [Int], _ scale: Muon.UpdateScale) throws {
    let gradient = Self.matrices(Shape(shape), UInt64(shape[1]))
    let rule = Muon(momentum: 0.9, isNesterov: false, scale: scale)
    let found = try step(rule, gradient, isLayered: true)
    let (height, width) = (Double(shape[1]), Double(shape[2]))
    let factor =
      scale == .original
      ? max(1, width / height).squareRoot() : 0.2 * max(height, width).squareRoot()
    let expected = rows(gradient).flatMap { orthogonalized($0).joined().map { $0 * factor } }
    #expect(
      Tolerance(.float64, roundings: 4096).mismatch("step", found[0].doubles, expected) == nil
    )
    let mean = gradient.doubles.map { $0 * (1 - 0.9) }
    #expect(Tolerance(.float64, roundings: 4).mismatch("momentum", found[1].doubles, mean) == nil)
  }

  @Test("A matrix without a layer axis is one matrix, and a gradient of zeros is no step")
  func matrixWithoutLayers() throws {
    let gradient = Self.matrices([4, 6], 1)
    let whole = try step(Muon(), gradient, isLayered: false)[0]
    let layered = try step(
      Muon(),
      HostArray(gradient.doubles, shape: [1, 4, 6]),
      isLayered: true
    )[0]
    #expect(whole.doubles == layered.doubles)
    let still = try step(Muon(), HostArray(zeros: gradient.type), isLayered: false)
    #expect(still.allSatisfy { $0.doubles.allSatisfy { $0 == 0 } })
  }

  @Test("Nesterov's step looks ahead along the gradient")
  func nesterovLooksAhead() throws {
    // From an empty memory both are multiples of the gradient, which orthogonal matrices do not tell apart; from
    // one that is not empty they are not.
    let (gradient, memory) = (Self.matrices([3, 5], 2), Self.matrices([3, 5], 3))
    let parameter = OptimizedParameter("matrix", gradient.type)
    let types = [gradient.type, memory.type]
    let found = try quickEngine().program("muon", parameters: types) { inputs in
      [
        Muon(momentum: 0.8, scale: .original).step(
          inputs[0],
          memory: [inputs[1]],
          factors: [],
          of: parameter
        ).step
      ]
    }([gradient, memory])[0]
    let ahead = zip(gradient.doubles, memory.doubles).map { gradient, memory in
      0.2 * gradient + 0.8 * (0.8 * memory + 0.2 * gradient)
    }
    let expected = orthogonalized(rows(HostArray(ahead, shape: [3, 5]))[0]).joined()
      .map { $0 * (5.0 / 3).squareRoot() }
    let tolerance = Tolerance(.float64, roundings: 4096)
    #expect(tolerance.mismatch("step", found.doubles, expected) == nil)
  }

  @Test("Only matrices can be updated, and their products are counted")
  func matricesAlone() {
    func parameter(_ shape: Shape, isLayered: Bool) -> OptimizedParameter {
      OptimizedParameter("p", TensorType(.float32, shape), isLayered: isLayered)
    }
    #expect(Muon.updates(parameter([8, 3, 5], isLayered: true)))
    #expect(Muon.updates(parameter([3, 5], isLayered: false)))
    #expect(!Muon.updates(parameter([3, 5], isLayered: true)))
    #expect(!Muon.updates(parameter([5], isLayered: false)))
    // Each of 5 iterations: 3 x 5 x 3, 3 x 3 x 3 and 3 x 3 x 5 multiplications and additions.
    let multiplications = 3 * 5 * 3 + 3 * 3 * 3 + 3 * 3 * 5
    let products = 2 * Double(multiplications)
    #expect(Muon().operations(of: parameter([8, 3, 5], isLayered: true)) == 8 * 5 * products)
    #expect(Muon().operations(of: parameter([8, 5, 3], isLayered: true)) == 8 * 5 * products)
    #expect(AdamW().operations(of: parameter([8, 3, 5], isLayered: true)) == 0)
  }
}
