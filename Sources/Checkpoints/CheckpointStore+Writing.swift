import Files
import Foundation
import Safetensors

extension CheckpointStore {
  /// Writes a checkpoint, as a whole or not at all.
  ///
  /// A checkpoint of the same step that is there already is replaced; if it was damaged it is kept
  /// beside the store's checkpoints as `step-00000200.damaged`. If writing fails, what was there stays,
  /// and the partial checkpoint is removed so that a full disk gets its space back.
  ///
  /// - Parameters:
  ///   - step: How many training steps have been done.
  ///   - model: The parameters; one tensor is in memory at a time.
  ///   - optimizer: The optimizer's slots, likewise.
  ///   - state: Everything else, as JSON this module does not look into.
  /// - Returns: The checkpoint, on disk but not read back; ``prune(keeping:)`` does that.
  /// - Throws: ``CheckpointError``, or what a source throws.
  @discardableResult
  public func write(
    step: Int,
    model: TensorSource,
    optimizer: TensorSource,
    state: Data
  ) throws -> StoredCheckpoint {
    guard step >= 0 else { throw CheckpointError.negativeStep(step) }
    let partial = FolderName.partial(step: step)
    do {
      try prepareFolder()
      try discard(partial)
      try files.createFolder(path(partial))
      let manifest = try writeContents(
        of: partial,
        model: model,
        optimizer: optimizer,
        state: state
      )
      try commit(partial)
      return StoredCheckpoint(
        path: path(.checkpoint(step: step)),
        manifest: manifest,
        files: files
      )
    } catch {
      // The first error says what went wrong; a partial checkpoint that cannot be removed is ignored by
      // every search and removed by the next writer.
      try? discard(partial)
      throw CheckpointError.whileWriting(error, step: step, folder: folder)
    }
  }

  /// Writes a checkpoint that is in memory, as a whole or not at all.
  ///
  /// - Parameter checkpoint: The checkpoint.
  /// - Returns: As ``write(step:model:optimizer:state:)``.
  /// - Throws: ``CheckpointError``.
  @discardableResult
  public func write(_ checkpoint: Checkpoint) throws -> StoredCheckpoint {
    try write(
      step: checkpoint.step,
      model: TensorSource(checkpoint.model),
      optimizer: TensorSource(checkpoint.optimizer),
      state: checkpoint.state
    )
  }

  /// Makes the store's folder and its name durable.
  private func prepareFolder() throws {
    // Once a checkpoint is in it, the folder's own name is known to be on the disk. Before that it may
    // exist without being there: its maker may have been stopped.
    let isInUse = try names().contains { if case .checkpoint = $0 { true } else { false } }
    guard !isInUse else { return }
    try files.createFolder(folder)
    try files.synchronizeFolder(parentFolder(of: folder))
  }

  /// Writes all files of a checkpoint, the manifest last, and syncs them and their names.
  private func writeContents(
    of name: FolderName,
    model: TensorSource,
    optimizer: TensorSource,
    state: Data
  ) throws -> CheckpointManifest {
    let metadata = ["format": "espalier", "step": String(name.step)]
    let contents: [(name: String, write: (any ByteSink) throws -> Void)] = [
      (
        CheckpointManifest.modelName,
        { try SafetensorsFile.write(model, metadata: metadata, to: $0) }
      ),
      (
        CheckpointManifest.optimizerName,
        { try SafetensorsFile.write(optimizer, metadata: metadata, to: $0) }
      ),
      (CheckpointManifest.stateName, { try $0.write(Array(state)) }),
    ]
    var listed: [CheckpointManifest.File] = []
    for content in contents {
      let checksum = try writeFile(content.name, in: name, content.write)
      listed.append(
        CheckpointManifest.File(
          name: content.name,
          byteCount: checksum.byteCount,
          checksum: checksum.text
        )
      )
    }
    let manifest = CheckpointManifest(
      formatVersion: CheckpointManifest.currentVersion,
      step: name.step,
      files: listed
    )
    let bytes = try manifest.encoded()
    _ = try writeFile(CheckpointManifest.manifestName, in: name) { try $0.write(bytes) }
    try files.synchronizeFolder(path(name))
    return manifest
  }

  /// Writes, syncs and closes one file.
  private func writeFile(
    _ fileName: String,
    in name: FolderName,
    _ write: (any ByteSink) throws -> Void
  ) throws -> Checksum {
    let file = try files.create("\(path(name))/\(fileName)")
    let sink = ChecksummedSink(file)
    try write(sink)
    try file.synchronize()
    try file.close()
    return sink.checksum
  }

  /// Gives a complete partial checkpoint its final name.
  private func commit(_ partial: FolderName) throws {
    let final = FolderName.checkpoint(step: partial.step)
    let replaced = FolderName.replaced(step: partial.step)
    let existing = try names()
    if existing.contains(final) { try makeWay(final, for: replaced, among: existing) }
    try files.rename(path(partial), to: path(final))
    try files.synchronizeFolder(folder)
    if try names().contains(replaced) {
      _ = try open(final)
      try remove(replaced)
    }
  }

  /// Moves a checkpoint aside that stands where another is to go.
  private func makeWay(
    _ final: FolderName,
    for replaced: FolderName,
    among existing: [FolderName]
  ) throws {
    do throws(CheckpointError) {
      _ = try open(final)
    } catch {
      try files.rename(path(final), to: freeDamagedPath(final))
      return
    }
    // The checkpoint is verified, so the one it replaced earlier has done its service.
    if existing.contains(replaced) { try remove(replaced) }
    try files.rename(path(final), to: path(replaced))
  }

  /// A name for a damaged checkpoint that nothing has yet.
  private func freeDamagedPath(_ final: FolderName) throws -> String {
    let taken = Set(try files.names(inFolder: folder))
    var name = "\(final.text).damaged"
    var count = 1
    while taken.contains(name) {
      count += 1
      name = "\(final.text).damaged-\(count)"
    }
    return "\(folder)/\(name)"
  }
}

extension TensorSource {
  /// Asks for all tensors in the order in which a checkpoint's writer does.
  ///
  /// Where several processes hold parts of a tensor, those that do not write send theirs along so.
  ///
  /// - Throws: What the source throws.
  public func askedAsForWriting() throws { try SafetensorsFile.write(self, to: Nowhere()) }
}

/// Takes bytes and keeps none.
private final class Nowhere: ByteSink {
  func write(_ bytes: [UInt8]) {}
}
