/// What a token file holds, for `espalier corpus inspect`.
public struct CorpusStatistics: Hashable, Sendable, Codable {
  /// Sizes of a corpus or of a piece of it.
  public struct Sizes: Hashable, Sendable, Codable {
    /// The number of documents.
    public var documents: Int
    /// The number of tokens, one end token a document included.
    public var tokens: Int
    /// The size of the text in UTF-8.
    public var bytes: Int
    /// How much text a token stands for; nil without tokens.
    public var bytesPerToken: Double? { tokens == 0 ? nil : Double(bytes) / Double(tokens) }

    static let zero = Sizes(documents: 0, tokens: 0, bytes: 0)

    private enum CodingKeys: String, CodingKey {
      case documents, tokens, bytes, bytesPerToken
    }

    init(documents: Int, tokens: Int, bytes: Int) {
      self.documents = documents
      self.tokens = tokens
      self.bytes = bytes
    }

    /// Reads sizes; the ratio is computed anew.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      documents = try container.decode(Int.self, forKey: .documents)
      tokens = try container.decode(Int.self, forKey: .tokens)
      bytes = try container.decode(Int.self, forKey: .bytes)
    }

    /// Writes the sizes and their ratio.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(documents, forKey: .documents)
      try container.encode(tokens, forKey: .tokens)
      try container.encode(bytes, forKey: .bytes)
      try container.encodeIfPresent(bytesPerToken, forKey: .bytesPerToken)
    }

    mutating func add(_ document: PackedDocument) {
      documents += 1
      tokens += document.tokens.count
      bytes += document.textByteCount
    }
  }

  /// One source's share.
  public struct Source: Hashable, Sendable, Codable {
    /// The source's name.
    public var name: String
    /// What is trained on.
    public var train: Sizes
    /// What is held out.
    public var validation: Sizes
  }

  /// The tokenizer inside the file.
  public struct TokenizerDescription: Hashable, Sendable, Codable {
    /// Its name.
    public var name: String
    /// Its SHA-256 sum.
    public var sha256: String
    /// The number of its pieces.
    public var vocabularySize: Int
  }

  /// The version of the file's format.
  public var formatVersion: Int
  /// The file's size.
  public var fileBytes: Int
  /// The number of bytes a token takes in the file.
  public var tokenBytes: Int
  /// The tokenizer inside the file.
  public var tokenizer: TokenizerDescription
  /// Which documents were meant to be held out.
  public var split: DocumentSplit
  /// Whether a document's beginning is trained on and its end held out; both pieces count as documents.
  public var dividesDocument: Bool
  /// Everything together.
  public var total: Sizes
  /// What is trained on.
  public var train: Sizes
  /// What is held out.
  public var validation: Sizes
  /// The number of tokens in the shortest document, end token included.
  public var shortestDocumentTokens: Int
  /// The number of tokens in the longest document, end token included.
  public var longestDocumentTokens: Int
  /// The sources, the one with the most text first.
  public var sources: [Source]
}

extension TokenFile {
  /// Counts what the file holds, from its document table.
  ///
  /// - Complexity: O(documents).
  public func statistics() -> CorpusStatistics {
    var sources: [String: CorpusStatistics.Source] = [:]
    var sizes: [Split: CorpusStatistics.Sizes] = [:]
    var shortest = Int.max
    var longest = 0
    for split in Split.allCases {
      for index in 0..<documentCount(of: split) {
        let document = document(index, of: split)
        sizes[split, default: .zero].add(document)
        shortest = min(shortest, document.tokens.count)
        longest = max(longest, document.tokens.count)
        let part: WritableKeyPath<CorpusStatistics.Source, CorpusStatistics.Sizes> =
          split == .train ? \.train : \.validation
        sources[
          document.source,
          default: .init(name: document.source, train: .zero, validation: .zero)
        ][keyPath: part]
        .add(document)
      }
    }
    let train = sizes[.train, default: .zero]
    let validation = sizes[.validation, default: .zero]
    return CorpusStatistics(
      formatVersion: TokenFileHeader.version,
      fileBytes: byteCount,
      tokenBytes: header.tokenByteCount,
      tokenizer: .init(
        name: tokenizerName,
        sha256: tokenizerChecksum,
        vocabularySize: vocabularySize
      ),
      split: documentSplit,
      dividesDocument: dividesDocument,
      total: .init(
        documents: train.documents + validation.documents,
        tokens: train.tokens + validation.tokens,
        bytes: train.bytes + validation.bytes
      ),
      train: train,
      validation: validation,
      shortestDocumentTokens: min(shortest, longest),
      longestDocumentTokens: longest,
      sources: sources.values.sorted { first, second in
        let sizes = (
          first.train.bytes + first.validation.bytes, second.train.bytes + second.validation.bytes
        )
        return sizes.0 == sizes.1 ? first.name < second.name : sizes.0 > sizes.1
      }
    )
  }
}
