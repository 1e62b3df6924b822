/// Measures the time from its making on.
struct Stopwatch {
  private let start = ContinuousClock.now

  /// The seconds that have passed.
  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }
}
