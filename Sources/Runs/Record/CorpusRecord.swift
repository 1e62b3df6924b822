/// The packed token file a run was trained on.
public struct CorpusRecord: Codable, Hashable, Sendable {
  /// The path of the packed token file, as the recipe gives it.
  public var tokens: String
  /// A checksum that tells this token file from another, as the file's header states it.
  public var checksum: String
  /// The number of tokens to train on.
  public var trainingTokens: Int
  /// The number of tokens held out for validation.
  public var validationTokens: Int
  /// The number of documents to train on.
  public var trainingDocuments: Int
  /// The number of documents held out for validation.
  public var validationDocuments: Int
  /// The bytes of text, in UTF-8, that the validation tokens stand for; nil in older records.
  public var validationBytes: Int?
  /// Whether a document's beginning is trained on and its end held out; nil for no, and in older records.
  ///
  /// Both pieces count as documents.
  public var dividesDocument: Bool?
  /// The token files that are mixed with it; nil for none, and in older records.
  public var mixture: [Part]?

  /// A token file that is mixed with the corpus.
  public struct Part: Codable, Hashable, Sendable {
    /// The path of the token file, as the recipe gives it.
    public var tokens: String
    /// A checksum that tells this token file from another.
    public var checksum: String
    /// Its share of the sequences, in percent.
    public var percentage: Int

    /// Describes a part.
    public init(tokens: String, checksum: String, percentage: Int) {
      self.tokens = tokens
      self.checksum = checksum
      self.percentage = percentage
    }
  }

  /// Describes a packed token file.
  public init(
    tokens: String,
    checksum: String,
    trainingTokens: Int,
    validationTokens: Int,
    trainingDocuments: Int,
    validationDocuments: Int,
    validationBytes: Int? = nil,
    dividesDocument: Bool? = nil,
    mixture: [Part]? = nil
  ) {
    self.mixture = mixture
    self.tokens = tokens
    self.checksum = checksum
    self.trainingTokens = trainingTokens
    self.validationTokens = validationTokens
    self.trainingDocuments = trainingDocuments
    self.validationDocuments = validationDocuments
    self.validationBytes = validationBytes
    self.dividesDocument = dividesDocument
  }
}
