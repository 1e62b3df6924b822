import Laboratory

extension ImplicitBiasLaboratory {
  /// How large the experiments are, chapter by chapter.
  package struct Size: LabSize {
    /// The seeds of the repetitions; chapters with costly ones take the first few.
    package var seeds: [UInt64]
    package var benign = BenignSize()
    package var mirror = MirrorSize()

    package static let full = Size(seeds: Array(1...50))

    /// Checks the sizes whole before anything starts.
    ///
    /// - Throws: ``BiasError``.
    package func validate() throws(BiasError) {
      guard seeds.count > 1 else {
        throw .sizeOutOfRange(
          name: "seeds",
          found: "\(seeds.count)",
          rule: "two at least, or there are no intervals"
        )
      }
      try benign.validate()
      try mirror.validate()
    }
  }
}
