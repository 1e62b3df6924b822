/// Why a saved model cannot be read.
public enum SavedModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A saved state cannot be read.
  case malformedState(path: String, reason: String)
  /// A saved state of another format version.
  case unknownStateVersion(path: String, found: Int, known: Int)
  /// The checkpoint does not hold a tensor that the model needs.
  case missingTensor(name: String, path: String)
  /// A tensor of the checkpoint has another type or shape than the model needs.
  case wrongTensor(name: String, path: String, expected: String, found: String)
  /// A run's folder holds no checkpoint that one could begin with.
  case noCheckpoint(path: String)
  /// No tokenizer can be found for a model.
  case noTokenizer(path: String)
  /// A tokenizer is another than the model was trained with.
  case wrongTokenizer(path: String, found: String, expected: String)

  /// One sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .malformedState(let path, let reason):
      "\(path): is no training state: \(reason)"
    case .unknownStateVersion(let path, let found, let known):
      "\(path): has format version \(found), but this espalier reads version \(known)"
    case .missingTensor(let name, let path):
      "\(path): holds no tensor \(name), which the model needs"
    case .wrongTensor(let name, let path, let expected, let found):
      "\(path): \(name) needs to be \(expected); got \(found)"
    case .noTokenizer(let path):
      "\(path): does not lie in a run's folder that has its tokenizer; name the file with --tokenizer"
    case .wrongTokenizer(let path, let found, let expected):
      "\(path): is not the tokenizer that the model was trained with (\(found), not \(expected))"
    case .noCheckpoint(let path):
      "\(path): holds no complete checkpoint to begin with; name another"
    }
  }
}
