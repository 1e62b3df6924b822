import Randomness
import Testing

@testable import Corpus

@Suite struct KeyedPermutationTests {
  @Test(arguments: Array(1...70) + [127, 128, 129, 255, 256, 257, 1000, 4096, 4097])
  func everyElementComesOnce(count: Int) {
    let permutation = KeyedPermutation(count: count, stream: RandomStream(seed: UInt64(count)))
    #expect((0..<count).map { permutation[$0] }.sorted() == Array(0..<count))
  }

  /// Where the first and the last position go, over 2000 keys, is uniform.
  ///
  /// Pearson's statistic with n - 1 degrees of freedom; the bound mean + 4.5 sigma leaves a false alarm
  /// in fewer than 1 in 10,000 keys' choice for each case (the keys are fixed, so the outcome is too).
  @Test(arguments: [2, 3, 5, 16, 63, 64, 100], [false, true])
  func everyPlaceIsEquallyLikely(count: Int, last: Bool) {
    let draws = 2000
    var counts = [Int](repeating: 0, count: count)
    for key in 0..<draws {
      let stream = RandomStream(seed: 5).indexed(UInt64(key))
      counts[KeyedPermutation(count: count, stream: stream)[last ? count - 1 : 0]] += 1
    }
    let expected = Double(draws) / Double(count)
    let statistic =
      counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) }
      / expected
    let freedom = Double(count - 1)
    #expect(statistic < freedom + 4.5 * (2 * freedom).squareRoot() + 6)
  }

  /// Neighbours do not stay neighbours: in a random permutation of n, the expected number of positions
  /// whose element is one more than the one before is (n - 1) / n, about Poisson(1); more than 8 has a
  /// probability of about 1e-6.
  @Test func neighboursAreParted() {
    let permutation = KeyedPermutation(count: 1000, stream: RandomStream(seed: 3))
    let kept = (1..<1000).count { permutation[$0] == permutation[$0 - 1] + 1 }
    #expect(kept <= 8)
  }
}

@Suite struct BatchSamplerTests {
  /// The batches laid end to end are epochs, and each epoch holds every sequence once.
  @Test(arguments: [1, 2, 3, 7, 64, 65, 100], [1, 2, 3, 8, 32, 150])
  func noSequenceRepeatsWithinAnEpoch(sequenceCount: Int, batchSize: Int) {
    let sampler = BatchSampler(seed: 1, sequenceCount: sequenceCount, batchSize: batchSize)
    let batchCount = (4 * sequenceCount + batchSize - 1) / batchSize
    let flow = (0..<batchCount).flatMap { sampler.indices(ofBatch: $0) }
    #expect(flow.count == batchCount * batchSize)
    for epoch in 0..<4 {
      let visited = flow[(epoch * sequenceCount)..<((epoch + 1) * sequenceCount)]
      #expect(visited.sorted() == Array(0..<sequenceCount), "epoch \(epoch)")
    }
  }

  @Test func epochsAndSeedsDiffer() {
    let sampler = BatchSampler(seed: 1, sequenceCount: 100, batchSize: 100)
    let epochs = (0..<20).map { sampler.indices(ofBatch: $0) }
    #expect(Set(epochs).count == 20)
    let other = BatchSampler(seed: 2, sequenceCount: 100, batchSize: 100)
    #expect(other.indices(ofBatch: 0) != epochs[0])
  }

  /// A run that stops after any batch and starts again there sees what it would have seen.
  @Test func aBatchDependsOnItsNumberAlone() {
    let sampler = BatchSampler(seed: 9, sequenceCount: 1237, batchSize: 32)
    let forward = (0..<100).map { sampler.indices(ofBatch: $0) }
    let backward = (0..<100).reversed().map {
      BatchSampler(seed: 9, sequenceCount: 1237, batchSize: 32).indices(ofBatch: $0)
    }
    #expect(forward == backward.reversed())
  }

  /// The stream of sequences does not depend on how it is cut into batches.
  @Test func theBatchSizeOnlyCutsTheFlow() {
    let flows = [1, 7, 30].map { size in
      let sampler = BatchSampler(seed: 4, sequenceCount: 50, batchSize: size)
      return (0..<(210 / size)).flatMap { sampler.indices(ofBatch: $0) }
    }
    #expect(flows[0] == flows[1] && flows[0] == flows[2])
  }

  @Test func epochsAreCounted() {
    let sampler = BatchSampler(seed: 4, sequenceCount: 10, batchSize: 4)
    #expect((0..<6).map { sampler.epoch(ofBatch: $0) } == [0, 0, 0, 1, 1, 2])
  }

  @Test func veryLateBatchesOfVeryManySequencesAreFound() {
    let sampler = BatchSampler(seed: 4, sequenceCount: 1 << 40, batchSize: 3)
    let indices = sampler.indices(ofBatch: 1 << 60)
    #expect(Set(indices).count == 3)
    #expect(indices.allSatisfy { $0 >= 0 && $0 < 1 << 40 })
  }

  /// Runs go on with the data of earlier versions of the program, so these never change.
  @Test func theOrderIsPartOfTheFormat() {
    let small = BatchSampler(seed: 0, sequenceCount: 10, batchSize: 10)
    let large = BatchSampler(seed: 0, sequenceCount: 100_000, batchSize: 5)
    #expect(small.indices(ofBatch: 0) == [5, 9, 7, 4, 2, 3, 1, 0, 8, 6])
    #expect(large.indices(ofBatch: 0) == [13390, 2770, 89087, 15583, 92097])
    #expect(large.indices(ofBatch: 20_000) == [42268, 47139, 96468, 95846, 39087])
  }
}

@Suite struct DocumentSplitTests {
  /// 20,000 draws at 5 %: five standard deviations are 154 documents (a false alarm in 2 million).
  @Test func theShareIsMet() {
    let rule = DocumentSplit()
    let held = (0..<20_000).count { rule.split(ofDocument: $0) == .validation }
    #expect(abs(held - 1000) < 154)
  }

  @Test func theShareMayBeZeroAndSeedsDiffer() {
    let none = DocumentSplit(validationFraction: 0)
    #expect((0..<1000).allSatisfy { none.split(ofDocument: $0) == .train })
    let parts = (UInt64(0)..<5).map { seed in
      (0..<1000).map { DocumentSplit(seed: seed).split(ofDocument: $0) }
    }
    #expect(Set(parts).count == 5)
  }
}
