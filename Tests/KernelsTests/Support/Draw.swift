import Arrays
import Randomness

/// Random sizes and numbers; a name and an index give all of them.
struct Draw {
  private var generator: RandomStream.Generator

  init(_ name: String, _ index: Int = 0) {
    generator = RandomStream(seed: 4).named(name).indexed(UInt64(index)).makeGenerator()
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[integer(0...elements.count - 1)]
  }

  mutating func chance(_ percent: Int) -> Bool { integer(1...100) <= percent }

  /// Normal numbers of `float32`.
  ///
  /// They are cut from one table, since tests make millions of them without being optimised.
  mutating func normals(_ shape: Shape) -> HostArray {
    var values: [Float] = []
    values.reserveCapacity(shape.elementCount)
    while values.count < shape.elementCount {
      let start = integer(0...Self.normals.count - 1)
      let count = min(shape.elementCount - values.count, Self.normals.count - start)
      values.append(contentsOf: Self.normals[start..<start + count])
    }
    return HostArray(values, shape: shape)
  }

  private static let normals = RandomStream(seed: 4).named("normals").normals(count: 30_011)
    .map(Float.init)

  mutating func integers(_ shape: Shape, _ range: ClosedRange<Int>) -> HostArray {
    HostArray((0..<shape.elementCount).map { _ in Int32(integer(range)) }, shape: shape)
  }
}
