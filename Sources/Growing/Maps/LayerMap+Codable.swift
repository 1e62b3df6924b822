/// Stored as `{"origins": [0, 1, 1, null], "sourceDepth": 2}`; `null` is a fresh layer.
extension LayerMap: Codable {
  private enum CodingKeys: String, CodingKey {
    case sourceDepth
    case origins
  }

  /// Writes the source depth and, for each new layer, its source or null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sourceDepth, forKey: .sourceDepth)
    try container.encode(sources, forKey: .origins)
  }

  /// Reads a map and checks it.
  ///
  /// - Throws: ``GrowthError`` for a map that names layers its source does not have.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let sources = try container.decode([Int?].self, forKey: .origins)
    try self.init(
      sourceDepth: container.decode(Int.self, forKey: .sourceDepth),
      origins: sources.map { $0.map { .copy(of: $0) } ?? .fresh }
    )
  }
}
