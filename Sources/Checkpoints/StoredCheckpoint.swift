import Arrays
import Files
import Foundation
import Safetensors

/// A complete checkpoint on disk.
///
/// Whoever has one knows that its manifest was in order and, unless it was just written, that every
/// file had the size and the checksum the manifest states.
public struct StoredCheckpoint: Sendable {
  /// The checkpoint's folder.
  public let path: String
  /// What the folder holds.
  public let manifest: CheckpointManifest
  private let files: any FileSystem

  /// How many training steps had been done.
  public var step: Int { manifest.step }

  init(path: String, manifest: CheckpointManifest, files: any FileSystem) {
    self.path = path
    self.manifest = manifest
    self.files = files
  }

  /// Opens a checkpoint's folder, under whatever name, and reads it back against its manifest.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - files: The file system it lies in.
  /// - Returns: The verified checkpoint.
  /// - Throws: ``CheckpointError`` naming the first file that is not as it should be.
  /// - Complexity: Reads every byte once.
  public static func open(
    _ path: String,
    in files: any FileSystem = LocalFileSystem()
  ) throws(CheckpointError) -> StoredCheckpoint {
    try open(path, expectedStep: nil, files: files)
  }

  static func open(
    _ path: String,
    expectedStep: Int?,
    files: any FileSystem
  ) throws(CheckpointError) -> StoredCheckpoint {
    let manifest = try CheckpointManifest.read(
      inFolder: path,
      expectedStep: expectedStep,
      files: files
    )
    let checkpoint = StoredCheckpoint(path: path, manifest: manifest, files: files)
    try checkpoint.verify()
    return checkpoint
  }

  /// Reads every file back and compares it with the manifest.
  ///
  /// - Throws: ``CheckpointError`` naming the first file that differs.
  /// - Complexity: Reads every byte once.
  public func verify() throws(CheckpointError) {
    try verifySizes()
    for file in manifest.files {
      let path = "\(path)/\(file.name)"
      let found = try CheckpointError.wrapping { () throws(FileError) in
        try Checksum(of: files.open(path))
      }
      guard found.byteCount == file.byteCount else {
        throw .wrongByteCount(path: path, expected: file.byteCount, found: found.byteCount)
      }
      guard found.text == file.checksum else {
        throw .wrongChecksum(path: path, expected: file.checksum, found: found.text)
      }
    }
  }

  /// Compares the files' sizes with the manifest, which costs no reading.
  func verifySizes() throws(CheckpointError) {
    for file in manifest.files {
      let path = "\(path)/\(file.name)"
      let found = try CheckpointError.wrapping { () throws(FileError) in
        try files.open(path).byteCount
      }
      guard found == file.byteCount else {
        throw .wrongByteCount(path: path, expected: file.byteCount, found: found)
      }
    }
  }

  /// The parameters, to be read one by one.
  ///
  /// - Returns: The open file.
  /// - Throws: ``CheckpointError/tensors(_:)``.
  public func model() throws(CheckpointError) -> SafetensorsFile {
    try tensors(CheckpointManifest.modelName)
  }

  /// The optimizer's slots, to be read one by one.
  ///
  /// - Returns: The open file.
  /// - Throws: ``CheckpointError/tensors(_:)``.
  public func optimizer() throws(CheckpointError) -> SafetensorsFile {
    try tensors(CheckpointManifest.optimizerName)
  }

  /// Everything else, as it was given to the writer.
  ///
  /// - Returns: The bytes of `state.json`.
  /// - Throws: ``CheckpointError/file(_:)``.
  public func state() throws(CheckpointError) -> Data {
    try CheckpointError.wrapping { () throws(FileError) in
      let file = try files.open("\(path)/\(CheckpointManifest.stateName)")
      return Data(try file.read(file.byteCount, at: 0))
    }
  }

  /// The whole state in memory.
  ///
  /// - Returns: All tensors, in the order of the files' bytes, and the state.
  /// - Throws: ``CheckpointError``.
  public func load() throws(CheckpointError) -> Checkpoint {
    let (model, optimizer) = (try model(), try optimizer())
    return Checkpoint(
      step: step,
      model: try Self.tensorErrors { () throws(SafetensorsError) in try model.arrays() },
      optimizer: try Self.tensorErrors { () throws(SafetensorsError) in try optimizer.arrays() },
      state: try state()
    )
  }

  private func tensors(_ name: String) throws(CheckpointError) -> SafetensorsFile {
    try Self.tensorErrors { () throws(SafetensorsError) in
      try SafetensorsFile.open("\(path)/\(name)", in: files)
    }
  }

  private static func tensorErrors<Result>(
    _ body: () throws(SafetensorsError) -> Result
  ) throws(CheckpointError) -> Result {
    do {
      return try body()
    } catch {
      throw .tensors(error)
    }
  }
}
