import Files

/// Lets a writer fail at each of its calls to the file system in turn, and looks at what is left.
package struct WriterTrial {
  /// How a writer brings its bytes to a file.
  package enum Manner: Sendable {
    /// As a whole: a reader sees the old file or the new one.
    case replacing
    /// Record by record: a program that is stopped may leave one that is torn.
    case appending
  }

  private let manner: Manner
  private let start: SimulatedDisk
  private let write: (any FileSystem) throws -> Void
  private let old: [String: [UInt8]]
  private let new: [String: [UInt8]]
  /// How many calls the writer makes when nothing fails.
  package let callCount: Int

  /// Prepares a trial, with the writer's run on a disk that works.
  ///
  /// - Parameters:
  ///   - manner: How it writes.
  ///   - prepare: Makes what is there before, folders too.
  ///   - write: The writer.
  /// - Throws: What the two throw.
  package init(
    _ manner: Manner = .replacing,
    prepare: (any FileSystem) throws -> Void = { _ in },
    write: @escaping (any FileSystem) throws -> Void
  ) throws {
    let disk = SimulatedDisk()
    try prepare(disk)
    self.manner = manner
    self.write = write
    start = disk.copy()
    old = start.files
    let healthy = start.copy()
    try write(healthy)
    new = healthy.files
    callCount = healthy.callCount
  }

  /// What is not as it should be; nothing for a good writer.
  package func problems() -> [String] {
    var problems = new == old ? ["writes nothing"] : []
    problems += check("nothing failed", on: start.copy())
    for call in 0..<callCount {
      for fault in [
        SimulatedDisk.Fault.refuse(call: call), .stop(call: call), .stopHalfway(call: call),
      ] {
        problems += check(
          "\(fault)",
          on: start.copy(failing: fault),
          wasStopped: fault != .refuse(call: call)
        )
      }
    }
    let needed = new.filter { $0.value != old[$0.key] }.reduce(0) { sum, file in
      sum + file.value.count - (manner == .appending ? old[file.key]?.count ?? 0 : 0)
    }
    for free in Set([0, 1, needed / 2, needed - 1]) {
      problems += check("\(free) bytes were free", on: start.copy(freeByteCount: free))
    }
    return problems
  }

  /// Runs the writer on a disk, and says what is wrong with what is left.
  private func check(
    _ name: String,
    on disk: SimulatedDisk,
    wasStopped: Bool = false
  ) -> [String] {
    var hasWritten = false
    do {
      try write(disk)
      hasWritten = true
    } catch {
      // It was to fail.
    }
    var problems: [String] = []
    let left = disk.files.keys.filter { $0.contains(".partial") }
    // A file stays where it was its deletion that was refused.
    if !wasStopped, disk.refusedOperation != .remove, !left.isEmpty {
      problems.append("left \(left)")
    }
    for loss in [SimulatedDisk.Loss.nothing, .everything] + (1...4).map({ .some(seed: $0) }) {
      let after = disk.restarted(losing: loss).files
      let mayBeTorn = manner == .appending && (wasStopped || loss != .nothing)
      for path in Set(old.keys).union(new.keys).union(after.keys) where !path.contains(".partial") {
        let bytes = after[path]
        // Once the writer has returned, what it wrote is there, whatever happens.
        if bytes == new[path] || (!hasWritten && bytes == old[path]) { continue }
        if !hasWritten, mayBeTorn, new[path]?.starts(with: bytes ?? []) == true { continue }
        problems.append("\(path) is neither old nor new, losing \(loss)")
      }
    }
    return problems.map { "\(name): \($0)" }
  }
}
