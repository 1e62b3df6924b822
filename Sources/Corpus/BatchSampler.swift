import Randomness

/// Which sequences make up a batch: a pure function of the seed and the batch's number.
///
/// ```swift
/// let sampler = BatchSampler(seed: 0, sequenceCount: sequences.count, batchSize: 32)
/// let rows = sequences.copy(sampler.indices(ofBatch: step))
/// ```
///
/// The batches, laid end to end, run through epoch after epoch. An epoch is a permutation of all
/// sequences, drawn anew for each epoch; a batch at the border takes the last sequences of one epoch and
/// the first of the next. There is nothing to save and nothing to restore: a training run that knows its
/// step knows its data, whatever happened before.
public struct BatchSampler: Hashable, Sendable {
  /// Another seed gives other permutations.
  public let seed: UInt64
  /// The number of sequences to draw from.
  public let sequenceCount: Int
  /// The number of sequences in a batch.
  public let batchSize: Int
  /// Which file of a mixture the sequences are of; each has its own permutations.
  private let part: Int

  /// Creates a sampler; both counts must be positive.
  public init(seed: UInt64, sequenceCount: Int, batchSize: Int) {
    self.init(seed: seed, sequenceCount: sequenceCount, batchSize: batchSize, part: 0)
  }

  init(seed: UInt64, sequenceCount: Int, batchSize: Int, part: Int) {
    precondition(sequenceCount > 0, "a sampler needs at least one sequence")
    precondition(batchSize > 0, "a batch needs at least one sequence")
    self.seed = seed
    self.sequenceCount = sequenceCount
    self.batchSize = batchSize
    self.part = part
  }

  /// The index of the sequence at a position of the batches laid end to end.
  func index(ofPosition position: Int) -> Int {
    permutation(ofEpoch: position / sequenceCount)[position % sequenceCount]
  }

  /// The indices of the sequences in a batch; batches count from 0.
  ///
  /// - Complexity: O(batch size) on average.
  public func indices(ofBatch batch: Int) -> [Int] {
    precondition(batch >= 0, "batches count from 0")
    var indices: [Int] = []
    indices.reserveCapacity(batchSize)
    var (epoch, offset) = start(ofBatch: batch)
    while indices.count < batchSize {
      let permutation = permutation(ofEpoch: epoch)
      let end = min(sequenceCount, offset + batchSize - indices.count)
      for position in offset..<end { indices.append(permutation[position]) }
      (epoch, offset) = (epoch + 1, 0)
    }
    return indices
  }

  /// The epoch, counted from 0, that the first sequence of a batch belongs to.
  public func epoch(ofBatch batch: Int) -> Int {
    start(ofBatch: batch).epoch
  }

  private func start(ofBatch batch: Int) -> (epoch: Int, offset: Int) {
    let (position, overflow) = batch.multipliedReportingOverflow(by: batchSize)
    precondition(!overflow, "the batch lies beyond 2^63 sequences")
    return (position / sequenceCount, position % sequenceCount)
  }

  private func permutation(ofEpoch epoch: Int) -> KeyedPermutation {
    KeyedPermutation(
      count: sequenceCount,
      stream: RandomStream(seed: seed).named(part == 0 ? "batch sampler" : "batch sampler \(part)")
        .indexed(UInt64(epoch))
    )
  }
}
