/// Why a model cannot be written in another program's format.
public enum ExportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What should be made is there already.
  case exists(path: String)
  /// The model has output gates, which no other program knows.
  case gated(path: String)
  /// The format cannot hold elements of the type.
  case elements(ExportedElements, format: ExportFormat)
  /// The tokenizer does something that the format has no words for.
  case tokenizer(name: String, what: String)
  /// No architecture of the format has all that the model has.
  case variant(what: String, format: ExportFormat)
  /// The rows of a matrix cannot be cut into blocks of the quantised type.
  case rows(tensor: String, length: Int, block: Int)

  /// One sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .exists(let path):
      "\(path): is there already and is not replaced; name another place"
    case .gated(let path):
      "\(path): has output gates, which other programs do not know; `espalier grow \(path) --method fold-gates "
        + "--output FOLDER` makes a plain model of it"
    case .elements(let elements, let format):
      "--type \(elements.rawValue): \(format.rawValue) holds "
        + "\(format.elements.map(\.rawValue).joined(separator: ", "))"
    case .tokenizer(let name, let what):
      "\(name): \(what), which a tokenizer.json made here cannot say; use a byte-pair tokenizer with byte fallback"
    case .variant(let what, .huggingFace):
      "\(what): no architecture of transformers that is written here has both"
    case .variant(let what, .gguf):
      "\(what): gguf is written for plain Llama models with SentencePiece tokenizers; export as hf and convert the "
        + "folder with llama.cpp's own converter"
    case .rows(let tensor, let length, let block):
      "\(tensor): has rows of \(length) numbers, which blocks of \(block) do not divide; export as float16 or float32"
    }
  }
}

/// A form that other programs read.
public enum ExportFormat: String, Hashable, Sendable, CaseIterable {
  /// A folder as Hugging Face's `transformers` loads it.
  case huggingFace = "hf"
  /// A file as llama.cpp loads it.
  case gguf

  /// The element types that it can hold here, the default one first.
  public var elements: [ExportedElements] {
    switch self {
    case .huggingFace: [.float32, .bfloat16]
    case .gguf: [.float32, .float16, .bfloat16, .q8]
    }
  }
}

/// The type of the numbers in an exported model.
public enum ExportedElements: String, Hashable, Sendable, CaseIterable {
  case float32
  case float16
  case bfloat16
  /// Blocks of 32 whole numbers of 8 bits with a common scale.
  case q8 = "q8_0"
}
