import Randomness

/// Draws, one after the other, from a random stream.
struct Draws {
  private let stream: RandomStream
  private var index: UInt64 = 0

  /// The draws of one item of a task.
  init(seed: UInt64, task: String, item: UInt64) {
    stream = RandomStream(seed: seed).named("task").named(task).indexed(item)
  }

  /// A whole number from 0 on.
  mutating func number(below bound: Int) -> Int {
    index += 1
    return stream.wholeNumber(below: bound, at: index - 1)
  }

  /// A whole number of a range.
  mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + number(below: range.count)
  }

  /// One of several.
  mutating func element<Element>(of elements: [Element]) -> Element {
    elements[number(below: elements.count)]
  }

  /// Different ones of several, in any order.
  mutating func elements<Element>(_ count: Int, of elements: [Element]) -> [Element] {
    var rest = elements
    return (0..<count).map { _ in rest.remove(at: number(below: rest.count)) }
  }

  /// All of several, in any order.
  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    self.elements(elements.count, of: elements)
  }

  /// Values that differ from each other.
  mutating func distinct<Value: Hashable>(
    _ count: Int,
    besides known: [Value] = [],
    drawing draw: (inout Draws) -> Value
  ) -> [Value] {
    var values: [Value] = []
    while values.count < count {
      let value = draw(&self)
      if !values.contains(value), !known.contains(value) { values.append(value) }
    }
    return values
  }
}
