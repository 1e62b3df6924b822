import EspalierTestSupport
import Randomness
import Testing

@testable import Corpus

/// The rows that objectives make, against what their definitions say.
@Suite struct ObjectiveTests {
  private static let vocabularySize = 1000

  /// A sequence in which each token is its own position.
  private static func sequence(_ contextLength: Int, documents: [Int32]? = nil) -> TokenSequence {
    TokenSequence(tokens: ArraySlice(0...Int32(contextLength)), documents: documents?[...])
  }

  private static func stream(_ number: Int) -> RandomStream {
    RandomStream(seed: 5).indexed(UInt64(number))
  }

  private static let corruptions: [SpanCorruption] = [0.15, 0.02, 0.5, 0.9].flatMap { rate in
    [1, 3, 2.5, 32].map { SpanCorruption(rate: rate, meanSpanLength: $0) }
  }

  // Span corruption.

  @Test(
    "The row of spans holds each token of its text once, and its sentinels match",
    arguments: corruptions
  )
  func spansAndSentinels(corruption: SpanCorruption) throws {
    for length in [6, 7, 12, 33, 64, 100, 257] {
      guard let layout = corruption.layout(contextLength: length) else {
        // The rate cuts nothing out of as much text as there would be room for.
        #expect(Double(length - 2) * corruption.rate < 0.5)
        continue
      }
      for number in 0..<4 {
        let row = corruption.row(
          of: Self.sequence(length),
          firstSentinel: Int32(Self.vocabularySize),
          stream: Self.stream(number)
        )
        let whole = row.inputs + [try #require(row.targets.last)]
        #expect(Array(whole.dropFirst()) == row.targets)
        let input = whole.prefix(layout.inputCount)
        let targets = whole.dropFirst(layout.inputCount).prefix(layout.targetCount)
        let isSentinel = { (token: Int32) in token >= Self.vocabularySize }
        #expect(
          input.filter(isSentinel).map { Int($0) - Self.vocabularySize }
            == Array(0..<layout.spanCount)
        )
        #expect(
          targets.filter(isSentinel).map { Int($0) - Self.vocabularySize }
            == Array(0...layout.spanCount)
        )
        // Each sentinel of the input replaced by what follows it in the targets gives the text back.
        let restored = input.flatMap { token -> [Int32] in
          guard isSentinel(token), let place = targets.firstIndex(of: token) else { return [token] }
          return Array(targets[(place + 1)...].prefix { !isSentinel($0) })
        }
        #expect(restored == Array(0..<Int32(layout.sourceCount)))
        #expect(targets.count { !isSentinel($0) } == layout.cutCount)
        #expect(targets.last.map(isSentinel) == true)
        // The loss counts on the targets and nowhere else.
        let counted = row.weights.indices.filter { row.weights[$0] == 1 }.map { $0 + 1 }
        #expect(counted == Array(targets.indices))
        #expect(row.weights.allSatisfy { $0 == 0 || $0 == 1 })
        #expect(row.prefixLength == layout.inputCount)
        #expect(whole.count - layout.inputCount - layout.targetCount <= 2)
        #expect(Set(whole.dropFirst(targets.endIndex)).isSubset(of: targets.suffix(1)))
      }
    }
  }

  @Test(
    "As much text as fits is cut at the rate into spans of the mean length",
    arguments: corruptions
  )
  func layouts(corruption: SpanCorruption) {
    for length in 4...300 {
      guard let layout = corruption.layout(contextLength: length) else { continue }
      let cut = Double(layout.sourceCount) * corruption.rate
      let left = layout.sourceCount - layout.cutCount
      #expect(layout.cutCount == Int(cut.rounded()) || left == 1)
      let spans = max(1, (Double(layout.cutCount) / corruption.meanSpanLength).rounded())
      #expect(layout.spanCount == Int(spans) || layout.spanCount == left + 1)
      #expect((length - 1...length + 1).contains(layout.inputCount + layout.targetCount))
      #expect(layout.sentinelCount == layout.spanCount + 1)
    }
  }

  @Test("All ways to place the spans are equally likely")
  func spansAreUniform() throws {
    let corruption = SpanCorruption(rate: 0.5, meanSpanLength: 2)
    let layout = SpanCorruption.Layout(sourceCount: 7, cutCount: 4, spanCount: 2)
    // Two spans of 1 + 3, 2 + 2 or 3 + 1 tokens, and the 3 left tokens before, between and behind them.
    var ways: Set<[Range<Int>]> = []
    for first in 1...3 {
      for start in 0...2 {
        for gap in 1...3 - start {
          let second = start + first + gap
          ways.insert([start..<start + first, second..<second + 4 - first])
        }
      }
    }
    let count = 6000
    let drawn = (0..<count).map { corruption.spans(of: layout, stream: Self.stream($0)) }
    let counts = Dictionary(drawn.map { ($0, 1) }, uniquingKeysWith: +)
    #expect(Set(counts.keys) == ways)
    let bounds = binomialBounds(trials: count, probability: 1 / Double(ways.count))
    for (way, found) in counts { #expect(bounds.contains(found), "\(way): \(found)") }
  }

  @Test("Where documents are kept apart, no target begins one, and sentinels belong to their spans")
  func spansOfDocuments() {
    let documents: [Int32] = (0...60).map { Int32($0 / 7) }
    let corruption = SpanCorruption(rate: 0.3, meanSpanLength: 3)
    for number in 0..<20 {
      let row = corruption.row(
        of: Self.sequence(60, documents: documents),
        firstSentinel: Int32(Self.vocabularySize),
        stream: Self.stream(number)
      )
      let found = row.documents ?? []
      #expect(found.count == 60)
      for (position, token) in row.inputs.enumerated() where token < Self.vocabularySize {
        #expect(found[position] == documents[Int(token)])
      }
      for (position, token) in row.inputs.enumerated().dropLast()
      where token >= Self.vocabularySize && position >= row.prefixLength {
        let isSpan = row.inputs[position + 1] < Self.vocabularySize
        if isSpan { #expect(found[position] == found[position + 1]) }
      }
      for position in 0..<59 where found[position] != found[position + 1] {
        #expect(row.weights[position] == 0)
      }
      #expect(row.weights.contains(1))
    }
  }

  // The mixture.

  private static let mixture = ObjectiveMixture(
    causalShare: 0.6,
    prefixShare: 0.25,
    spanShare: 0.15,
    spanCorruption: SpanCorruption(rate: 0.15, meanSpanLength: 3)
  )

  @Test("A mixture's parts come in their shares")
  func sharesOfAMixture() {
    let count = 5000
    let parts = (0..<count).map { Self.mixture.part(Self.stream($0)) }
    for (part, share) in zip(ObjectiveMixture.Part.allCases, [0.6, 0.25, 0.15]) {
      let found = parts.count { $0 == part }
      #expect(
        binomialBounds(trials: count, probability: share).contains(found),
        "\(part): \(found)"
      )
    }
  }

  @Test("A share of 0 never comes, one of 1 always", arguments: ObjectiveMixture.Part.allCases)
  func wholeShares(only: ObjectiveMixture.Part) {
    var mixture = Self.mixture
    (mixture.causalShare, mixture.prefixShare, mixture.spanShare) = (
      only == .causal ? 1 : 0, only == .prefix ? 1 : 0, only == .spanCorruption ? 1 : 0
    )
    #expect((0..<500).allSatisfy { mixture.part(Self.stream($0)) == only })
    #expect((mixture.sentinelCount(contextLength: 64) > 0) == (only == .spanCorruption))
  }

  @Test("A prefix has any length there is, and what is behind it counts")
  func prefixes() {
    var mixture = Self.mixture
    (mixture.causalShare, mixture.prefixShare, mixture.spanShare) = (0, 1, 0)
    let (length, count) = (9, 4000)
    let rows = (0..<count).map {
      mixture.row(of: Self.sequence(length), vocabularySize: 10, stream: Self.stream($0))
    }
    for prefix in 1...length {
      let found = rows.count { $0.prefixLength == prefix }
      let bounds = binomialBounds(trials: count, probability: 1 / Double(length))
      #expect(bounds.contains(found), "\(prefix): \(found)")
    }
    for row in rows.prefix(100) {
      #expect(row.inputs == Array(0..<9) && row.targets == Array(1...9))
      let counted = zip(row.targets, row.weights).filter { $1 == 1 }.map(\.0)
      #expect(counted == Array(Int32(row.prefixLength)...9))
    }
  }

  @Test("The causal row counts all targets but those that begin a document")
  func causalRows() {
    let documents: [Int32] = [0, 0, 1, 1, 1, 2, 3]
    let row = Objective.causal.row(
      of: Self.sequence(6, documents: documents),
      vocabularySize: 10,
      stream: Self.stream(0)
    )
    #expect(row.weights == [1, 0, 1, 1, 0, 0])
    #expect(row.documents == [0, 0, 1, 1, 1, 2])
    #expect(row.prefixLength == 0)
  }

  // Masking.

  @Test("Of the chosen tokens 80 % are masked, 10 % random and 10 % kept, and no other is touched")
  func masking() throws {
    let (length, count, vocabulary) = (20, 3000, 50)
    let masking = TokenMasking(rate: 0.15)
    let sequence = Self.sequence(length)
    var (masked, changed, kept) = (0, 0, 0)
    var places = [Int](repeating: 0, count: length)
    for number in 0..<count {
      let row = masking.row(of: sequence, vocabularySize: vocabulary, stream: Self.stream(number))
      #expect(row.targets == Array(0..<Int32(length)))
      #expect(row.weights.reduce(0, +) == 3)
      #expect(row.prefixLength == length)
      for position in 0..<length {
        let (input, target) = (row.inputs[position], row.targets[position])
        guard row.weights[position] == 1 else {
          #expect(input == target)
          continue
        }
        places[position] += 1
        if input == vocabulary {
          masked += 1
        } else if input == target {
          kept += 1
        } else {
          changed += 1
        }
        #expect((0...Int32(vocabulary)).contains(input))
      }
    }
    // A random token is the old one once in `vocabulary` times.
    let luck = 0.1 / Double(vocabulary)
    for (found, share) in [(masked, 0.8), (changed, 0.1 - luck), (kept, 0.1 + luck)] {
      #expect(
        binomialBounds(trials: 3 * count, probability: share).contains(found),
        "\(share): \(found)"
      )
    }
    let bounds = binomialBounds(trials: count, probability: 3.0 / 20)
    for (position, found) in places.enumerated() {
      #expect(bounds.contains(found), "position \(position): \(found)")
    }
  }

  @Test("A row has at least one hidden token, however low the rate")
  func leastMasking() {
    #expect(TokenMasking(rate: 1e-9).chosenCount(contextLength: 3) == 1)
    #expect(TokenMasking(rate: 0.999).chosenCount(contextLength: 3) == 3)
    #expect(TokenMasking(rate: 0.15).chosenCount(contextLength: 128) == 19)
  }

  // What all of them share.

  private static let objectives: [Objective] = [
    .causal, .mixture(mixture), .masked(TokenMasking(rate: 0.15)),
  ]

  @Test("A row depends on its stream and nothing else", arguments: objectives)
  func rowsDependOnTheirStream(objective: Objective) {
    let rows = (0..<40).map { number in
      objective.row(of: Self.sequence(30), vocabularySize: 40, stream: Self.stream(number))
    }
    for number in [17, 3, 39] {
      let again = objective.row(
        of: Self.sequence(30),
        vocabularySize: 40,
        stream: Self.stream(number)
      )
      #expect(again == rows[number])
    }
    #expect((Set(rows).count == 1) == (objective == .causal))
  }

  @Test("All tokens of a row are known to the model", arguments: objectives)
  func tokensAreKnown(objective: Objective) {
    for length in [6, 16, 128] {
      let size = 200 + objective.extraTokenCount(contextLength: length)
      var seen: Set<Int32> = []
      for number in 0..<200 {
        let row = objective.row(
          of: Self.sequence(length),
          vocabularySize: 200,
          stream: Self.stream(number)
        )
        seen.formUnion(row.inputs + row.targets)
        #expect(row.inputs.count == length && row.targets.count == length)
        #expect(row.weights.count == length && (0...length).contains(row.prefixLength))
      }
      // And the model knows no more than that.
      #expect(seen.filter { $0 >= 200 } == Set(200..<Int32(size)))
    }
  }

  @Test("The formula of what is visible is the mean over rows", arguments: [5, 6, 31, 128])
  func visibleCounts(length: Int) throws {
    func visible(_ prefix: Int) -> Double {
      Double((0..<length).reduce(0) { $0 + max($1 + 1, prefix) }) / Double(length)
    }
    func mean(_ causal: Double, _ prefix: Double, _ spans: Double) -> Double {
      var mixture = Self.mixture
      mixture.spanCorruption = SpanCorruption(rate: 0.3, meanSpanLength: 2)
      (mixture.causalShare, mixture.prefixShare, mixture.spanShare) = (causal, prefix, spans)
      return Objective.mixture(mixture).meanVisibleCount(contextLength: length)
    }
    let corruption = SpanCorruption(rate: 0.3, meanSpanLength: 2)
    let layout = try #require(corruption.layout(contextLength: length))
    let expected = [
      visible(0), (1...length).map(visible).reduce(0, +) / Double(length),
      visible(layout.inputCount),
    ]
    let found = [mean(1, 0, 0), mean(0, 1, 0), mean(0, 0, 1)]
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-9) }
    #expect(
      abs(mean(0.5, 0.25, 0.25) - expected[0] / 2 - (expected[1] + expected[2]) / 4) < 1e-9
    )
    #expect(Objective.causal.meanVisibleCount(contextLength: length) == visible(0))
    let masked = Objective.masked(TokenMasking(rate: 0.15))
    #expect(masked.meanVisibleCount(contextLength: length) == visible(length))
  }
}
