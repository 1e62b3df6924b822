import Files
import Foundation
import Synchronization

/// A disk in memory that can stop, fail or fill up at any call, and forget what was not synced.
///
/// Each file and each folder keeps the states it went through since it was last synced. Stopping the
/// program leaves the last states; losing power leaves, for every file and folder on its own, any one
/// of them, which is what the laws of ``FileSystem`` allow a disk to do.
package final class SimulatedDisk: FileSystem {
  /// What goes wrong, and at which call.
  package enum Fault: Hashable, Sendable {
    /// Call `n` and all later ones do nothing: the program is stopped there.
    case stop(call: Int)
    /// As `stop`, but a write at call `n` still brings half of its bytes to the disk.
    case stopHalfway(call: Int)
    /// Call `n` alone is refused; the program goes on.
    case refuse(call: Int)
    /// A write at call `n` brings a wrong last byte to the disk, and nobody is told.
    case garble(call: Int)
  }

  /// How a call that is not refused goes.
  private enum Effect {
    case whole
    case half
    case garbled
  }

  /// What becomes of unsynced states.
  package enum Loss: Hashable, Sendable {
    /// Nothing is lost: only the program was stopped.
    case nothing
    /// Everything not synced is lost.
    case everything
    /// Each file and folder keeps one of its states, drawn by the seed.
    case some(seed: UInt64)
  }

  private struct State {
    var fileHistories: [Int: [[UInt8]]] = [:]
    var folderHistories: [Int: [[String: Int]]] = [0: [[:]]]
    var nextNode = 1
    var callCount = 0
    var fault: Fault?
    var refusedOperation: FileError.Operation?
    var capacity = Int.max

    var usedByteCount: Int {
      reachable(from: 0).reduce(0) { $0 + (fileHistories[$1]?.last?.count ?? 0) }
    }

    func reachable(from node: Int) -> [Int] {
      let children = folderHistories[node]?.last ?? [:]
      return [node] + children.values.flatMap(reachable)
    }

    func node(_ path: String) -> Int? {
      var node = 0
      for part in path.split(separator: "/") where part != "." {
        guard let child = folderHistories[node]?.last?[String(part)] else { return nil }
        node = child
      }
      return node
    }

    /// Counts a call, and says how it goes.
    mutating func begin(
      _ operation: FileError.Operation,
      _ path: String
    ) throws(FileError) -> Effect {
      defer { callCount += 1 }
      switch fault {
      case .stop(let call) where callCount >= call, .stopHalfway(let call) where callCount > call,
        .refuse(let call) where callCount == call:
        refusedOperation = operation
        throw .system(operation, path: path, code: EIO)
      case .stopHalfway(let call) where callCount == call: return .half
      case .garble(let call) where callCount == call: return .garbled
      default: return .whole
      }
    }

    mutating func setEntry(_ path: String, _ node: Int?) throws(FileError) {
      guard let parent = self.node(parentPath(path)),
        var entries = folderHistories[parent]?.last
      else { throw .system(.open, path: path, code: ENOENT) }
      entries[lastPart(path)] = node
      folderHistories[parent]?.append(entries)
    }
  }

  private let state: Mutex<State>

  /// An empty disk.
  package init() {
    state = Mutex(State())
  }

  private init(_ state: State) {
    self.state = Mutex(state)
  }

  /// The disk after the program was stopped or the power lost, without faults, calls counted anew.
  package func restarted(losing loss: Loss = .nothing) -> SimulatedDisk {
    var state = state.withLock { $0 }
    var seed: UInt64 = if case .some(let given) = loss { given } else { 0 }
    func kept<Value>(_ history: [Value]) -> [Value] {
      switch loss {
      case .nothing: return Array(history.suffix(1))
      case .everything: return Array(history.prefix(1))
      case .some:
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return [history[Int((seed >> 33) % UInt64(history.count))]]
      }
    }
    // A stopped program's unsynced states are still unsynced; those of a lost disk are all there is.
    if loss != .nothing {
      for node in state.fileHistories.keys.sorted() {
        state.fileHistories[node] = state.fileHistories[node].map(kept)
      }
      for node in state.folderHistories.keys.sorted() {
        state.folderHistories[node] = state.folderHistories[node].map(kept)
      }
    }
    state.fault = nil
    state.refusedOperation = nil
    state.callCount = 0
    state.capacity = .max
    return SimulatedDisk(state)
  }

  /// A disk in the same state, that will fail.
  package func copy(failing fault: Fault? = nil, freeByteCount: Int? = nil) -> SimulatedDisk {
    var state = state.withLock { $0 }
    state.fault = fault
    state.callCount = 0
    if let freeByteCount { state.capacity = state.usedByteCount + freeByteCount }
    return SimulatedDisk(state)
  }

  /// How many calls there were.
  package var callCount: Int { state.withLock { $0.callCount } }

  /// What the program was doing when it was last refused something; nil if it never was.
  package var refusedOperation: FileError.Operation? { state.withLock { $0.refusedOperation } }

  /// The bytes of a file, past all faults.
  package func bytes(_ path: String) -> [UInt8]? {
    state.withLock { state in state.node(path).flatMap { state.fileHistories[$0]?.last } }
  }

  /// Replaces a file's bytes, past all faults.
  package func setBytes(_ path: String, _ bytes: [UInt8]) {
    state.withLock { state in
      if let node = state.node(path) { state.fileHistories[node] = [bytes] }
    }
  }

  /// The names in a folder, past all faults.
  package func contents(_ path: String) -> [String] {
    state.withLock { state in
      state.node(path).flatMap { state.folderHistories[$0]?.last }?.keys.sorted() ?? []
    }
  }

  package func kind(of path: String, followingLinks: Bool) throws(FileError) -> FileKind {
    try state.withLock { (state) throws(FileError) in
      _ = try state.begin(.look, path)
      guard let node = state.node(path) else { throw .system(.look, path: path, code: ENOENT) }
      return state.fileHistories[node] == nil ? .folder : .file
    }
  }

  /// Every file by its path, past all faults.
  package var files: [String: [UInt8]] {
    state.withLock { state in
      func below(_ node: Int, _ path: String) -> [String: [UInt8]] {
        guard let entries = state.folderHistories[node]?.last else {
          return [path: state.fileHistories[node]?.last ?? []]
        }
        return entries.reduce(into: [:]) { files, entry in
          files.merge(below(entry.value, path.isEmpty ? entry.key : "\(path)/\(entry.key)")) { $1 }
        }
      }
      return below(0, "")
    }
  }

  package func create(_ path: String) throws(FileError) -> any WritableFile {
    try writer(path, isEmptied: true)
  }

  package func extend(_ path: String) throws(FileError) -> any WritableFile {
    try writer(path, isEmptied: false)
  }

  private func writer(_ path: String, isEmptied: Bool) throws(FileError) -> Writer {
    let node = try state.withLock { (state) throws(FileError) in
      _ = try state.begin(.create, path)
      if let node = state.node(path) {
        guard state.fileHistories[node] != nil else {
          throw .system(.create, path: path, code: EISDIR)
        }
        if isEmptied { state.fileHistories[node]?.append([]) }
        return node
      }
      let node = state.nextNode
      state.nextNode += 1
      state.fileHistories[node] = [[]]
      try state.setEntry(path, node)
      return node
    }
    return Writer(disk: self, node: node, path: path)
  }

  package func open(_ path: String) throws(FileError) -> any ReadableFile {
    try state.withLock { (state) throws(FileError) in
      _ = try state.begin(.open, path)
      guard let node = state.node(path) else { throw .system(.open, path: path, code: ENOENT) }
      guard let bytes = state.fileHistories[node]?.last else {
        throw .system(.open, path: path, code: EISDIR)
      }
      return Reader(disk: self, bytes: bytes, path: path)
    }
  }

  package func createFolder(_ path: String) throws(FileError) {
    try state.withLock { (state) throws(FileError) in
      _ = try state.begin(.createFolder, path)
      guard state.node(path) == nil else { return }
      let node = state.nextNode
      state.nextNode += 1
      state.folderHistories[node] = [[:]]
      try state.setEntry(path, node)
    }
  }

  package func names(inFolder path: String) throws(FileError) -> [String] {
    try state.withLock { (state) throws(FileError) in
      _ = try state.begin(.list, path)
      guard let node = state.node(path), let entries = state.folderHistories[node]?.last else {
        throw .system(.open, path: path, code: ENOENT)
      }
      return entries.keys.sorted()
    }
  }

  package func rename(_ path: String, to newPath: String) throws(FileError) {
    try state.withLock { (state) throws(FileError) in
      _ = try state.begin(.rename, path)
      guard let node = state.node(path), let parent = state.node(parentPath(path)),
        parent == state.node(parentPath(newPath)),
        var entries = state.folderHistories[parent]?.last
      else { throw .system(.open, path: path, code: ENOENT) }
      if let target = state.node(newPath), state.folderHistories[target]?.last?.isEmpty == false {
        throw .system(.rename, path: path, code: ENOTEMPTY)
      }
      entries[lastPart(path)] = nil
      entries[lastPart(newPath)] = node
      state.folderHistories[parent]?.append(entries)
    }
  }

  package func removeFile(_ path: String) throws(FileError) {
    try state.withLock { (state) throws(FileError) in
      _ = try state.begin(.remove, path)
      guard let node = state.node(path) else { throw .system(.open, path: path, code: ENOENT) }
      guard state.fileHistories[node] != nil else { throw .system(.open, path: path, code: EISDIR) }
      try state.setEntry(path, nil)
    }
  }

  package func removeFolder(_ path: String) throws(FileError) {
    try state.withLock { (state) throws(FileError) in
      _ = try state.begin(.remove, path)
      guard let node = state.node(path) else { throw .system(.open, path: path, code: ENOENT) }
      guard state.folderHistories[node]?.last?.isEmpty == true else {
        throw .system(.remove, path: path, code: ENOTEMPTY)
      }
      try state.setEntry(path, nil)
    }
  }

  package func synchronizeFolder(_ path: String) throws(FileError) {
    try state.withLock { (state) throws(FileError) in
      _ = try state.begin(.synchronize, path)
      guard let node = state.node(path), let entries = state.folderHistories[node]?.last else {
        throw .system(.open, path: path, code: ENOENT)
      }
      state.folderHistories[node] = [entries]
    }
  }

  private final class Writer: WritableFile {
    let disk: SimulatedDisk
    let node: Int
    let path: String

    init(disk: SimulatedDisk, node: Int, path: String) {
      (self.disk, self.node, self.path) = (disk, node, path)
    }

    func write(_ bytes: [UInt8]) throws(FileError) {
      try put(bytes, at: nil)
    }

    func overwrite(_ bytes: [UInt8], at offset: Int) throws(FileError) {
      try put(bytes, at: offset)
    }

    /// Puts bytes at an offset, or at the end, as far as there is room.
    private func put(_ bytes: [UInt8], at offset: Int?) throws(FileError) {
      try disk.state.withLock { (state) throws(FileError) in
        let effect = try state.begin(.write, path)
        let before = state.fileHistories[node]?.last ?? []
        let start = offset ?? before.count
        let room = max(0, state.capacity - state.usedByteCount) + before.count - start
        var written = bytes.prefix(min(effect == .half ? bytes.count / 2 : bytes.count, room))
        if effect == .garbled, let last = written.popLast() { written.append(last ^ 1) }
        state.fileHistories[node]?.append(
          Array(before.prefix(start)) + written + Array(before.dropFirst(start + written.count))
        )
        if written.count < bytes.count {
          throw .system(.write, path: path, code: effect == .half ? EIO : ENOSPC)
        }
      }
    }

    func byteCount() throws(FileError) -> Int {
      try disk.state.withLock { (state) throws(FileError) in
        _ = try state.begin(.look, path)
        return state.fileHistories[node]?.last?.count ?? 0
      }
    }

    func cut(to byteCount: Int) throws(FileError) {
      try disk.state.withLock { (state) throws(FileError) in
        _ = try state.begin(.cut, path)
        let before = state.fileHistories[node]?.last ?? []
        state.fileHistories[node]?.append(Array(before.prefix(byteCount)))
      }
    }

    func synchronize() throws(FileError) {
      try disk.state.withLock { (state) throws(FileError) in
        _ = try state.begin(.synchronize, path)
        state.fileHistories[node] = state.fileHistories[node].map { Array($0.suffix(1)) }
      }
    }

    func close() throws(FileError) {
      _ = try disk.state.withLock { (state) throws(FileError) in try state.begin(.close, path) }
    }
  }

  private final class Reader: ReadableFile {
    let disk: SimulatedDisk
    let bytes: [UInt8]
    let path: String

    init(disk: SimulatedDisk, bytes: [UInt8], path: String) {
      (self.disk, self.bytes, self.path) = (disk, bytes, path)
    }

    var byteCount: Int { bytes.count }

    func read(_ byteCount: Int, at offset: Int) throws(FileError) -> [UInt8] {
      _ = try disk.state.withLock { (state) throws(FileError) in try state.begin(.read, path) }
      guard offset + byteCount <= bytes.count else {
        throw .endedEarly(path: path, offset: offset, byteCount: byteCount)
      }
      return Array(bytes[offset..<offset + byteCount])
    }
  }
}

private func parentPath(_ path: String) -> String {
  path.split(separator: "/").dropLast().joined(separator: "/")
}

private func lastPart(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? ""
}
