import PJRT
import Tensors

/// The second phase's minimiser by another way: softened hinges of falling width on the plane
/// `⟨w, v⟩ = 1`, where the constraint is tight because the hinge risk scales with the weights.
///
/// The result's hinge risk is at most `finalWidth · ln 2` above the least one.
package struct SecondPhaseSolver: Sendable {
  let learner: SoftenedHingeLearner

  package init(engine: Engine) {
    learner = SoftenedHingeLearner(engine: engine)
  }

  /// Minimises.
  ///
  /// - Parameters:
  ///   - samples: z = y·x, `float64[B, D, N]`.
  ///   - normals: The unit vectors v, `[B][D]`.
  ///   - finalWidth: The last width.
  /// - Returns: `[B][D]`.
  /// - Throws: `PJRTError`.
  package func minimize(
    samples: Buffer,
    normals: [[Double]],
    finalWidth: Double = 1e-6
  ) throws -> [[Double]] {
    var weights = normals
    var objective = SoftenedHingeLearner.Objective()
    objective.width = 0.5
    while true {
      weights =
        try learner.minimize(
          objective,
          samples: samples,
          start: weights,
          normals: normals,
          tolerance: 1e-9,
          passLimit: 100
        ).weights
      if objective.width <= finalWidth { return weights }
      objective.width = max(objective.width / 4, finalWidth)
    }
  }
}
