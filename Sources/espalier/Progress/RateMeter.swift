/// How fast something advances, over the last seconds.
///
/// Clocks are the caller's: every call says what time it is, in seconds from any moment on.
struct RateMeter {
  private struct Sample {
    var time: Double
    var amount: Double
  }

  /// How many seconds back the rate looks.
  static let window = 20.0

  private var samples: [Sample] = []

  /// Notes an amount that has been reached.
  mutating func note(_ amount: Double, at time: Double) {
    samples.append(Sample(time: time, amount: amount))
    // The newest sample outside the window stays, so that the window is covered.
    let outside = samples.prefix { $0.time < time - Self.window }.count
    if outside > 1 { samples.removeFirst(outside - 1) }
  }

  /// Forgets what was before a pause.
  mutating func restart() {
    samples.removeAll(keepingCapacity: true)
  }

  /// The amount a second; nil before there is anything to measure.
  var rate: Double? {
    guard let first = samples.first, let last = samples.last, last.time > first.time else {
      return nil
    }
    return (last.amount - first.amount) / (last.time - first.time)
  }
}
