import Files

/// A file that holds documents.
public struct TextFile: Hashable, Sendable {
  /// How documents lie in a file.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// The whole file is one document.
    case plain
    /// Every line is a JSON object that holds one document.
    case jsonLines
    /// Every row of a table holds one document.
    case parquet

    var suffixes: [String] {
      switch self {
      case .plain: [".txt", ".text", ".md", ".rst"]
      case .jsonLines: [".jsonl", ".ndjson", ".json"]
      case .parquet: [".parquet"]
      }
    }

    static var suffixesInWords: String {
      let texts = [Kind.plain, .jsonLines].flatMap(\.suffixes).joined(separator: " ")
      return "\(texts), each also with .gz, and \(Kind.parquet.suffixes[0])"
    }
  }

  /// Where the file is.
  public var path: String
  /// What documents without a source of their own are called.
  public var source: String
  /// How documents lie in it.
  public var kind: Kind
  /// Whether it is compressed with gzip.
  public var isCompressed: Bool

  /// Tells a file's kind by the end of its name; nil for an unknown one.
  init?(path: String, source: String) {
    let lowercased = path.lowercased()
    isCompressed = lowercased.hasSuffix(".gz")
    let name = isCompressed ? String(lowercased.dropLast(3)) : lowercased
    let kind = Kind.allCases.first { $0.suffixes.contains(where: name.hasSuffix) }
    guard let kind, kind != .parquet || !isCompressed else { return nil }
    self.kind = kind
    self.path = path
    self.source = source.readablePath
  }

  /// A file that was named by the user, whatever it is called: plain text if nothing tells otherwise.
  init(named path: String) {
    let name = lastComponent(of: path)
    if let known = TextFile(path: path, source: name) {
      self = known
    } else {
      self.path = path
      source = name.readablePath
      kind = .plain
      isCompressed = path.lowercased().hasSuffix(".gz")
    }
  }
}
