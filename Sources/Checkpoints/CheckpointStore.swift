import Files

/// A checkpoint that a search passed over, and why.
public struct SkippedCheckpoint: Hashable, Sendable, CustomStringConvertible {
  /// The checkpoint's folder.
  public let path: String
  /// What is wrong with it.
  public let reason: CheckpointError

  /// One sentence for the log.
  public var description: String { "skipped the checkpoint \(path): \(reason)" }
}

/// What a search for the newest checkpoint found.
public struct CheckpointSearch: Sendable {
  /// The newest complete checkpoint, verified; nil if there is none.
  public let checkpoint: StoredCheckpoint?
  /// Newer ones that are damaged or incomplete; tell the user about each.
  public let skipped: [SkippedCheckpoint]
}

/// A folder of checkpoints, each written as a whole or not at all.
///
///     let store = CheckpointStore(folder: "runs/demo/checkpoints")
///     try store.write(step: 200, model: model, optimizer: slots, state: json)
///     try store.prune(keeping: 2)
///
///     let search = try store.latest()
///     for skipped in search.skipped { log(skipped.description) }
///     let state = try search.checkpoint?.load()
///
/// *Writing.* A checkpoint is a folder `step-00000200` with `model.safetensors`,
/// `optimizer.safetensors`, `state.json` and `manifest.json`. It is written under the name
/// `.step-00000200.partial`: each file is synced; the manifest, with every file's size and checksum,
/// comes last and is synced; then the folder is synced, renamed, and its parent synced. A program or a
/// machine that stops at any point leaves the old checkpoints and, at most, a partial one that no
/// search looks at.
///
/// *Reading.* A search verifies a checkpoint against its manifest before it hands it out, and falls
/// back to the next older one, saying so.
///
/// *Deleting.* Nothing is deleted until the newest checkpoint has been read back and verified.
/// Damaged checkpoints and folders with files that are not ours are never deleted.
///
/// One process at a time may write to a store.
public struct CheckpointStore: Sendable {
  /// The folder the checkpoints lie in.
  public let folder: String
  let files: any FileSystem

  /// Creates a store; touches nothing.
  ///
  /// - Parameters:
  ///   - folder: The folder, which the first checkpoint creates; its parent must exist.
  ///   - files: The file system it lies in.
  public init(folder: String, files: any FileSystem = LocalFileSystem()) {
    self.folder = folder
    self.files = files
  }

  /// The steps there are checkpoints for, oldest first, by their names alone.
  ///
  /// - Returns: Steps, also of damaged checkpoints.
  /// - Throws: ``CheckpointError/file(_:)`` for a folder that cannot be listed.
  public func steps() throws(CheckpointError) -> [Int] {
    Set(try candidates().map(\.step)).sorted()
  }

  /// The newest checkpoint that is complete, and the newer ones that are not.
  ///
  /// - Parameter limit: The last step to look at.
  /// - Returns: The verified checkpoint, if there is one, and all that were passed over.
  /// - Throws: ``CheckpointError/file(_:)`` for a folder that cannot be listed. A missing folder is one
  ///   without checkpoints.
  /// - Complexity: Reads every byte of the checkpoint found.
  public func latest(upToStep limit: Int = .max) throws(CheckpointError) -> CheckpointSearch {
    var skipped: [SkippedCheckpoint] = []
    for name in try candidates() where name.step <= limit {
      do {
        return CheckpointSearch(checkpoint: try open(name), skipped: skipped)
      } catch {
        skipped.append(SkippedCheckpoint(path: path(name), reason: error))
      }
    }
    return CheckpointSearch(checkpoint: nil, skipped: skipped)
  }

  /// The checkpoint of one step.
  ///
  /// - Parameter step: A step.
  /// - Returns: The verified checkpoint.
  /// - Throws: ``CheckpointError/noSuchStep(_:folder:)``, or what is wrong with the checkpoint.
  public func checkpoint(ofStep step: Int) throws(CheckpointError) -> StoredCheckpoint {
    var firstError: CheckpointError?
    for name in try candidates() where name.step == step {
      do {
        return try open(name)
      } catch {
        firstError = firstError ?? error
      }
    }
    throw firstError ?? .noSuchStep(step, folder: folder)
  }

  /// Folders that may hold a complete checkpoint, newest first.
  ///
  /// Of one step the checkpoint itself comes before the one it replaced, which is there only if the
  /// program was stopped between two renames, or right after them.
  private func candidates() throws(CheckpointError) -> [FolderName] {
    var candidates: [(name: FolderName, rank: Int)] = []
    for name in try names() {
      switch name {
      case .checkpoint: candidates.append((name, 0))
      case .replaced: candidates.append((name, 1))
      case .partial, .removed: break
      }
    }
    return candidates.sorted { ($1.name.step, $0.rank) < ($0.name.step, $1.rank) }.map(\.name)
  }

  /// All folders in the store that are ours.
  func names() throws(CheckpointError) -> [FolderName] {
    do throws(FileError) {
      return try files.names(inFolder: folder).compactMap(FolderName.init)
    } catch  where error.isNotFound {
      return []
    } catch {
      throw .file(error)
    }
  }

  /// Where the checkpoint of a step lies, or would.
  public func path(ofStep step: Int) -> String { path(.checkpoint(step: step)) }

  func path(_ name: FolderName) -> String { "\(folder)/\(name.text)" }

  /// Opens and verifies a checkpoint of ours.
  func open(_ name: FolderName) throws(CheckpointError) -> StoredCheckpoint {
    try StoredCheckpoint.open(path(name), expectedStep: name.step, files: files)
  }
}
