extension Recipe {
  /// The fields that may change while a run goes on.
  ///
  /// Neither what is trained nor what its losses are measured on depends on them. The tokens may lie elsewhere;
  /// that they are the same is checked apart. Another device computes the same but for rounding.
  public static let changeableFields: Set<String> = [
    "device", "parallelism.devices", "parallelism.sharding", "memory.allocator", "memory.fraction",
    "memory.preallocate",
    "corpus.tokens", "evaluation.every", "logging.every", "logging.samples", "logging.sampleTokens",
    "logging.tensorboard",
    "checkpoints.every", "checkpoints.keep",
  ]

  /// The value of every field as ``yamlText()`` writes it, by the field's path.
  public var values: [String: String] {
    Dictionary(uniqueKeysWithValues: Self.fields.map { ($0.name, $0.write(self)) })
  }
}
