import Laboratory

extension HalfspaceLaboratory {
  /// How large the experiments are.
  package struct Size: LabSize {
    /// The OPT values of the sampled points.
    package var optima: [Double]
    package var dimensions: [Int]
    package var seeds: [UInt64]
    /// Samples a phase.
    package var sampleCount: Int
    /// The OPT of the scale profile.
    package var scaleOptimum: Double
    /// Samples of the noise table.
    package var noiseSampleCount: Int
    /// The OPT values of the sample complexity.
    package var complexityOptima: [Double]
    package var complexityDimensions: [Int]
    /// The sample counts that are tried, rising.
    package var complexityCounts: [Int]

    /// The sizes of the committed study, which the acceptance bands belong to.
    package static let full = Size(
      optima: [0.04, 0.02, 0.01, 0.005, 0.0025],
      dimensions: [2, 10],
      seeds: [1, 2, 3, 4, 5],
      sampleCount: 100_000,
      scaleOptimum: 1e-3,
      noiseSampleCount: 400_000,
      complexityOptima: [0.02, 0.01, 0.005],
      complexityDimensions: [2, 5, 10, 20],
      complexityCounts: (0..<10).map { 200 << $0 }
    )

    /// Weights beyond so many dimensions are another program's business: a step of Newton's method solves
    /// its system by elimination, unrolled.
    static let largestDimension = 50
    /// The most bytes of samples that one program is given.
    static let largestBatch = 8 << 30

    /// Checks the sizes whole before anything starts.
    ///
    /// - Throws: ``HalfspaceError``.
    package func validate() throws(HalfspaceError) {
      for optimum in optima + complexityOptima + [scaleOptimum] {
        _ = try HardLaw(optimum: optimum)
      }
      for (name, list) in [("optima", optima), ("optima", complexityOptima)] {
        guard list.count > 1, Set(list).count == list.count else {
          throw .sizeOutOfRange(
            name: name,
            found: "\(list)",
            rule: "two different numbers at least"
          )
        }
      }
      for (name, list) in [("dimensions", dimensions), ("dimensions", complexityDimensions)] {
        guard !list.isEmpty, Set(list).count == list.count,
          list.allSatisfy({ (2...Self.largestDimension).contains($0) })
        else {
          throw .sizeOutOfRange(
            name: name,
            found: "\(list)",
            rule: "different whole numbers from 2 to \(Self.largestDimension)"
          )
        }
      }
      guard seeds.count > 1 else {
        throw .sizeOutOfRange(
          name: "seeds",
          found: "\(seeds.count)",
          rule: "two at least, or there are no intervals"
        )
      }
      for count in [sampleCount, noiseSampleCount] + complexityCounts {
        guard count >= 200, count.isMultiple(of: 40) else {
          throw .sizeOutOfRange(
            name: "samples",
            found: "\(count)",
            rule: "a multiple of 40 from 200 up"
          )
        }
      }
      let batch =
        [
          optima.count * (dimensions.max() ?? 0) * sampleCount, 2 * noiseSampleCount,
          complexityOptima.count * (complexityDimensions.max() ?? 0)
            * (complexityCounts.max() ?? 0),
        ].max() ?? 0
      let (bytes, isTooLong) = (8 * seeds.count).multipliedReportingOverflow(by: batch)
      guard !isTooLong, bytes <= Self.largestBatch else {
        throw .sizeOutOfRange(
          name: "samples",
          found: "\(bytes >> 30) GiB at once",
          rule: "at most \(Self.largestBatch >> 30) GiB of samples at once; "
            + "take fewer samples, seeds, dimensions or OPT values"
        )
      }
    }
  }
}
