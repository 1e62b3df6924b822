extension RandomStream {
  /// A generator that walks the stream from its first position, for code that takes
  /// Swift's own random-number protocol.
  public struct Generator: RandomNumberGenerator, Sendable {
    private let stream: RandomStream
    private var position: UInt64 = 0

    fileprivate init(stream: RandomStream) {
      self.stream = stream
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
      defer { position += 1 }
      return stream.word(at: position)
    }
  }

  /// Starts at position 0.
  public func makeGenerator() -> Generator {
    Generator(stream: self)
  }
}
