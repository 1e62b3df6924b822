import Foundation  // JSONEncoder

/// A tokenizer's file, and the line that may stand in front of it: which pieces documents begin and end with where the model
/// comes from, which the file itself does not say.
///
///     {"beginning":"<s>","end":"</s>","espalier":"tokenizer"}
struct TokenizerNames {
  /// The piece that a document begins with.
  private(set) var beginning: [UInt8]?
  /// The piece that it ends with.
  private(set) var end: [UInt8]?
  /// The file alone, as it was found.
  let fileBytes: [UInt8]

  private static let longestLine = 1 << 12

  /// Takes the line off a file that has one.
  init(_ bytes: [UInt8]) {
    let line = bytes.prefix(Self.longestLine).firstIndex(of: UInt8(ascii: "\n"))
      .map { Array(bytes[..<$0]) }
    guard let line, let names = try? JSONTree(parsing: line),
      names["espalier"]?.string == "tokenizer"
    else {
      fileBytes = bytes
      return
    }
    fileBytes = Array(bytes[(line.count + 1)...])
    beginning = names["beginning"]?.string.map { Array($0.utf8) }
    end = names["end"]?.string.map { Array($0.utf8) }
  }
}

extension Tokenizer {
  /// Puts a line in front of a file that names the pieces that documents begin and end with.
  ///
  /// - Parameters:
  ///   - file: The bytes of a `tokenizer.json` or of a `tokenizer.model`.
  ///   - beginning: The piece at the beginning of a document.
  ///   - end: The piece at its end.
  /// - Returns: The bytes of a tokenizer as models here have it.
  /// - Throws: `EncodingError`.
  package static func naming(_ file: [UInt8], beginning: String?, end: String?) throws -> [UInt8] {
    var names = ["espalier": "tokenizer"]
    names["beginning"] = beginning
    names["end"] = end
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(names)) + [UInt8(ascii: "\n")] + file
  }
}
