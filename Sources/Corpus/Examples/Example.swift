import Files

/// A prompt and the answer that a model is to give to it.
public struct Example: Hashable, Sendable {
  /// What stands before the answer.
  public var prompt: String
  /// What follows it; a blank between the two belongs to either.
  public var answer: String

  /// Puts an example together.
  public init(prompt: String, answer: String) {
    self.prompt = prompt
    self.answer = answer
  }

  /// The tokens of both together, and where the answer's begin.
  ///
  /// They are the tokens of the whole text, cut where the prompt's own tokens end. Blanks at the prompt's end go to the
  /// answer, since a token begins with its blank.
  ///
  /// - Parameter tokenizer: What encodes them.
  /// - Returns: The tokens of both.
  /// - Throws: `TokenizerError`.
  func encoded(
    with tokenizer: Tokenizer
  ) throws(TokenizerError) -> (tokens: [Int32], answerCount: Int) {
    let (context, tokens) = try tokenizer.encode(prompt, followedBy: answer)
    return (tokens, tokens.count - min(context.count, tokens.count))
  }
}

/// Examples in JSON lines: `{"prompt": "copy: a b ->", "answer": " a b"}`.
///
/// Other fields are passed over, and so are empty lines.
public struct ExampleFile: Hashable, Sendable {
  /// Where the file is.
  public let path: String
  /// The examples in order.
  public let examples: [Example]
  /// The number of each example's line, counted from 1.
  public let lines: [Int]

  /// The name of the field with the prompt.
  public static let promptField = "prompt"
  /// The name of the field with the answer.
  public static let answerField = "answer"

  /// Reads a file, which may be compressed with gzip.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``TextError`` for a file that cannot be read, is no UTF-8 or has a line that is no JSON object, or
  ///   ``ExampleError`` for a line that is no example.
  public init(path: String) throws {
    let bytes = try Self.text(of: path)
    var (examples, lines): ([Example], [Int]) = ([], [])
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
      examples.append(try Example(record: line, path: path, line: index + 1))
      lines.append(index + 1)
    }
    guard !examples.isEmpty else { throw ExampleError.noExamples(path: path) }
    (self.path, self.examples, self.lines) = (path, examples, lines)
  }

  /// The bytes of a file, checked to be text.
  private static func text(of path: String) throws(TextError) -> ArraySlice<UInt8> {
    let reader = try ByteReader(path: path, isCompressed: path.lowercased().hasSuffix(".gz"))
    var bytes: [UInt8] = []
    while let chunk = try reader.next() { bytes += chunk }
    if let offset = firstInvalidUTF8(in: bytes[...]) {
      throw .notUTF8(path: path, byteOffset: offset)
    }
    if let zero = bytes.firstIndex(of: 0) { throw .zeroByte(path: path, byteOffset: zero) }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
  }
}

extension Example {
  /// Reads a line.
  fileprivate init(record bytes: ArraySlice<UInt8>, path: String, line: Int) throws {
    let fields = [ExampleFile.promptField, ExampleFile.answerField]
    let record = try JSONRecord(bytes, path: path, line: line, fields: fields)
    func text(_ field: String) throws -> String {
      guard let text = try record.text(field) else {
        throw ExampleError.missingField(
          path: path,
          line: line,
          field: field,
          found: fields.filter { !record.isNull($0) } + record.otherNames
        )
      }
      guard text.contains(where: { !$0.isWhitespace }) else {
        throw ExampleError.emptyField(path: path, line: line, field: field)
      }
      return text
    }
    self.init(prompt: try text(fields[0]), answer: try text(fields[1]))
  }
}
