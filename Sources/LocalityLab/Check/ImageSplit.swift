import LabelledImages
import Randomness

/// Which images a seed learns from, in which order, and on which its errors are counted.
struct ImageSplit: Hashable, Sendable {
  /// The classes in turn, so that each beginning has as many of both.
  let training: [Int]
  /// As many of both classes.
  let test: [Int]

  /// At most so many images of a class are held out.
  static let largestTest = 500

  /// Draws a split in which both classes are equally many.
  ///
  /// - Parameters:
  ///   - labels: -1 or 1 for each image.
  ///   - limit: The most images to learn from.
  ///   - seed: Its seed.
  init(_ labels: [Double], limit: Int, seed: UInt64) {
    let stream = RandomStream(seed: seed).named("locality").named("split")
    let classes = [-1.0, 1].map { label in
      labels.indices.filter { labels[$0] == label }
        .map { (stream.uniform(at: UInt64($0)), $0) }.sorted { $0 < $1 }.map(\.1)
    }
    let count = classes.map(\.count).min() ?? 0
    let heldOut = min(count / 3, Self.largestTest)
    test = classes.flatMap { $0.prefix(heldOut) }
    let rest = classes.map { $0[heldOut..<min(count, heldOut + limit / 2)] }
    training = zip(rest[0], rest[1]).flatMap { [$0, $1] }
  }
}
