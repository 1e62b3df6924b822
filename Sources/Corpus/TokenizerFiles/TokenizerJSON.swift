import Foundation  // NSRegularExpression

/// A `tokenizer.json` of byte pairs, as Hugging Face's `tokenizers` writes it.
///
/// Two kinds are read: those whose alphabet is bytes (GPT-2, Llama 3, Qwen, SmolLM), and those whose alphabet is
/// Unicode scalars with bytes for the rest (translations of SentencePiece models). Everything else is refused by the
/// field that says so. Source: `tokenizers` 0.22, the file's own words.
public struct TokenizerJSON: Sendable {
  /// A piece that is looked for in a text before anything else.
  struct Added: Sendable {
    let id: Int32
    let content: [UInt8]
    /// Whether it stands for no text.
    let isSpecial: Bool
  }

  /// How a part of a text is changed before pieces are looked for.
  enum Normalizer: Hashable, Sendable {
    /// Characters are composed.
    case composed
    /// A text stands in front of a part that is not empty.
    case prepend(String)
    /// A text takes another's place.
    case replace(String, by: String)
  }

  /// What two pieces become, and when.
  struct Merge: Sendable {
    /// The lower, the earlier.
    let rank: Int32
    let result: Int32
  }

  /// Two pieces beside each other.
  struct Pair: Hashable, Sendable {
    let left: Int32
    let right: Int32
  }

  /// The bytes of the file alone, as it was found.
  public let fileBytes: [UInt8]
  /// The written form of each piece; empty for an id that none has.
  let pieces: [[UInt8]]
  let ids: [[UInt8]: Int32]
  let merges: [Pair: Merge]
  let added: [Added]
  let normalizers: [Normalizer]
  /// What a part is cut by, one after the other.
  let splits: [NSRegularExpression]
  /// Whether the alphabet is bytes.
  let isByteLevel: Bool
  /// Whether a word that is a piece is taken as one, whatever merges say.
  let ignoresMerges: Bool
  /// Whether scalars that are no piece become bytes.
  let fallsBackToBytes: Bool
  /// The written form of what stands for the rest.
  let unknown: [UInt8]?
  let beginning: [UInt8]?
  let end: [UInt8]?

  /// Whether bytes can be such a file, and not a SentencePiece model.
  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.first == UInt8(ascii: "{") }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: The file, with or without the line in front.
  ///   - name: What to call it in messages.
  /// - Throws: ``TokenizerError/notAModel(name:reason:)``.
  public init(_ bytes: [UInt8], name: String) throws(TokenizerError) {
    do {
      let named = TokenizerNames(bytes)
      (fileBytes, beginning, end) = (named.fileBytes, named.beginning, named.end)
      let parts = try Self.read(fileBytes)
      (pieces, ids, merges) = (parts.vocabulary.pieces, parts.vocabulary.ids, parts.merges)
      (added, normalizers, splits) = (parts.added, parts.normalizers, parts.splits)
      isByteLevel = parts.isByteLevel
      ignoresMerges = parts.model["ignore_merges"]?.bool ?? false
      fallsBackToBytes = parts.model["byte_fallback"]?.bool ?? false
      unknown = parts.model["unk_token"]?.string.map { Array($0.utf8) }
    } catch {
      throw .notATokenizerFile(name: name, reason: error.reason)
    }
    for piece in [beginning, end] {
      guard let piece, ids[piece] == nil else { continue }
      throw .notATokenizerFile(
        name: name,
        reason: "has no piece \(String(decoding: piece, as: UTF8.self))"
      )
    }
  }
}

extension TokenizerJSON {
  /// The engine that such a file describes has these fields with these values, and no others.
  private struct Parts {
    let model: JSONTree
    let vocabulary: (pieces: [[UInt8]], ids: [[UInt8]: Int32])
    let merges: [Pair: Merge]
    let added: [Added]
    let normalizers: [Normalizer]
    let splits: [NSRegularExpression]
    let isByteLevel: Bool
  }

  private static func read(_ bytes: [UInt8]) throws(JSONTree.Problem) -> Parts {
    let file = try JSONTree(parsing: bytes)
    guard let model = file["model"] else { throw .init(reason: "has no model") }
    // Files of early versions do not say.
    guard model["type"]?.string ?? "BPE" == "BPE" else {
      throw refused("model.type", model["type"])
    }
    for field in ["dropout", "continuing_subword_prefix", "end_of_word_suffix"] {
      if let value = model[field], value.string != "" {
        throw refused("model.\(field)", value)
      }
    }
    let added = try added(file["added_tokens"])
    let vocabulary = try vocabulary(model, added)
    let (splits, isByteLevel) = try splits(file["pre_tokenizer"])
    return Parts(
      model: model,
      vocabulary: vocabulary,
      merges: try merges(model["merges"], vocabulary.ids),
      added: added,
      normalizers: try normalizers(file["normalizer"]),
      splits: splits,
      isByteLevel: isByteLevel
    )
  }

  static func refused(_ field: String, _ value: JSONTree?) -> JSONTree.Problem {
    .init(reason: "\(field) = \(value?.written ?? "nothing"), which is not supported")
  }

  private static func added(_ list: JSONTree?) throws(JSONTree.Problem) -> [Added] {
    var added: [Added] = []
    for token in list?.elements ?? [] {
      guard let id = token["id"]?.int, (0..<maximumPieceCount).contains(id),
        let content = token["content"]?.string, !content.isEmpty
      else { throw .init(reason: "added_tokens needs an id and a content each") }
      for field in ["single_word", "lstrip", "rstrip"] where token[field]?.bool == true {
        throw refused("added_tokens.\(content).\(field)", token[field])
      }
      added.append(
        Added(
          id: Int32(id),
          content: Array(content.utf8),
          isSpecial: token["special"]?.bool ?? false
        )
      )
    }
    return added
  }

  /// No vocabulary comes near it; a larger id would make a table that fills the memory.
  private static let maximumPieceCount = 1 << 22

  private static func vocabulary(
    _ model: JSONTree,
    _ added: [Added]
  ) throws(JSONTree.Problem) -> (pieces: [[UInt8]], ids: [[UInt8]: Int32]) {
    var named: [(piece: [UInt8], id: Int32)] = []
    for member in model["vocab"]?.members ?? [] {
      guard let id = member.value.int, (0..<maximumPieceCount).contains(id) else {
        throw .init(
          reason: "model.vocab.\(member.name) = \(member.value.written), which is no id"
        )
      }
      named.append((Array(member.name.utf8), Int32(id)))
    }
    guard !named.isEmpty else { throw .init(reason: "model.vocab has no pieces") }
    named += added.map { ($0.content, $0.id) }
    var pieces = [[UInt8]](repeating: [], count: Int(named.map(\.id).max() ?? 0) + 1)
    var ids: [[UInt8]: Int32] = [:]
    for (piece, id) in named {
      let other = pieces[Int(id)]
      guard other.isEmpty || other == piece else {
        throw .init(
          reason: "gives the id \(id) to two pieces, \(String(decoding: other, as: UTF8.self)) and "
            + String(decoding: piece, as: UTF8.self)
        )
      }
      pieces[Int(id)] = piece
      ids[piece] = id
    }
    return (pieces, ids)
  }

  private static func merges(
    _ list: JSONTree?,
    _ ids: [[UInt8]: Int32]
  ) throws(JSONTree.Problem) -> [Pair: Merge] {
    var merges: [Pair: Merge] = [:]
    for (rank, element) in (list?.elements ?? []).enumerated() {
      let halves: [[UInt8]]
      if let text = element.string {
        halves = text.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1).map { Array($0) }
      } else {
        halves = element.elements?.compactMap { $0.string.map { Array($0.utf8) } } ?? []
      }
      guard halves.count == 2, let left = ids[halves[0]], let right = ids[halves[1]],
        let result = ids[halves[0] + halves[1]]
      else {
        throw .init(
          reason:
            "model.merges[\(rank)] = \(element.written), which are not two pieces that make a third"
        )
      }
      // Of a pair that is there twice the last one counts, as for the library.
      merges[Pair(left: left, right: right)] = Merge(rank: Int32(rank), result: result)
    }
    return merges
  }
}
