/// One text of a corpus, the unit that is held out and kept apart.
public struct Document: Hashable, Sendable {
  /// The text.
  public var text: String
  /// Where it comes from: what its record says, or else the name of its file.
  public var source: String

  /// Creates a document.
  public init(text: String, source: String) {
    self.text = text
    self.source = source
  }
}
