import Arrays
import Randomness
import StableHLO

/// Random shapes and numbers for a case; a seed and a name give all of them.
struct Draw {
  private var generator: RandomStream.Generator
  /// Places on a grid that have not been handed out yet.
  private var places: [Int] = []
  private static let placeCount = 400

  init(_ name: String, _ index: Int, seed: UInt64 = 20) {
    generator = RandomStream(seed: seed).named(name).indexed(UInt64(index)).makeGenerator()
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    elements.shuffled(using: &generator)
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[integer(0...elements.count - 1)]
  }

  mutating func chance(_ percent: Int) -> Bool {
    integer(1...100) <= percent
  }

  /// A small shape; now and then with an empty axis, often with an axis of one.
  mutating func shape(rank: ClosedRange<Int> = 0...3, extents: ClosedRange<Int> = 1...4) -> Shape {
    let rank = integer(rank)
    return Shape((0..<rank).map { _ in chance(4) ? 0 : integer(extents) })
  }

  /// Some of the axes, in random order.
  mutating func axes(of rank: Int, atLeast least: Int = 0) -> [Int] {
    Array(shuffled(Array(0..<rank)).prefix(integer(least...rank)))
  }

  /// A number that differs from every other of this draw by more than a difference quotient's step.
  mutating func number(_ range: ClosedRange<Double> = -2...2) -> Double {
    if places.isEmpty { places = Array(0..<Self.placeCount).shuffled(using: &generator) }
    let place = Double(places.removeLast()) + Double.random(in: 0.4...0.6, using: &generator)
    return range.lowerBound + (range.upperBound - range.lowerBound) * place
      / Double(Self.placeCount)
  }

  mutating func reals(_ shape: Shape, _ range: ClosedRange<Double> = -2...2) -> HostArray {
    HostArray((0..<shape.elementCount).map { _ in number(range) }, shape: shape)
  }

  mutating func integers(_ shape: Shape, _ range: ClosedRange<Int>) -> HostArray {
    HostArray((0..<shape.elementCount).map { _ in Int32(integer(range)) }, shape: shape)
  }

  mutating func truths(_ shape: Shape) -> HostArray {
    HostArray((0..<shape.elementCount).map { _ in chance(50) }, shape: shape)
  }
}
