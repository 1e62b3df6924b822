import Laboratory
import Runs

extension LocalityLaboratory {
  /// How large the experiments are.
  package struct Size: LabSize {
    package var seeds: [UInt64]
    /// The settings in which sample counts are measured.
    package var regimes: [Regime]
    /// K.
    package var patches: [Int]
    /// D in R1.
    package var fallingDimensions: [Int]
    /// D in R2 and under maximum likelihood.
    package var fixedDimensions: [Int]
    /// K where networks are trained by gradient descent.
    package var descentPatches: [Int]
    package var descentDimension: Int
    /// σ√K in R1.
    package var relativeSigma: Double
    /// The target error of R1.
    package var target: Double
    /// σ in R2.
    package var sigma: Double
    /// How far the target of R2 is above the best rule's error.
    package var margin: Double
    /// The most images that are tried.
    package var limit: Int
    /// K in the table of rules.
    package var tablePatches: [Int]
    /// Images of the table of rules.
    package var drawCount: Int

    /// The sizes of the committed study, which the expectations belong to.
    package static let full = Size(
      seeds: Array(1...8),
      regimes: Regime.allCases,
      patches: [4, 8, 16, 32],
      fallingDimensions: [32, 64, 128, 256],
      fixedDimensions: [16, 32, 64, 128],
      descentPatches: [2, 4, 6, 8],
      descentDimension: 16,
      relativeSigma: 0.7,
      target: 0.1,
      sigma: 0.3,
      margin: 0.03,
      limit: 16384,
      tablePatches: [1, 2, 4, 8, 16, 32],
      drawCount: 400_000
    )

    /// Checks the sizes whole before anything starts.
    ///
    /// - Throws: ``LocalityError``.
    package func validate() throws(LocalityError) {
      for list in [patches, descentPatches] { try validateCounts("patches", list) }
      for list in [fallingDimensions, fixedDimensions, [descentDimension]] {
        try validateCounts("dimensions", list)
      }
      try validateNumber("sigma", sigma)
      try validateNumber("relative sigma", relativeSigma)
      guard target > 0, target < 0.5 else {
        throw .sizeOutOfRange(
          name: "target",
          found: "\(target)",
          rule: "an error above 0 and below 0.5"
        )
      }
      guard seeds.count > 1 else {
        throw .sizeOutOfRange(
          name: "seeds",
          found: "\(seeds.count)",
          rule: "two at least, or there are no intervals"
        )
      }
      try validateMemory()
      try validateTarget()
    }

    private func validateCounts(_ name: String, _ counts: [Int]) throws(LocalityError) {
      guard let least = counts.min(), least >= 1 else {
        throw .sizeOutOfRange(
          name: name,
          found: counts.min().map(String.init) ?? "none",
          rule: "whole numbers from 1 up"
        )
      }
    }

    private func validateNumber(_ name: String, _ number: Double) throws(LocalityError) {
      guard number > 0, number.isFinite else {
        throw .sizeOutOfRange(name: name, found: "\(number)", rule: "a number above 0")
      }
    }

    /// No rule may be asked for an error that not even the best one has.
    private func validateTarget() throws(LocalityError) {
      for regime in regimes where regime.isFalling {
        for patches in Set(regime.grid(self).map(\.patches)).sorted() {
          let sigma = regime.law(patches, 1, self).sigma
          let best = BayesRule(patchCount: patches, drawCount: 20_000).error(sigma: sigma)
          guard best < target else {
            throw .targetBelowBest(target: target, best: best, patchCount: patches, sigma: sigma)
          }
        }
      }
    }

    /// The images of a program, what is computed with them beside, for the sample counts that are likely.
    private func validateMemory() throws(LocalityError) {
      let present = UInt64(max(0, MachineRecord.current().memoryBytes))
      for regime in regimes {
        for (patches, dimension) in regime.grid(self) {
          let (size, isTooLong) = patches.multipliedReportingOverflow(by: dimension)
          // Locally connected networks need some k(k + d)σ² images, and programs have room for twice as many.
          let sigma = regime.law(patches, dimension, self).sigma
          let likely = min(
            Double(limit),
            max(128, 8 * Double(patches) * Double(patches + dimension) * sigma * sigma)
          )
          let bytes = isTooLong ? 1e30 : 3 * 4 * Double(seeds.count) * likely * Double(size)
          guard bytes < Double(present) else {
            throw .tooLarge(
              patchCount: patches,
              dimension: dimension,
              needed: UInt64(min(bytes, 1e18)),
              present: present
            )
          }
        }
      }
    }
  }
}
