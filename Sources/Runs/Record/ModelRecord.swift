/// The sizes of a run's model at its full depth.
public struct ModelRecord: Codable, Hashable, Sendable {
  /// The number of layers.
  public var layers: Int
  /// The size of the residual stream.
  public var width: Int
  /// The number of query heads.
  public var headCount: Int
  /// The number of key and value heads.
  public var keyValueHeadCount: Int
  /// The inner size of the feed-forward network.
  public var feedForwardWidth: Int
  /// The number of tokens in the vocabulary.
  public var vocabularySize: Int
  /// The number of tokens in a training sequence.
  public var contextLength: Int
  /// Whether the embedding is used again as the output layer.
  public var tiedEmbedding: Bool
  /// The number of parameters, embedding included.
  public var parameterCount: Int

  /// States the sizes of a model.
  public init(
    layers: Int,
    width: Int,
    headCount: Int,
    keyValueHeadCount: Int,
    feedForwardWidth: Int,
    vocabularySize: Int,
    contextLength: Int,
    tiedEmbedding: Bool,
    parameterCount: Int
  ) {
    self.layers = layers
    self.width = width
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.feedForwardWidth = feedForwardWidth
    self.vocabularySize = vocabularySize
    self.contextLength = contextLength
    self.tiedEmbedding = tiedEmbedding
    self.parameterCount = parameterCount
  }

  /// What there is at least one of, by name.
  var counts: [(field: String, count: Int)] {
    [
      ("layers", layers), ("width", width), ("headCount", headCount),
      ("keyValueHeadCount", keyValueHeadCount), ("feedForwardWidth", feedForwardWidth),
      ("vocabularySize", vocabularySize), ("contextLength", contextLength),
      ("parameterCount", parameterCount),
    ]
  }
}
