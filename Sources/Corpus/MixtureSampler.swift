import Randomness

/// Which sequences of several token files make up a batch: a pure function of the seed and the batch's number.
///
/// Up to a first batch, all sequences are the first file's. From there on they come in periods: each period holds each
/// file's share to the sequence, in an order drawn anew for each. Each file is run through from where it was, epoch
/// after epoch, as ``BatchSampler`` does, so the first file's sequences go on where they were and none comes early
/// again. There is nothing to save: the position of a sequence says it all.
public struct MixtureSampler: Hashable, Sendable {
  /// The number of sequences in a batch.
  public let batchSize: Int
  private let samplers: [BatchSampler]
  /// How many sequences of a period each file has.
  private let shares: [Int]
  /// The number of the sequence with which the first period begins.
  private let start: Int
  private let stream: RandomStream

  /// Creates a sampler.
  ///
  /// - Parameters:
  ///   - seed: Another seed gives other orders.
  ///   - counts: The sequences of each file; positive.
  ///   - percentages: Of the files behind the first, in whole percents; the first has the rest.
  ///   - batchSize: The sequences of a batch; positive.
  ///   - firstBatch: The batch with which mixing begins.
  public init(
    seed: UInt64,
    counts: [Int],
    percentages: [Int] = [],
    batchSize: Int,
    firstBatch: Int = 0
  ) {
    let rest = 100 - percentages.reduce(0, +)
    precondition(counts.count == percentages.count + 1, "each file has a share")
    precondition(rest >= 0 && percentages.allSatisfy { $0 > 0 }, "shares add up to 100 at most")
    self.batchSize = batchSize
    let parts = [rest] + percentages
    let divisor = parts.reduce(0, Self.greatestCommonDivisor)
    shares = parts.map { $0 / divisor }
    start = firstBatch * batchSize
    samplers = counts.enumerated().map { part, count in
      BatchSampler(seed: seed, sequenceCount: count, batchSize: batchSize, part: part)
    }
    stream = RandomStream(seed: seed).named("mixture")
  }

  /// The numbers of a batch's sequences, counted through all files; batches count from 0.
  public func indices(ofBatch batch: Int) -> [Int] {
    guard shares.count > 1, (batch + 1) * batchSize > start else {
      return samplers[0].indices(ofBatch: batch)
    }
    return (batch * batchSize..<(batch + 1) * batchSize).map(index)
  }

  /// The number of the sequence at a position.
  private func index(ofPosition position: Int) -> Int {
    let (part, ordinal) = place(ofPosition: position)
    let before = samplers[..<part].reduce(0) { $0 + $1.sequenceCount }
    return before + samplers[part].index(ofPosition: ordinal)
  }

  /// The file that a position takes a sequence of, and the how manyth of that file it is.
  ///
  /// - Parameter position: The sequences before it, in all.
  /// - Returns: The file, and its sequences before this one.
  public func place(ofPosition position: Int) -> (part: Int, ordinal: Int) {
    guard shares.count > 1, position >= start else { return (0, position) }
    let (period, offset) = (position - start).quotientAndRemainder(dividingBy: period)
    let order = KeyedPermutation(count: self.period, stream: stream.indexed(UInt64(period)))
    var slot = order[offset]
    var part = 0
    while slot >= shares[part] {
      slot -= shares[part]
      part += 1
    }
    return (part, (part == 0 ? start : 0) + period * shares[part] + slot)
  }

  /// The sequences after which all shares are right.
  public var period: Int { shares.reduce(0, +) }

  private static func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
    other == 0 ? one : greatestCommonDivisor(other, one % other)
  }
}
