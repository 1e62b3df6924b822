import Testing

@testable import Evaluation

@Suite struct LayerOrderTests {
  @Test func anOrderIsRead() throws {
    #expect(try LayerOrder("0-3", layerCount: 4).layers == [0, 1, 2, 3])
    #expect(try LayerOrder("0,1-2,1-2,3", layerCount: 4).layers == [0, 1, 2, 1, 2, 3])
    #expect(try LayerOrder("3-0", layerCount: 4).layers == [3, 2, 1, 0])
    #expect(try LayerOrder("2", layerCount: 4).layers == [2])
  }

  @Test(arguments: ["", "4", "0-4", "0,,1", "a", "0-1-2", "-1", "1-", " 0"])
  func whatIsNoOrderIsRefused(text: String) {
    #expect(
      throws: EvaluationError.layerOrder(
        text: text,
        needs: "layers from 0 to 3, such as 0-3 or 0,0,1"
      )
    ) { try LayerOrder(text, layerCount: 4) }
  }

  /// Of an even number of blocks the one before the middle, as MIDAS copies it.
  @Test func theMiddleIsRepeated() throws {
    func layers(_ count: Int, _ blockSize: Int, _ layerCount: Int) throws -> [Int]? {
      try LayerOrder.repeatingMiddle(count, blockSize: blockSize, layerCount: layerCount).layers
    }
    #expect(try layers(1, 2, 6) == nil)
    #expect(try layers(2, 2, 6) == [0, 1, 2, 3, 2, 3, 4, 5])
    #expect(try layers(3, 1, 4) == [0, 1, 1, 1, 2, 3])
    #expect(try layers(2, 3, 12) == [0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    #expect(try layers(2, 2, 5) == [0, 1, 2, 1, 2, 3, 4])
    #expect(throws: EvaluationError.self) { try layers(2, 7, 6) }
    #expect(throws: EvaluationError.self) { try layers(0, 2, 6) }
    #expect(throws: EvaluationError.self) { try layers(65, 2, 6) }
  }
}
