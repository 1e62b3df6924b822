/// The losses of the latest steps of a stage, as far as they have been read from the device.
struct RecentLosses: Hashable, Sendable, Codable {
  /// The number of steps of the run whose losses have been read: the last one here is that of step
  /// `end - 1`, counted from 0.
  private(set) var end: Int
  /// The losses in nats a token, the latest last.
  private(set) var values: [Double]

  /// No losses, at the beginning of a stage.
  init(beginningAt step: Int) {
    end = step
    values = []
  }

  /// Adds the loss of the next step.
  ///
  /// - Parameters:
  ///   - loss: The loss.
  ///   - limit: How many losses to keep.
  mutating func append(_ loss: Double, keeping limit: Int) {
    end += 1
    values.append(loss)
    if values.count > limit { values.removeFirst(values.count - limit) }
  }

  /// The losses of the steps before one, whatever has been read beyond.
  ///
  /// - Parameters:
  ///   - count: How many losses.
  ///   - step: A step, from 0.
  /// - Returns: The losses of steps `step - count` to `step - 1`, or nil where not all of them are here.
  func last(_ count: Int, before step: Int) -> ArraySlice<Double>? {
    let last = values.count - (end - step)
    guard step <= end, last >= count else { return nil }
    return values[last - count..<last]
  }
}
