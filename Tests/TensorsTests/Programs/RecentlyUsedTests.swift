import Testing

@testable import Tensors

@Suite struct RecentlyUsedTests {
  @Test func whatWasUsedLongestAgoLeaves() {
    var kept = RecentlyUsed<String, Int>(capacity: 2)
    kept.keep(1, for: "a")
    kept.keep(2, for: "b")
    #expect(kept.value(for: "a") == 1)
    kept.keep(3, for: "c")
    #expect(kept.value(for: "b") == nil)
    #expect(kept.value(for: "a") == 1 && kept.value(for: "c") == 3)
  }

  @Test func anotherValueOfAKeyTakesNoPlace() {
    var kept = RecentlyUsed<String, Int>(capacity: 2)
    kept.keep(1, for: "a")
    kept.keep(2, for: "b")
    kept.keep(3, for: "b")
    #expect(kept.value(for: "a") == 1 && kept.value(for: "b") == 3)
  }

  /// Whatever is done, the keys used last are there with their values, and no others.
  @Test(arguments: [1, 3, 8]) func theLastKeysAreThere(capacity: Int) {
    var kept = RecentlyUsed<Int, Int>(capacity: capacity)
    var expected: [(key: Int, value: Int)] = []
    for turn in 0..<300 {
      let key = (5 * turn * turn + turn / 3) % 12
      let known = expected.first { $0.key == key }?.value
      #expect(kept.value(for: key) == known)
      if known == nil { kept.keep(turn, for: key) }
      expected.removeAll { $0.key == key }
      expected = (expected + [(key, known ?? turn)]).suffix(capacity)
    }
  }
}
