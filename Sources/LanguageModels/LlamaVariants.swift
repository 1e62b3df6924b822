/// Which of attention's projections add a bias.
public enum AttentionBias: String, Hashable, Sendable, Codable, CaseIterable {
  /// Those of queries, keys and values, as in Qwen 2.
  case inputs
  /// The output projection, too.
  case all
}

/// How queries and keys are normed.
public enum QueryKeyNorm: String, Hashable, Sendable, Codable, CaseIterable {
  /// Each head by its own root mean square, with gains that all heads of a layer share.
  ///
  /// Source: Henry et al. 2020, "Query-Key Normalization for Transformers", section 3, with gains as in Qwen 3.
  case eachHead = "each-head"
}
