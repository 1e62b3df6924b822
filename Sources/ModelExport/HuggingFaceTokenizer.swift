import Corpus

/// `tokenizer.json` of a byte-pair tokenizer with byte fallback, as Hugging Face's `tokenizers` reads it.
///
/// No special token is put around a text: the packed corpora have none in front of a document, and one behind it.
struct HuggingFaceTokenizer {
  private let description: TokenizerDescription
  private let unknown: Int
  /// The largest score first, of equal ones the smallest id: the order in which SentencePiece merges.
  private let merges: [(left: Int, right: Int)]

  /// Translates a tokenizer.
  ///
  /// - Throws: ``ExportError/tokenizer(name:what:)`` for what cannot be said there, or `TokenizerError`.
  init(_ tokenizer: Tokenizer) throws {
    let description = try TokenizerDescription(tokenizer)
    let complaint = Self.complaint(about: description)
    if let complaint { throw ExportError.tokenizer(name: tokenizer.name, what: complaint) }
    self.description = description
    unknown = description.pieces.firstIndex { $0.kind == .unknown } ?? 0
    merges = Self.merges(of: description.pieces)
  }

  /// What the tokenizer does that the file cannot say.
  private static func complaint(about description: TokenizerDescription) -> String? {
    if description.algorithm != .bytePairs { return "does not merge byte pairs" }
    if !description.hasByteFallback { return "does not fall back to bytes" }
    if description.replacesCharacters { return "replaces characters by others" }
    if description.removesSpaces { return "removes spaces" }
    if description.spacesComeLast { return "puts spaces behind words" }
    if !description.escapesSpaces { return "does not mark spaces" }
    let hasOwn = description.pieces.contains { $0.kind == .userDefined }
    return hasOwn ? "has pieces of its user's" : nil
  }

  /// Every way in which two pieces make a third.
  private static func merges(
    of pieces: [TokenizerDescription.Piece]
  ) -> [(left: Int, right: Int)] {
    var ids: [ArraySlice<UInt8>: Int] = [:]
    for (id, piece) in pieces.enumerated() where piece.kind == .normal {
      ids[piece.bytes[...]] = id
    }
    let order = ids.values.sorted {
      (-pieces[$0].score, $0) < (-pieces[$1].score, $1)
    }
    return order.flatMap { id -> [(left: Int, right: Int)] in
      let bytes = pieces[id].bytes
      // Between scalars: a piece is text, and so are its parts.
      let borders = bytes.indices.dropFirst().filter { bytes[$0] & 0xC0 != 0x80 }
      return borders.compactMap { border in
        guard let left = ids[bytes[..<border]], let right = ids[bytes[border...]] else {
          return nil
        }
        return (left, right)
      }
    }
  }

  /// The bytes of the file.
  var json: [UInt8] {
    var text = JSONLines()
    text.add(#"{"version":"1.0","truncation":null,"padding":null,"#)
    text.add(#""added_tokens":["#)
    let special = description.pieces.indices.filter {
      [.unknown, .control].contains(description.pieces[$0].kind)
    }
    for (place, id) in special.enumerated() {
      text.add("\(place == 0 ? "" : ","){\"id\":\(id),\"content\":")
      text.add(description.pieces[id].bytes)
      text.add(
        #","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}"#
      )
    }
    text.add("],\n")
    let space = #"{"type":"Replace","pattern":{"String":" "},"content":"▁"}"#
    let prepend = description.addsSpace ? #"{"type":"Prepend","prepend":"▁"},"# : ""
    text.add(#""normalizer":{"type":"Sequence","normalizers":[\#(prepend)\#(space)]},"#)
    text.add(#""pre_tokenizer":null,"post_processor":null,"#)
    let strip = description.addsSpace ? #",{"type":"Strip","content":" ","start":1,"stop":0}"# : ""
    text.add(
      #""decoder":{"type":"Sequence","decoders":["#
        + #"{"type":"Replace","pattern":{"String":"▁"},"content":" "},"#
        + #"{"type":"ByteFallback"},{"type":"Fuse"}\#(strip)]},"#
    )
    text.add("\n\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":")
    text.add(description.pieces[unknown].bytes)
    text.add(
      #","continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":true,"byte_fallback":true,"#
        + #""ignore_merges":false,"vocab":{"#
    )
    for (id, piece) in description.pieces.enumerated() {
      text.add(id == 0 ? "\n" : ",\n")
      text.add(piece.bytes)
      text.add(":\(id)")
    }
    text.add("},\"merges\":[")
    for (place, merge) in merges.enumerated() {
      text.add(place == 0 ? "\n[" : ",\n[")
      text.add(description.pieces[merge.left].bytes)
      text.add(",")
      text.add(description.pieces[merge.right].bytes)
      text.add("]")
    }
    text.add("]}}\n")
    return text.bytes
  }
}

/// JSON put together from its own text and from strings as bytes, which keeps strings apart that Swift holds for equal.
private struct JSONLines {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ text: String) { bytes += text.utf8 }

  mutating func add(_ string: [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
