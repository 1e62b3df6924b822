import Foundation

// What a file says of the text before pieces are looked for.

extension TokenizerJSON {
  /// How GPT-2 cuts a text into words.
  ///
  /// Source: Radford et al. 2019, the published `encoder.py`.
  private static let words =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// What a normalizer does; a sequence one after the other.
  static func normalizers(_ normalizer: JSONTree?) throws(JSONTree.Problem) -> [Normalizer] {
    guard let normalizer else { return [] }
    switch normalizer["type"]?.string {
    case "Sequence":
      var all: [Normalizer] = []
      for part in normalizer["normalizers"]?.elements ?? [] { all += try normalizers(part) }
      return all
    case "NFC": return [.composed]
    case "Prepend":
      if let text = normalizer["prepend"]?.string { return [.prepend(text)] }
    case "Replace":
      if let text = normalizer["pattern"]?["String"]?.string,
        let other = normalizer["content"]?.string
      {
        return [.replace(text, by: other)]
      }
      throw refused("normalizer.pattern", normalizer["pattern"])
    default: break
    }
    throw refused("normalizer.type", normalizer["type"])
  }

  /// What a part is cut by, and whether its bytes are then the alphabet.
  static func splits(
    _ pretokenizer: JSONTree?
  ) throws(JSONTree.Problem) -> (splits: [NSRegularExpression], isByteLevel: Bool) {
    guard let pretokenizer else { return ([], false) }
    switch pretokenizer["type"]?.string {
    case "Sequence":
      var (all, isByteLevel) = ([NSRegularExpression](), false)
      for part in pretokenizer["pretokenizers"]?.elements ?? [] {
        let (splits, isLevel) = try self.splits(part)
        // Behind it, words are written in another alphabet.
        if isByteLevel, !splits.isEmpty || isLevel {
          throw refused("pre_tokenizer.pretokenizers", pretokenizer["pretokenizers"])
        }
        all += splits
        isByteLevel = isByteLevel || isLevel
      }
      return (all, isByteLevel)
    case "ByteLevel":
      if pretokenizer["add_prefix_space"]?.bool ?? true {
        throw refused("pre_tokenizer.add_prefix_space", .truth(true))
      }
      let cuts = pretokenizer["use_regex"]?.bool ?? true
      return (cuts ? [try expression(words)] : [], true)
    case "Digits":
      let areApart = pretokenizer["individual_digits"]?.bool ?? false
      return ([try expression(areApart ? #"\p{N}"# : #"\p{N}+"#)], false)
    case "Split":
      guard let pattern = pretokenizer["pattern"]?["Regex"]?.string else {
        throw refused("pre_tokenizer.pattern", pretokenizer["pattern"])
      }
      guard pretokenizer["behavior"]?.string == "Isolated" else {
        throw refused("pre_tokenizer.behavior", pretokenizer["behavior"])
      }
      if let invert = pretokenizer["invert"], invert.bool != false {
        throw refused("pre_tokenizer.invert", invert)
      }
      return ([try expression(pattern)], false)
    default: throw refused("pre_tokenizer.type", pretokenizer["type"])
    }
  }

  /// An expression that takes for white space what Unicode does, as the library's engine and other than Foundation's.
  private static func expression(
    _ pattern: String
  ) throws(JSONTree.Problem) -> NSRegularExpression {
    let unicode = pattern.replacing(#"\s"#, with: #"\p{White_Space}"#)
      .replacing(#"\S"#, with: #"\P{White_Space}"#)
    do {
      return try NSRegularExpression(pattern: unicode)
    } catch {
      throw .init(reason: "pre_tokenizer.pattern = \(pattern), which is no regular expression")
    }
  }

  /// A part of a text, changed as the file says.
  func normalized(_ part: String) -> String {
    normalizers.reduce(part) { text, normalizer in
      switch normalizer {
      case .composed: text.precomposedStringWithCanonicalMapping
      case .prepend(let prefix): text.isEmpty ? text : prefix + text
      case .replace(let old, let new):
        String(
          decoding: Self.replacing(Array(old.utf8), by: Array(new.utf8), in: Array(text.utf8)),
          as: UTF8.self
        )
      }
    }
  }

  /// Bytes with others in the place of some; by bytes, since a blank before a combining mark is a blank, too.
  static func replacing(_ old: [UInt8], by new: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    guard let first = old.first else { return bytes }
    var (result, rest) = ([UInt8](), bytes[...])
    while let place = rest.firstIndex(of: first) {
      result += rest[..<place]
      let isThere = rest[place...].starts(with: old)
      result += isThere ? new : [first]
      rest = rest[(place + (isThere ? old.count : 1))...]
    }
    return result + rest
  }

  /// A part cut into words.
  func words(of part: String) -> [ArraySlice<UInt8>] {
    var parts = [part]
    for split in splits { parts = parts.flatMap { Self.cut($0, by: split) } }
    return parts.map { Array($0.utf8)[...] }
  }

  /// Matches and what lies between them.
  private static func cut(_ text: String, by expression: NSRegularExpression) -> [String] {
    var parts: [String] = []
    var end = text.startIndex
    func add(upTo place: String.Index) {
      if end < place { parts.append(String(decoding: text.utf8[end..<place], as: UTF8.self)) }
      end = place
    }
    let whole = NSRange(location: 0, length: text.utf16.count)
    for match in expression.matches(in: text, range: whole) {
      add(upTo: String.Index(utf16Offset: match.range.location, in: text))
      add(upTo: String.Index(utf16Offset: match.range.location + match.range.length, in: text))
    }
    add(upTo: text.endIndex)
    return parts
  }
}
