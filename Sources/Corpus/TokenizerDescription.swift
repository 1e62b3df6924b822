/// What a `tokenizer.model` says of itself: its pieces, and how it treats text before it looks for them.
///
/// Read from the file's own bytes, a protocol buffer message `ModelProto`. Source: SentencePiece,
/// `sentencepiece_model.proto`; field numbers and defaults are those of version 0.2.
public struct TokenizerDescription: Hashable, Sendable {
  /// One piece of the vocabulary.
  public struct Piece: Hashable, Sendable {
    /// The written form in UTF-8, with ▁ for a space and `<0x0A>` for a byte.
    ///
    /// Two pieces can differ in bytes and be equal as Swift strings.
    public var bytes: [UInt8]
    /// What decides among merges; larger ones come first.
    public var score: Float
    /// What the piece is for.
    public var kind: Kind

    /// States a piece.
    public init(bytes: [UInt8], score: Float, kind: Kind) {
      self.bytes = bytes
      self.score = score
      self.kind = kind
    }

    /// The written form.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// What a piece is for; the raw value is the file's.
  public enum Kind: Int, Hashable, Sendable {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  /// How pieces are found; the raw value is the file's.
  public enum Algorithm: Int, Hashable, Sendable {
    case unigram = 1
    case bytePairs = 2
    case words = 3
    case characters = 4
  }

  /// The pieces; a piece's place is its id.
  public private(set) var pieces: [Piece] = []
  /// How pieces are found.
  public private(set) var algorithm = Algorithm.unigram
  /// Whether characters outside the vocabulary become bytes.
  public private(set) var hasByteFallback = false
  /// Whether a text gets a space in front.
  public private(set) var addsSpace = true
  /// Whether spaces in a row become one, and those at the ends none.
  public private(set) var removesSpaces = true
  /// Whether characters are replaced by others before anything else.
  public private(set) var replacesCharacters = false
  /// Whether spaces belong to the piece before them.
  public private(set) var spacesComeLast = false
  /// Whether spaces are written as ▁.
  public private(set) var escapesSpaces = true

  /// Reads a description.
  ///
  /// - Parameter tokenizer: A tokenizer, which the library has accepted.
  /// - Throws: ``TokenizerError/notAModel(name:reason:)`` for bytes that this reader does not follow.
  public init(_ tokenizer: Tokenizer) throws(TokenizerError) {
    do {
      try read(tokenizer.fileBytes)
    } catch {
      throw .notAModel(name: tokenizer.name, reason: error.reason)
    }
    guard pieces.count == tokenizer.vocabularySize else {
      throw .notAModel(
        name: tokenizer.name,
        reason: "has \(pieces.count) pieces where \(tokenizer.vocabularySize) are known"
      )
    }
  }

  private mutating func read(_ model: [UInt8]) throws(MessageError) {
    try MessageReader(model[...]).forEachField { (number, value) throws(MessageError) in
      switch (number, value) {
      case (1, .bytes(let piece)): try readPiece(piece)
      case (2, .bytes(let trainer)): try readTrainer(trainer)
      case (3, .bytes(let normalizer)): try readNormalizer(normalizer)
      default: break
      }
    }
  }

  private mutating func readPiece(_ message: ArraySlice<UInt8>) throws(MessageError) {
    var piece = Piece(bytes: [], score: 0, kind: .normal)
    try MessageReader(message).forEachField { (number, value) throws(MessageError) in
      switch (number, value) {
      case (1, .bytes(let bytes)): piece.bytes = Array(bytes)
      case (2, .word(let bits)): piece.score = Float(bitPattern: bits)
      case (3, .number(let kind)):
        guard let kind = Kind(rawValue: Int(truncatingIfNeeded: kind)) else {
          throw MessageError(reason: "has a piece of the unknown kind \(kind)")
        }
        piece.kind = kind
      default: break
      }
    }
    pieces.append(piece)
  }

  private mutating func readTrainer(_ message: ArraySlice<UInt8>) throws(MessageError) {
    try MessageReader(message).forEachField { (number, value) throws(MessageError) in
      switch (number, value) {
      case (3, .number(let type)):
        guard let algorithm = Algorithm(rawValue: Int(truncatingIfNeeded: type)) else {
          throw MessageError(reason: "finds pieces in the unknown way \(type)")
        }
        self.algorithm = algorithm
      case (24, .number(let flag)): spacesComeLast = flag != 0
      case (35, .number(let flag)): hasByteFallback = flag != 0
      default: break
      }
    }
  }

  private mutating func readNormalizer(_ message: ArraySlice<UInt8>) throws(MessageError) {
    try MessageReader(message).forEachField { (number, value) throws(MessageError) in
      switch (number, value) {
      case (2, .bytes(let map)): replacesCharacters = !map.isEmpty
      case (3, .number(let flag)): addsSpace = flag != 0
      case (4, .number(let flag)): removesSpaces = flag != 0
      case (5, .number(let flag)): escapesSpaces = flag != 0
      default: break
      }
    }
  }
}

/// What is wrong with a message.
private struct MessageError: Error {
  let reason: String
}

/// Reads the fields of a protocol buffer message.
///
/// Source: Protocol Buffers, "Encoding".
private struct MessageReader {
  enum Value {
    /// A whole number of variable length.
    case number(UInt64)
    /// Four bytes, as of a float.
    case word(UInt32)
    /// Bytes of a text or of another message.
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>

  init(_ message: ArraySlice<UInt8>) { rest = message }

  func forEachField(
    _ body: (_ number: UInt64, _ value: Value) throws(MessageError) -> Void
  ) throws(MessageError) {
    var reader = self
    while !reader.rest.isEmpty {
      let key = try reader.number()
      switch key & 7 {
      case 0: try body(key >> 3, .number(try reader.number()))
      case 1: _ = try reader.take(8)
      case 2: try body(key >> 3, .bytes(try reader.take(try reader.number())))
      case 5:
        let word = try reader.take(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        try body(key >> 3, .word(word))
      default: throw MessageError(reason: "holds a field of an unknown type")
      }
    }
  }

  private mutating func number() throws(MessageError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { throw MessageError(reason: "ends in a number") }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw MessageError(reason: "holds a number that is too long")
  }

  private mutating func take(_ count: UInt64) throws(MessageError) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw MessageError(reason: "ends in a field") }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }
}
