import PJRT

// What a plugin says to itself on other hosts goes the same way as everything else.
extension KeyValueStore: KeyValueExchange {
  /// As ``put(_:under:)``.
  public func say(_ value: [UInt8], under key: [UInt8]) throws { try put(value, under: key) }

  /// As ``value(of:waiting:)``; nil where none came in time.
  public func awaitValue(under key: [UInt8], seconds: Double) throws -> [UInt8]? {
    do {
      return try value(of: key, waiting: seconds)
    } catch HostError.noValue {
      return nil
    }
  }

  /// As ``value(of:)``.
  public func value(under key: [UInt8]) throws -> [UInt8]? { try value(of: key) }

  /// The process among the others, for a client.
  public var processGroup: ProcessGroup {
    ProcessGroup(rank: place.rank, count: place.count, exchange: self)
  }
}
