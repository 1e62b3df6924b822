import Arrays
import EspalierTestSupport
import Growing
import Randomness
import Tensors
import Testing

@testable import LanguageModels

/// Whether growing in width keeps the function, and what it makes of gradients, in double precision.
@Suite struct WidthGrowthTests {
  typealias Sizes = ModelSizes

  private func model(tied: Bool, isVaried: Bool = false) -> TestModel {
    var configuration = LlamaConfiguration(
      layerCount: 2,
      width: 8,
      headCount: 4,
      keyValueHeadCount: 2,
      feedForwardWidth: 5,
      vocabularySize: 7,
      contextLength: 6,
      tiesEmbedding: tied,
      // Far from nothing, so that a norm that does not keep it is noticed.
      normEpsilon: 0.1
    )
    if isVaried { configuration.vary(window: 4) }
    return TestModel(configuration: configuration, elementType: .float64)
  }

  /// Sizes to grow to, and whether the embedding is tied.
  static let cases: [Case] = [
    Case(Sizes(feedForwardWidth: 8), true), Case(Sizes(headCount: 8), false),
    Case(Sizes(headCount: 6), true), Case(Sizes(width: 16), true),
    Case(Sizes(width: 11), false), Case(Sizes(width: 24, headCount: 12), false),
    Case(Sizes(width: 13, headCount: 6, feedForwardWidth: 17), true),
    Case(Sizes(width: 24, headCount: 12, feedForwardWidth: 8), false, isVaried: true),
    Case(Sizes(width: 13, headCount: 6), true, isVaried: true),
  ]

  struct Case: Sendable {
    let sizes: Sizes
    let tied: Bool
    let isVaried: Bool

    init(_ sizes: Sizes, _ tied: Bool, isVaried: Bool = false) {
      (self.sizes, self.tied, self.isVaried) = (sizes, tied, isVaried)
    }
  }

  private func grow(
    _ model: TestModel,
    _ arrays: [HostArray],
    _ sizes: Sizes,
    _ filling: WidthOperator,
    _ quantity: WidthStep.Quantity = .weight
  ) throws -> (TestModel, [HostArray]) {
    let (configuration, step) = try model.configuration.widened(to: sizes, by: filling)
    let wide = TestModel(configuration: configuration, elementType: .float64)
    let drawn = wide.parameters(seed: 77)
    let grown = try model.specifications.enumerated().map { index, specification in
      try step.grown(
        NamedArray(specification.name, arrays[index]),
        axes: specification.axes,
        quantity: quantity,
        fresh: { drawn[index] }
      ).array
    }
    return (wide, grown)
  }

  /// The loss, the gradients and the logits.
  private func run(_ model: TestModel, _ parameters: [HostArray]) throws -> [[Double]] {
    let tokens = TestModel(
      configuration: self.model(tied: true).configuration,
      elementType: .float64
    )
    .tokens(rows: 2, length: 7)
    return try model.lossGradientAndLogits(tokens.type, separatesDocuments: false)(
      parameters + [tokens]
    ).map { $0.values(as: Double.self) }
  }

  private func largestChange(_ old: [Double], _ new: [Double]) -> Double {
    zip(old, new).map { abs($0 - $1) }.max() ?? 0
  }

  @Test(arguments: WidthOperator.allCases, cases)
  func wideningKeepsTheLogitsIfItSaysSo(filling: WidthOperator, example: Case) throws {
    let model = model(tied: example.tied, isVaried: example.isVaried)
    let parameters = model.parameters(seed: 5)
    let (wide, wideParameters) = try grow(model, parameters, example.sizes, filling)
    #expect(wideParameters.map(\.shape) == wide.specifications.map(\.shape))
    let old = try #require(try run(model, parameters).last)
    let new = try #require(try run(wide, wideParameters).last)
    #expect(old.count == new.count)
    let change = largestChange(old, new) / (old.map(abs).max() ?? 0)
    switch filling.preservation {
    case .exact: #expect(change < 1e-10)
    case .nearly, .changed: #expect(change > 1e-3)
    }
  }

  /// The optimizer's first moment grows as gradients do: what a gradient becomes by growing is the
  /// gradient of the grown model.
  @Test(arguments: [WidthOperator.duplicate, .duplicateUneven], cases)
  func grownGradientsAreTheGradientsOfTheGrown(filling: WidthOperator, example: Case) throws {
    let model = model(tied: example.tied, isVaried: example.isVaried)
    let parameters = model.parameters(seed: 6)
    let (wide, wideParameters) = try grow(model, parameters, example.sizes, filling)
    let gradients = zip(model.specifications, try run(model, parameters).dropFirst().dropLast())
      .map { HostArray($1, shape: $0.shape) }
    let expected = try run(wide, wideParameters).dropFirst().dropLast()
    let (_, grown) = try grow(model, gradients, example.sizes, filling, .gradient)
    for ((specification, grown), expected) in zip(zip(wide.specifications, grown), expected) {
      let scale = expected.map(abs).max() ?? 0
      let change = largestChange(grown.values(), expected)
      #expect(scale > 0 && change < 1e-9 * scale, "\(specification.name)")
    }
    // The square of a grown gradient is the gradient times its own factor once more.
    let (_, squares) = try grow(model, gradients, example.sizes, filling, .squaredGradient)
    let ones = gradients.map { HostArray(repeating: 1, type: $0.type) }
    let (_, factors) = try grow(model, ones, example.sizes, filling, .gradient)
    for ((square, gradient), factor) in zip(zip(squares, grown), factors) {
      let expected = zip(gradient.values(as: Double.self), factor.values(as: Double.self)).map(*)
      #expect(largestChange(square.values(), expected) < 1e-12)
    }
  }

  @Test(arguments: WidthOperator.allCases)
  func newTokensLeaveTheLogitsOfTheOldOnes(filling: WidthOperator) throws {
    for tied in [true, false] {
      let model = model(tied: tied)
      let parameters = model.parameters(seed: 7)
      let sizes = Sizes(vocabularySize: 10, contextLength: 9)
      let (wide, wideParameters) = try grow(model, parameters, sizes, filling)
      #expect(wide.configuration.contextLength == 9)
      let old = try #require(try run(model, parameters).last)
      let new = try #require(try run(wide, wideParameters).last)
      let positions = old.count / 7
      #expect(new.count == positions * 10)
      for position in 0..<positions {
        let kept = Array(new[position * 10..<position * 10 + 7])
        #expect(largestChange(Array(old[position * 7..<position * 7 + 7]), kept) < 1e-12)
      }
    }
  }

  @Test func policiesReachTheSlots() throws {
    let model = model(tied: false)
    let (_, step) = try model.configuration.widened(
      to: Sizes(feedForwardWidth: 7),
      by: .duplicate,
      optimizerState: .zeroNew
    )
    let ones = NamedArray(
      "down",
      HostArray([Double](repeating: 1, count: 2 * 5 * 8), shape: [2, 5, 8])
    )
    let axes: [TensorAxis] = [.layers, .reads(.feedForward), .writes(.width)]
    func slot(_ policy: OptimizerStatePolicy) throws -> [Double] {
      var step = step
      step.optimizerState = policy
      let grown = try step.grown(ones, axes: axes, quantity: .gradient) {
        Issue.record("slots draw nothing")
        return ones.array
      }
      #expect(grown.array.shape == [2, 7, 8])
      return grown.array.values()
    }
    #expect(try slot(.copy).allSatisfy { $0 == 1 })
    #expect(try slot(.clearAll).allSatisfy { $0 == 0 })
    for policy in [OptimizerStatePolicy.zeroNew, .resetCopies] {
      for (index, value) in try slot(policy).enumerated() {
        #expect(value == ((index / 8) % 7 < 5 ? 1 : 0))
      }
    }
  }

  @Test func impossibleSizesAreRefusedInOneSentence() throws {
    let configuration = model(tied: true).configuration
    func message(_ sizes: Sizes) -> String? {
      #expect(throws: GrowthError.self) { try configuration.widened(to: sizes, by: .pad) }?
        .description
    }
    #expect(message(Sizes(width: 7)) == "width can only grow from 8; got 7")
    #expect(message(Sizes(vocabularySize: -1)) == "vocabularySize can only grow from 7; got -1")
    #expect(
      message(Sizes(headCount: 5))
        == "headCount needs a multiple of 2, the query heads that share a key and value head; got 5"
    )
    #expect(message(Sizes(width: .max)) == "width needs at most 1048576; got \(Int.max)")
    let (_, step) = try configuration.widened(to: Sizes(width: 9), by: .pad)
    let error = #expect(throws: GrowthError.self) {
      try step.grown(
        NamedArray("finalNorm", HostArray([1.0, 2.0])),
        axes: [.scales(.width)],
        quantity: .weight
      ) { HostArray([1.0]) }
    }
    #expect(
      error?.description
        == "finalNorm: needs 8 elements along axis 0 to grow; got shape [2]"
    )
  }
}
