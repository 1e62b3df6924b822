import Arrays
import Foundation
import Testing

@Suite struct ShapeTests {
  @Test func scalarHasOneElementAndNoAxis() {
    #expect(Shape.scalar.rank == 0)
    #expect(Shape.scalar.elementCount == 1)
    #expect(Shape.scalar.strides.isEmpty)
    #expect(Shape.scalar.description == "[]")
  }

  @Test func axesCountFromBothEnds() {
    let shape: Shape = [2, 3, 5]
    #expect(shape.rank == 3)
    #expect(shape.elementCount == 30)
    #expect((0..<3).map { shape[$0] } == [2, 3, 5])
    #expect((-3..<0).map { shape[$0] } == [2, 3, 5])
    #expect(shape.description == "[2, 3, 5]")
  }

  @Test(arguments: [
    ([2, 3, 5], [15, 5, 1]), ([7], [1]), ([4, 1, 6], [6, 6, 1]), ([3, 0, 2], [0, 2, 1]),
  ])
  func stridesAreRowMajor(dimensions: [Int], strides: [Int]) {
    #expect(Shape(dimensions).strides == strides)
  }

  @Test func emptyAxisMeansNoElements() {
    #expect(Shape([3, 0, 2]).elementCount == 0)
    #expect(TensorType(.float64, [3, 0, 2]).byteCount == 0)
  }

  @Test func storedFormIsAPlainList() throws {
    let shape: Shape = [2, 3]
    #expect(String(decoding: try JSONEncoder().encode(shape), as: UTF8.self) == "[2,3]")
    #expect(try JSONDecoder().decode(Shape.self, from: Data("[2,3]".utf8)) == shape)
    #expect(try JSONDecoder().decode(Shape.self, from: Data("[]".utf8)) == .scalar)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Shape.self, from: Data("[2,-3]".utf8))
    }
  }

  @Test func tensorTypeReadsAsTypeAndExtents() throws {
    let type = TensorType(.bfloat16, [8, 256])
    #expect(type.description == "bfloat16[8, 256]")
    #expect(type.byteCount == 4096)
    let data = try JSONEncoder().encode(type)
    #expect(try JSONDecoder().decode(TensorType.self, from: data) == type)
  }
}
