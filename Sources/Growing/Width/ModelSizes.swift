/// Sizes of a model besides its depth; nil where one is not spoken of.
public struct ModelSizes: Hashable, Sendable, Codable {
  /// The size of the residual stream.
  public var width: Int?
  /// The number of query heads; key and value heads grow in proportion, a head's size stays.
  public var headCount: Int?
  /// The inner size of the feed-forward part.
  public var feedForwardWidth: Int?
  /// The number of tokens the model knows.
  public var vocabularySize: Int?
  /// The number of tokens the model sees at once; it has no parameters.
  public var contextLength: Int?

  /// Names sizes.
  public init(
    width: Int? = nil,
    headCount: Int? = nil,
    feedForwardWidth: Int? = nil,
    vocabularySize: Int? = nil,
    contextLength: Int? = nil
  ) {
    self.width = width
    self.headCount = headCount
    self.feedForwardWidth = feedForwardWidth
    self.vocabularySize = vocabularySize
    self.contextLength = contextLength
  }

  /// Whether no size is named.
  public var isEmpty: Bool { self == ModelSizes() }

  /// These sizes, but those of others where these name none.
  ///
  /// - Parameter others: What fills the gaps.
  /// - Returns: Sizes that name what either names.
  public func filled(from others: ModelSizes) -> ModelSizes {
    ModelSizes(
      width: width ?? others.width,
      headCount: headCount ?? others.headCount,
      feedForwardWidth: feedForwardWidth ?? others.feedForwardWidth,
      vocabularySize: vocabularySize ?? others.vocabularySize,
      contextLength: contextLength ?? others.contextLength
    )
  }

  /// Every size with its name in messages.
  private static let named: [(name: String, size: KeyPath<ModelSizes, Int?> & Sendable)] = [
    ("width", \.width), ("headCount", \.headCount), ("feedForwardWidth", \.feedForwardWidth),
    ("vocabularySize", \.vocabularySize), ("contextLength", \.contextLength),
  ]

  /// Checks that none of these sizes is smaller than that of others.
  ///
  /// - Parameter others: The sizes before growing.
  /// - Throws: ``GrowthError/cannotShrink(size:from:to:)``.
  func checkGrowing(from others: ModelSizes) throws(GrowthError) {
    for (name, size) in Self.named {
      guard let new = self[keyPath: size], let old = others[keyPath: size], new < old else {
        continue
      }
      throw .cannotShrink(size: name, from: old, to: new)
    }
  }
}

extension ModelSizes: CustomStringConvertible {
  /// The sizes that are named, such as `width 256, headCount 8`.
  public var description: String {
    Self.named.compactMap { name, size in self[keyPath: size].map { "\(name) \($0)" } }
      .joined(separator: ", ")
  }
}
