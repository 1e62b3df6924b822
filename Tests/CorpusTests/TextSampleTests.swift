import Files
import EspalierTestSupport
import Randomness
import Testing

@testable import Corpus

@Suite struct TextSampleTests {
  /// Texts of 40 bytes, numbered, in one document each.
  private func numbered(_ count: Int) -> [String] {
    (0..<count).map { number in
      let digits = String(number)
      return "text " + String(repeating: "0", count: 35 - digits.count) + digits
    }
  }

  private func sample(_ texts: [String], maximumByteCount: Int) -> TextSample {
    var rest = texts[...]
    return TextSample(maximumByteCount: maximumByteCount) { rest.popFirst() }
  }

  private func lines(_ sample: TextSample) -> [String] {
    sample.sentences.map { String(decoding: $0, as: UTF8.self) }
  }

  /// At the limit and one byte below it.
  @Test func aCollectionWithinTheLimitIsTakenWholeAndInOrder() {
    let texts = numbered(100)
    let whole = sample(texts, maximumByteCount: 4000)
    #expect(whole.isWhole && lines(whole) == texts)
    #expect(whole.documentCount == 100 && whole.byteCount == 4000 && whole.textByteCount == 4000)
    let part = sample(texts, maximumByteCount: 3999)
    #expect(!part.isWhole && part.byteCount == 3960 && part.textByteCount == 4000)
  }

  /// Each tenth of a collection has a tenth of the sample, within what chance allows; order is kept.
  @Test(arguments: [2, 7, 30]) func everyPlaceHasTheSameChance(timesTooLarge: Int) {
    let texts = numbered(6000)
    let drawn = lines(sample(texts, maximumByteCount: 6000 * 40 / timesTooLarge))
    let numbers = drawn.compactMap { Int($0.dropFirst(5)) }
    #expect(numbers.count == 6000 / timesTooLarge)
    #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
    let share = 1 / Double(timesTooLarge)
    for tenth in 0..<10 {
      let count = numbers.count { $0 / 600 == tenth }
      let bounds = binomialBounds(trials: 600, probability: share)
      #expect(bounds.contains(count), "\(count) in \(tenth)")
    }
  }

  /// How often the draw is cut down on the way changes nothing: a longer collection's sample holds of its
  /// beginning only what a shorter one's does.
  @Test func samplesOfBeginningsAreConsistent() {
    let texts = numbered(3000)
    let short = Set(lines(sample(Array(texts[..<1000]), maximumByteCount: 8000)))
    let long = lines(sample(texts, maximumByteCount: 8000))
    #expect(long.allSatisfy { short.contains($0) || ($0 > texts[999]) })
  }

  /// One large document is sampled from end to end, too.
  @Test func aSingleDocumentIsSampledInside() {
    let text = numbered(2000).joined(separator: "\n")
    let numbers = lines(sample([text], maximumByteCount: 8000)).compactMap {
      Int($0.dropFirst(5))
    }
    #expect(numbers.count == 200)
    #expect(numbers.count { $0 >= 1000 } > 60 && numbers.count { $0 < 1000 } > 60)
  }

  @Test(arguments: [0, 1, 39]) func oneSentenceIsAlwaysTaken(limit: Int) {
    #expect(sample(numbered(10), maximumByteCount: limit).sentences.count == 1)
    #expect(sample([], maximumByteCount: limit).sentences.isEmpty)
  }

  @Test func anErrorOfTheTextsIsThrown() {
    struct Stop: Error, Equatable {}
    var given = 0
    #expect(throws: Stop()) {
      try TextSample {
        given += 1
        if given > 2 { throw Stop() }
        return "some text"
      }
    }
  }

  /// Cut at control characters and at spaces, nothing lost but control characters.
  @Test func sentencesAreWhatTheTrainerTakes() {
    let long = String(repeating: "é", count: 5000)
    let text = "a\tb\n\n\u{1}c d\r\n\(long) tail"
    let sentences = Array(Sentences(of: Array(text.utf8)))
    #expect(sentences.allSatisfy { $0.count <= Sentences.maximumByteCount })
    #expect(sentences.prefix(3).map { String(decoding: $0, as: UTF8.self) } == ["a", "b", "c d"])
    #expect(sentences.joined().elementsEqual(text.utf8.filter { $0 >= 0x20 }))
    #expect(sentences.allSatisfy { firstInvalidUTF8(in: $0) == nil })
  }
}
