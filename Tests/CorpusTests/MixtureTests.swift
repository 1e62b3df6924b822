import EspalierTestSupport
import Testing

@testable import Corpus

/// Sequences of several files, drawn by their position alone.
@Suite struct MixtureTests {
  /// In every whole period each file has exactly its share, and no sequence of an epoch comes twice.
  @Test(arguments: [[30], [1], [50], [100], [20, 10], [33, 33, 33], [7, 60, 33]], [0, 5])
  func sharesAreRightToTheSequence(percentages: [Int], firstBatch: Int) {
    let counts = [1000] + percentages.indices.map { 400 + 7 * $0 }
    let sampler = MixtureSampler(
      seed: 3,
      counts: counts,
      percentages: percentages,
      batchSize: 4,
      firstBatch: firstBatch
    )
    let start = firstBatch * 4
    let rest = 100 - percentages.reduce(0, +)
    var seen = [Int](repeating: 0, count: counts.count)
    seen[0] = start
    for position in 0..<start { #expect(sampler.place(ofPosition: position) == (0, position)) }
    for period in 0..<6 {
      let begin = start + period * sampler.period
      let places = (begin..<begin + sampler.period).map(sampler.place)
      for (part, share) in ([rest] + percentages).enumerated() {
        let ordinals = places.filter { $0.part == part }.map(\.ordinal).sorted()
        let count = share * sampler.period / 100
        #expect(share * sampler.period % 100 == 0)
        #expect(ordinals == Array(seen[part]..<seen[part] + count))
        seen[part] += count
      }
    }
  }

  /// Without a mixture, and before it begins, batches are those of one file.
  @Test func withoutAMixtureNothingChanges() {
    let plain = BatchSampler(seed: 5, sequenceCount: 70, batchSize: 6)
    let one = MixtureSampler(seed: 5, counts: [70], batchSize: 6)
    let later = MixtureSampler(
      seed: 5,
      counts: [70, 30],
      percentages: [40],
      batchSize: 6,
      firstBatch: 9
    )
    for batch in 0..<20 {
      #expect(one.indices(ofBatch: batch) == plain.indices(ofBatch: batch))
      if batch < 9 { #expect(later.indices(ofBatch: batch) == plain.indices(ofBatch: batch)) }
    }
    #expect((9..<20).contains { later.indices(ofBatch: $0) != plain.indices(ofBatch: $0) })
  }

  /// What the first file had trained on before the mixture does not come again in its epoch.
  @Test func theFirstFileGoesOnWhereItWas() {
    let sampler = MixtureSampler(
      seed: 1,
      counts: [120, 50],
      percentages: [50],
      batchSize: 10,
      firstBatch: 6
    )
    let own = (0..<18).flatMap { sampler.indices(ofBatch: $0) }.filter { $0 < 120 }
    #expect(own.count == 120 && Set(own).count == 120)
    let other = (6..<16).flatMap { sampler.indices(ofBatch: $0) }.filter { $0 >= 120 }
    #expect(Set(other) == Set(120..<170))
  }

  @Test func sequencesAreNumberedThroughTheFiles() throws {
    let file = try TokenFile(path: TestCorpus.tokenFile())
    let parts = try [Split.train, .validation].map {
      try file.sequences(of: $0, contextLength: 12)
    }
    let mixed = MixedSequences(parts)
    let border = parts[0].count
    #expect(
      try mixed.tokens([border + 1, 0, border - 1])
        == parts[1].tokens([1]) + parts[0].tokens([0, border - 1])
    )
    #expect(mixed.segments([border]) == parts[1].segments([0]))
    #expect(mixed.answers([0]) == nil)
    #expect(mixed.place(of: border) == (1, 0) && mixed.place(of: border - 1) == (0, border - 1))
  }
}
