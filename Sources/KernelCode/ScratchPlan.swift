/// Divides scratch memory into regions that begin on cache lines.
struct ScratchPlan {
  /// The elements reserved so far.
  private(set) var count = 0

  /// Reserves a region and gives its first element's index.
  mutating func reserve(_ size: Int) -> Int {
    defer { count += size.roundedUp(toMultipleOf: 64 / MemoryLayout<Real>.size) }
    return count
  }
}
