import Randomness
import EspalierTestSupport
import Testing

/// Every bound below lies five standard deviations from the expectation.
///
/// With a normal statistic, one
/// false alarm in about two million tests. The seeds are fixed, so a test that passes once passes always.
@Suite struct RandomStreamTests {
  private let stream = RandomStream(seed: 42).named("test")
  private let count = 20_000

  /// Mean 1/2 and variance 1/12; the sample variance of a uniform deviates by sqrt(1/180 / n).
  @Test func uniformNumbersHaveTheirMoments() {
    let numbers = (0..<UInt64(count)).map(stream.uniform(at:))
    let n = Double(count)
    let mean = numbers.reduce(0, +) / n
    let variance = numbers.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / n
    #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(mean - 0.5) < 5 * (1 / 12.0 / n).squareRoot())
    #expect(abs(variance - 1 / 12.0) < 5 * (1 / 180.0 / n).squareRoot())
  }

  /// Pearson's statistic over 64 cells: expectation 63, deviation sqrt(126).
  @Test func uniformNumbersFillTheirRangeEvenly() {
    var cells = [Double](repeating: 0, count: 64)
    for index in 0..<UInt64(count) { cells[Int(stream.uniform(at: index) * 64)] += 1 }
    let expected = Double(count) / 64
    let statistic = cells.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    #expect(abs(statistic - 63) < 5 * 126.0.squareRoot())
  }

  /// Each bit of a word is set half of the time, with a deviation of sqrt(n) / 2.
  @Test func everyBitIsFair() {
    var counts = [Int](repeating: 0, count: 64)
    for index in 0..<UInt64(4000) {
      let word = stream.word(at: index)
      for bit in 0..<64 { counts[bit] += Int(word >> UInt64(bit) & 1) }
    }
    for count in counts { #expect(abs(Double(count) - 2000) < 5 * 4000.0.squareRoot() / 2) }
  }

  @Test(arguments: [0, 1, 2, 7, 1000, 65_537])
  func normalNumbersAtOnceAreThoseOneByOne(count: Int) {
    #expect(stream.normals(count: count) == (0..<UInt64(count)).map(stream.normal(at:)))
  }

  /// Mean 0, variance 1, third moment 0 and fourth moment 3; for a standard normal the n-th sample moments
  /// deviate by sqrt(1, 2, 15, 96 over n).
  @Test func normalNumbersHaveTheirMoments() {
    let numbers = stream.normals(count: count)
    let n = Double(count)
    func moment(_ power: Int) -> Double {
      numbers.reduce(0) { sum, x in sum + (0..<power).reduce(1.0) { product, _ in product * x } }
        / n
    }
    #expect(numbers.allSatisfy { $0.isFinite })
    #expect(abs(moment(1)) < 5 * (1 / n).squareRoot())
    #expect(abs(moment(2) - 1) < 5 * (2 / n).squareRoot())
    #expect(abs(moment(3)) < 5 * (15 / n).squareRoot())
    #expect(abs(moment(4) - 3) < 5 * (96 / n).squareRoot())
  }

  /// The two numbers of one Box-Muller pair share a radius and must not be correlated for it.
  @Test func neighbouringNormalNumbersAreUncorrelated() {
    let numbers = stream.normals(count: count)
    let pairs = stride(from: 0, to: count, by: 2)
    let products = pairs.reduce(0.0) { $0 + numbers[$1] * numbers[$1 + 1] }
    #expect(abs(products) < 5 * Double(count / 2).squareRoot())
  }

  /// The sample correlation of independent numbers deviates by 1 / sqrt(n).
  @Test(arguments: [
    ("a", "b"), ("layers.0", "layers.1"), ("", "a"), ("ab", "ba"), ("query", "query "),
  ])
  func streamsOfDifferentNamesAreIndependent(first: String, second: String) {
    let n = 5000
    let one = stream.named(first).normals(count: n)
    let other = stream.named(second).normals(count: n)
    let correlation = zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } / Double(n)
    #expect(abs(correlation) < 5 / Double(n).squareRoot())
    #expect(one[0] != other[0])
  }

  @Test func namesNumbersAndSeedsGiveDifferentKeys() {
    var keys: Set<SIMD2<UInt32>> = []
    for seed in UInt64(0)..<20 {
      let root = RandomStream(seed: seed)
      keys.insert(root.key)
      for name in 0..<20 {
        keys.insert(root.named("name \(name)").key)
        keys.insert(root.indexed(UInt64(name)).key)
        keys.insert(root.named("name").indexed(UInt64(name)).key)
      }
    }
    #expect(keys.count == 20 * 61)
  }

  @Test func aPathOfNamesIsNotOneLongName() {
    #expect(stream.named("a").named("b") != stream.named("ab"))
    #expect(stream.named("a").named("b") != stream.named("b").named("a"))
  }

  @Test func aNumberDependsOnItsAddressAlone() {
    let forward = (UInt64(0)..<50).map { stream.word(at: $0) }
    let backward = (UInt64(0)..<50).reversed().map {
      RandomStream(seed: 42).named("test").word(at: $0)
    }
    #expect(forward == backward.reversed())
    #expect(stream.word(at: 1 << 32) != stream.word(at: 0))
    #expect(RandomStream(seed: 1 << 32) != RandomStream(seed: 0))
  }

  @Test func aGeneratorWalksTheStream() {
    var generator = stream.makeGenerator()
    let words = (0..<10).map { _ in generator.next() }
    #expect(words == (UInt64(0)..<10).map { stream.word(at: $0) })
  }

  /// Checkpoints and corpora hold what these numbers decided, so they never change.
  @Test func theNumbersArePartOfTheFormat() {
    #expect(stream.key == SIMD2(4_276_967_725, 2_485_791_883))
    #expect(stream.word(at: 0) == 9_454_789_513_193_501_451)
    #expect(stream.indexed(7).word(at: 1 << 40) == 7_873_646_309_252_986_888)
  }
}

/// Choices made with a stream.
@Suite struct RandomChoiceTests {
  private static let stream = RandomStream(seed: 11).named("choices")

  @Test("Every subset of a size is equally likely, and is in order", arguments: [0, 1, 2, 3, 4, 5])
  func subsetsAreUniform(size: Int) {
    let draws = (0..<4000).map {
      Self.stream.indexed(UInt64($0)).subset(ofSize: size, below: 5)
    }
    #expect(draws.allSatisfy { $0.count == size && $0 == Set($0).sorted() })
    let counts = Dictionary(draws.map { ($0, 1) }, uniquingKeysWith: +)
    let ways = [1, 5, 10, 10, 5, 1][size]
    #expect(counts.count == ways)
    guard ways > 1 else { return }
    let bounds = binomialBounds(trials: draws.count, probability: 1 / Double(ways))
    for (subset, count) in counts { #expect(bounds.contains(count), "\(subset): \(count)") }
  }

  @Test("The bounds of a count leave no more than the chance outside")
  func binomialBoundsAreTight() {
    // Of three fair coins none is heads once in 8, at most one once in 2.
    #expect(binomialBounds(trials: 3, probability: 0.5, chance: 0.2) == 1...2)
    #expect(binomialBounds(trials: 3, probability: 0.5, chance: 0.1) == 0...3)
    #expect(binomialBounds(trials: 2, probability: 0.9, chance: 0.02) == 1...2)
  }

  @Test("Whole numbers fill their range evenly", arguments: [1, 2, 3, 7, 10])
  func wholeNumbersAreUniform(bound: Int) {
    let draws = (0..<4000).map { Self.stream.wholeNumber(below: bound, at: UInt64($0)) }
    #expect(Set(draws) == Set(0..<bound))
    guard bound > 1 else { return }
    let bounds = binomialBounds(trials: draws.count, probability: 1 / Double(bound))
    for number in 0..<bound { #expect(bounds.contains(draws.count { $0 == number })) }
  }
}
