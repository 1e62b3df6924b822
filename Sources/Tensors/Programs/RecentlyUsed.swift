/// Values by their keys, of which those that were used longest ago leave when there are too many.
struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry {
    let value: Value
    var lastUse: Int
  }

  private let capacity: Int
  private var entries: [Key: Entry] = [:]
  private var useCount = 0

  /// Nothing yet, and later at most so many values.
  init(capacity: Int) {
    precondition(capacity > 0, "what keeps nothing is no store")
    self.capacity = capacity
  }

  /// The value of a key, which counts as a use.
  mutating func value(for key: Key) -> Value? {
    guard let place = entries.index(forKey: key) else { return nil }
    useCount += 1
    entries.values[place].lastUse = useCount
    return entries.values[place].value
  }

  /// Keeps a value, which counts as a use, and lets go of the one that was used longest ago if there are too many.
  mutating func keep(_ value: Value, for key: Key) {
    useCount += 1
    entries[key] = Entry(value: value, lastUse: useCount)
    guard entries.count > capacity,
      let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
    else { return }
    entries[oldest.key] = nil
  }
}
