import Files
import Safetensors

/// What can be wrong with a checkpoint, or with the place it should go to.
public enum CheckpointError: Error, Hashable, Sendable {
  /// The file system refused.
  case file(FileError)
  /// The disk was full while a checkpoint was written; earlier ones are untouched.
  case diskFull(step: Int, folder: String)
  /// A tensor file is not what it should be, or the tensors cannot be written as one.
  case tensors(SafetensorsError)

  /// The folder has no manifest, so writing it never came to its end.
  case noManifest(path: String)
  /// The manifest is not the JSON it should be.
  case malformedManifest(path: String, reason: String)
  /// The checkpoint has a format this version does not read.
  case unsupportedVersion(path: String, found: Int, supported: Int)
  /// The manifest belongs to another step than the folder's name says.
  case wrongStep(path: String, found: Int, expected: Int)
  /// The manifest does not list exactly the files a checkpoint has.
  case wrongFiles(path: String, found: [String], expected: [String])
  /// A file is longer or shorter than the manifest says.
  case wrongByteCount(path: String, expected: Int, found: Int)
  /// A file's bytes are not those that were written.
  case wrongChecksum(path: String, expected: String, found: String)

  /// A checkpoint was to be written for a negative step.
  case negativeStep(Int)
  /// Fewer than one checkpoint was to be kept.
  case keepsNothing(Int)
  /// There is no checkpoint of this step.
  case noSuchStep(Int, folder: String)
}

extension CheckpointError {
  /// The case for an error met while a checkpoint was written; errors of the caller's own stay as they
  /// are.
  static func whileWriting(_ error: any Error, step: Int, folder: String) -> any Error {
    switch error {
    case let error as FileError where error.isDiskFull:
      CheckpointError.diskFull(step: step, folder: folder)
    case let error as FileError: CheckpointError.file(error)
    case SafetensorsError.file(let error): whileWriting(error, step: step, folder: folder)
    case let error as SafetensorsError: CheckpointError.tensors(error)
    default: error
    }
  }

  /// Runs a file operation and wraps its error.
  static func wrapping<Result>(
    _ body: () throws(FileError) -> Result
  ) throws(CheckpointError) -> Result {
    do {
      return try body()
    } catch {
      throw .file(error)
    }
  }
}

extension CheckpointError: CustomStringConvertible {
  /// One sentence: which file, what was found, what was expected.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .diskFull(let step, let folder):
      "\(folder): the disk is full, so the checkpoint of step \(step) was not written and earlier"
        + " ones were kept; free some space and resume the run"
    case .tensors(let error): error.description
    case .noManifest(let path):
      "\(path): has no manifest.json, so it was never completed"
    case .malformedManifest(let path, let reason):
      "\(path): is no checkpoint manifest: \(reason)"
    case .unsupportedVersion(let path, let found, let supported):
      "\(path): has format version \(found), but this version of Espalier reads version \(supported)"
    case .wrongStep(let path, let found, let expected):
      "\(path): is of step \(found), but its folder is named for step \(expected)"
    case .wrongFiles(let path, let found, let expected):
      "\(path): needs to list the files \(expected.joined(separator: ", ")); got"
        + " \(found.isEmpty ? "none" : found.joined(separator: ", "))"
    case .wrongByteCount(let path, let expected, let found):
      "\(path): needs \(expected) bytes; got \(found), so it was cut or changed"
    case .wrongChecksum(let path, let expected, let found):
      "\(path): needs checksum \(expected); got \(found), so it was damaged or changed"
    case .negativeStep(let step):
      "a checkpoint needs a step of 0 or more; got \(step)"
    case .keepsNothing(let count):
      "at least 1 checkpoint must be kept; got \(count)"
    case .noSuchStep(let step, let folder):
      "\(folder): has no checkpoint of step \(step)"
    }
  }
}
