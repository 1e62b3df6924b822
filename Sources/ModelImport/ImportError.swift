/// Why a folder of another program holds no model that can be taken in.
public enum ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The folder lacks a file.
  case missingFile(path: String, what: String)
  /// A file is not what its name says.
  case malformed(path: String, reason: String)
  /// A field is not there, or not of the kind that it has to be.
  case wrongField(path: String, field: String, value: String, expected: String)
  /// A field asks for something that no model here has.
  case unsupported(path: String, field: String, value: String)
  /// The weights lack a tensor.
  case missingTensor(name: String, path: String)
  /// A tensor has another shape than the configuration says.
  case wrongShape(name: String, path: String, expected: [Int], found: [Int])
  /// The weights hold a tensor that the architecture does not know.
  case surplusTensor(name: String, path: String)
  /// A tensor holds a number that is none, or infinite.
  case notFinite(name: String, path: String)
  /// The tokenizer knows more pieces than the model.
  case tokenizerTooLarge(path: String, pieces: Int, vocabulary: Int)
  /// There is a checkpoint where the imported one should go.
  case exists(path: String)

  /// One sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .missingFile(let path, let what):
      "\(path): needs \(what)"
    case .malformed(let path, let reason):
      "\(path): \(reason)"
    case .wrongField(let path, let field, let value, let expected):
      "\(path): \(field) = \(value); needs \(expected)"
    case .unsupported(let path, let field, let value):
      "\(path): \(field) = \(value), which is not supported"
    case .missingTensor(let name, let path):
      "\(path): has no tensor \(name), which a model of this config.json needs"
    case .wrongShape(let name, let path, let expected, let found):
      "\(path): \(name) has the shape \(found), but config.json says \(expected)"
    case .surplusTensor(let name, let path):
      "\(path): holds the tensor \(name), which a model of this config.json has no place for"
    case .notFinite(let name, let path):
      "\(path): \(name) holds numbers that are not finite"
    case .tokenizerTooLarge(let path, let pieces, let vocabulary):
      "\(path): has \(pieces) pieces, but config.json says vocab_size = \(vocabulary)"
    case .exists(let path):
      "\(path): is there already and is not replaced; name another folder"
    }
  }
}
