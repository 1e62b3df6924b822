/// Who watches long work: told what happens, and asked whether it shall go on.
public struct RunWatch<Event> {
  private let observer: (Event) -> Void
  private let shouldStop: () -> Bool

  /// Someone who watches.
  ///
  /// - Parameters:
  ///   - observer: Told what happens.
  ///   - shouldStop: Asked before every step; having said yes it says yes again.
  public init(
    observer: @escaping (Event) -> Void,
    shouldStop: @escaping () -> Bool = { false }
  ) {
    self.observer = observer
    self.shouldStop = shouldStop
  }

  /// Whether someone asked to stop.
  public var isStopping: Bool { shouldStop() }

  /// Tells what happened.
  public func report(_ event: Event) { observer(event) }

  /// The same watch over work that tells other things.
  ///
  /// - Parameter event: Makes of them what this watch is told; nil for nothing.
  /// - Returns: A watch over that work.
  public func reporting<Other>(_ event: @escaping (Other) -> Event?) -> RunWatch<Other> {
    RunWatch<Other>(
      observer: { other in
        if let event = event(other) { observer(event) }
      },
      shouldStop: shouldStop
    )
  }

  /// Does nothing, or ends the work.
  ///
  /// - Throws: ``Stopped`` where someone asked to stop.
  public func goOn() throws(Stopped) {
    if shouldStop() { throw Stopped() }
  }
}

/// Someone asked to stop; what has been done so far is kept.
public struct Stopped: Error {
  /// Makes the error.
  public init() {}
}
