import Arrays
import EspalierTestSupport
import PJRT
import Randomness
import Tensors
import Testing

@testable import LanguageModels

/// A loss whose logits are made a part of the tokens at a time, against one that makes all of them.
@Suite struct LossInPartsTests {
  private static let (rows, length, width, classes) = (3, 8, 5, 11)

  private static func inputs(_ elementType: ElementType, isTransposed: Bool) -> [HostArray] {
    let stream = RandomStream(seed: 5)
    func normals(_ name: String, _ shape: Shape) -> HostArray {
      let values = stream.named(name).normals(count: shape.elementCount)
      return elementType == .float64
        ? HostArray(values, shape: shape) : HostArray(values.map(Float.init), shape: shape)
    }
    let targets = (0..<rows * length).map {
      Int32(stream.named("targets").wholeNumber(below: classes, at: UInt64($0)))
    }
    return [
      normals("hidden", [rows, length, width]),
      normals("projection", isTransposed ? [classes, width] : [width, classes]),
      HostArray(targets, shape: [rows, length]), normals("weights", [rows, length]),
    ]
  }

  /// The loss and, if it is differentiated, its gradients times 3.
  private static func function(
    _ types: [TensorType],
    mostLogits: Int,
    isTransposed: Bool,
    isWeighted: Bool,
    withGradients: Bool
  ) throws -> TracedFunction {
    try TracedFunction("loss", parameters: types) { inputs in
      let total = ComposedOperations(mostLogits: mostLogits).crossEntropy(
        hidden: inputs[0],
        projection: inputs[1],
        projectionIsTransposed: isTransposed,
        targets: inputs[2],
        weights: isWeighted ? inputs[3] : nil,
        withGradients: withGradients
      )
      guard withGradients else { return [total] }
      return [total] + gradient(of: total * 3, withRespectTo: Array(inputs.prefix(2)))
    }
  }

  @Test(
    "Sums and gradients are those of all logits at once",
    arguments: [false, true],
    [(false, true), (true, true), (true, false)]
  )
  func partsAreTheWhole(isTransposed: Bool, how: (isWeighted: Bool, withGradients: Bool)) throws {
    let inputs = Self.inputs(.float64, isTransposed: isTransposed)
    func results(_ mostLogits: Int) throws -> [[Double]] {
      let function = try Self.function(
        inputs.map(\.type),
        mostLogits: mostLogits,
        isTransposed: isTransposed,
        isWeighted: how.isWeighted,
        withGradients: how.withGradients
      )
      return try TestModel.engine().compile(function)(inputs).map { $0.values(as: Double.self) }
    }
    let whole = try results(.max)
    #expect(whole.count == (how.withGradients ? 3 : 1))
    for mostLogits in [11, 40, 100, 200] {
      for (found, expected) in zip(try results(mostLogits), whole) {
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 * max(1, abs($1)) })
      }
    }
  }

  @Test func noTensorHoldsTheLogitsOfAllTokens() throws {
    let types = Self.inputs(.float32, isTransposed: false).map(\.type)
    func largest(_ mostLogits: Int) throws -> Int {
      let function = try Self.function(
        types,
        mostLogits: mostLogits,
        isTransposed: false,
        isWeighted: true,
        withGradients: true
      )
      return function.module.text.matches(of: /tensor<((?:\d+x)+)/)
        .map { $0.1.split(separator: "x").compactMap { Int($0) }.reduce(1, *) }.max() ?? 0
    }
    #expect(try largest(.max) == 3 * 8 * 11)
    // Hidden states, with the gradient that is stacked beside them, are what remains.
    #expect(try largest(44) == 3 * 8 * 5)
  }

  @Test func thereAreAsFewPartsAsDivideTheLength() {
    let operations = ComposedOperations(mostLogits: 1000)
    func parts(_ rows: Int, _ length: Int, _ classes: Int) -> Int {
      operations.partCount(rows: rows, length: length, classes: classes)
    }
    #expect(parts(1, 10, 100) == 1)
    #expect(parts(2, 12, 100) == 3)
    #expect(parts(2, 14, 100) == 7)
    #expect(parts(1, 25, 100) == 5)
    #expect(parts(1, 23, 100) == 23)
    // The logits of one position of all rows may be more.
    #expect(parts(2, 6, 2000) == 6)
    let several = ComposedOperations(deviceCount: 4)
    #expect(several.mostLogits == 4 << 27)
  }
}
