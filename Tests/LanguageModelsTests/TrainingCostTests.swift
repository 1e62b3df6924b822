import Testing

@testable import LanguageModels

@Suite struct TrainingCostTests {
  private static let configuration = LlamaConfiguration(
    layerCount: 2,
    width: 8,
    headCount: 4,
    keyValueHeadCount: 2,
    feedForwardWidth: 5,
    vocabularySize: 7,
    contextLength: 6
  )

  /// Multiplications and additions of the matrix products of one sequence, product by product.
  private func forwardOperations(layers: Int) -> Int {
    let (tokens, width, headSize, queryHeads, keyHeads) = (6, 8, 2, 4, 2)
    func product(_ rows: Int, _ inner: Int, _ columns: Int) -> Int { 2 * rows * inner * columns }
    var layer = product(tokens, width, queryHeads * headSize)  // query
    layer += 2 * product(tokens, width, keyHeads * headSize)  // key and value
    layer += product(tokens, queryHeads * headSize, width)  // output
    layer += 2 * product(tokens, width, 5)  // gate and up
    layer += product(tokens, 5, width)  // down
    for position in 1...tokens {
      // A head scores each visible key, and mixes as many values.
      layer += queryHeads * (product(1, headSize, position) + product(1, position, headSize))
    }
    return layers * layer + product(tokens, width, 7)
  }

  @Test(
    "The cost is three times the forward pass, counted product by product",
    arguments: [0, 1, 5]
  )
  func costIsThreeTimesTheForwardPass(layers: Int) {
    let cost = TrainingCost(Self.configuration)
    #expect(
      cost.operations(tokens: 6, layers: layers) == Double(3 * forwardOperations(layers: layers))
    )
    #expect(cost.operations(tokens: 0, layers: layers) == 0)
  }
}
