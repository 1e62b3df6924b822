import Laboratory
import LinearAlgebra

extension ImplicitBiasLaboratory {
  /// How large the experiments are, chapter by chapter.
  package struct Size: LabSize {
    /// The seeds of the repetitions; chapters with costly ones take the first few.
    package var seeds: [UInt64]
    package var benign = BenignSize()
    package var mirror = MirrorSize()
    package var diagonal = DiagonalSize()
    package var sparse = SparseSize()
    package var classification = ClassificationSize()
    package var stacking = StackingSize()

    package static let full = Size(seedCount: 50)

    /// The sizes of the committed study with the seeds 1, 2 and so on.
    package init(seedCount: Int) {
      seeds = (0..<max(0, seedCount)).map { UInt64($0) + 1 }
    }

    /// Checks the sizes whole before anything starts.
    ///
    /// - Throws: ``BiasError``, or `LinearAlgebraError` where the library of matrices is missing.
    package func validate() throws {
      guard seeds.count > 1 else {
        throw BiasError.sizeOutOfRange(
          name: "seeds",
          found: "\(seeds.count)",
          rule: "two at least, or there are no intervals"
        )
      }
      try LinearAlgebraLibrary.open()
      try benign.validate()
      try mirror.validate()
      try diagonal.validate()
      try sparse.validate()
      try classification.validate()
      try stacking.validate()
    }
  }
}
