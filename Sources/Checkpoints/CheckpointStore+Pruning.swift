import Files

extension CheckpointStore {
  /// Deletes old checkpoints, after the newest one has been read back and verified.
  ///
  /// The newest `count` complete checkpoints stay; complete is here what has a manifest and files of
  /// the right sizes. Older complete ones are deleted. Left alone are damaged checkpoints, folders
  /// holding a file that is not ours, and every name this module does not give. What stopped writers
  /// and stopped deletions left behind is cleaned up: partial checkpoints only up to the newest step.
  ///
  /// - Parameter count: How many checkpoints to keep, at least one.
  /// - Returns: The steps of the deleted checkpoints, oldest first.
  /// - Throws: ``CheckpointError``; when the newest checkpoint is not in order nothing is deleted.
  /// - Complexity: Reads every byte of the newest checkpoint.
  @discardableResult
  public func prune(keeping count: Int) throws(CheckpointError) -> [Int] {
    guard count > 0 else { throw .keepsNothing(count) }
    let existing = try names()
    let checkpoints = existing.filter { if case .checkpoint = $0 { true } else { false } }
      .sorted { $0.step > $1.step }
    guard let newest = checkpoints.first else { return [] }
    _ = try open(newest)

    var deleted: [Int] = []
    let complete = [newest] + checkpoints.dropFirst().filter(isCompleteAndOurs)
    for name in complete.dropFirst(count).reversed() {
      try remove(name)
      deleted.append(name.step)
    }
    for name in existing {
      switch name {
      case .checkpoint: break
      case .removed: if try isOurs(name) { try discard(name) }
      case .partial(let step): if step <= newest.step, try isOurs(name) { try discard(name) }
      case .replaced(let step):
        guard complete.contains(.checkpoint(step: step)), try isOurs(name) else { break }
        _ = try open(.checkpoint(step: step))
        try remove(name)
      }
    }
    return deleted
  }

  /// Deletes the complete checkpoints of later steps, newest first, when a run takes another course.
  ///
  /// - Parameter step: The last step whose checkpoints stay.
  /// - Throws: ``CheckpointError``.
  public func removeAll(afterStep step: Int) throws(CheckpointError) {
    let later = try names().filter { name in
      switch name {
      case .checkpoint, .replaced: name.step > step && isCompleteAndOurs(name)
      case .partial, .removed: false
      }
    }
    for name in later.sorted(by: { $0.step > $1.step }) { try remove(name) }
  }

  /// Whether a folder holds nothing but files this module writes.
  private func isOurs(_ name: FolderName) throws(CheckpointError) -> Bool {
    let found = try CheckpointError.wrapping { () throws(FileError) in
      try files.names(inFolder: path(name))
    }
    return Set(found).isSubset(of: Self.ownFileNames)
  }

  /// Whether a checkpoint has a manifest, files of the right sizes, and nothing else.
  private func isCompleteAndOurs(_ name: FolderName) -> Bool {
    do throws(CheckpointError) {
      let manifest = try CheckpointManifest.read(
        inFolder: path(name),
        expectedStep: name.step,
        files: files
      )
      try StoredCheckpoint(path: path(name), manifest: manifest, files: files).verifySizes()
      return try isOurs(name)
    } catch {
      // Whatever is wrong with it, it is not complete, so it stays, and a search says what.
      return false
    }
  }

  /// Deletes a checkpoint, so that no half-deleted one is ever seen under its name.
  func remove(_ name: FolderName) throws(CheckpointError) {
    let removed = FolderName.removed(step: name.step)
    try discard(removed)
    try CheckpointError.wrapping { () throws(FileError) in
      try files.rename(path(name), to: path(removed))
      try files.synchronizeFolder(folder)
    }
    try discard(removed)
  }

  /// Deletes the files of ours in a folder, and the folder; fine if there is none.
  ///
  /// A file that is not ours makes the folder's deletion fail, and stays.
  func discard(_ name: FolderName) throws(CheckpointError) {
    guard try names().contains(name) else { return }
    try CheckpointError.wrapping { () throws(FileError) in
      for file in Self.ownFileNames {
        do throws(FileError) {
          try files.removeFile("\(path(name))/\(file)")
        } catch  where error.isNotFound {
          continue
        }
      }
      try files.removeFolder(path(name))
    }
  }

  private static let ownFileNames =
    CheckpointManifest.contentNames + [CheckpointManifest.manifestName]
}
