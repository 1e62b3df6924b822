import PJRT
import Tensors

/// The second phase's minimiser by another way: the hinge on the plane `⟨w, v⟩ = 1`, where the constraint is
/// tight because the hinge risk scales with the weights.
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
  ///   - finalWidth: The result's hinge risk is at most `finalWidth · ln 2` above the least one.
  /// - Returns: `[B][D]`.
  /// - Throws: `PJRTError`.
  package func minimize(
    samples: Buffer,
    normals: [[Double]],
    finalWidth: Double = 1e-6
  ) throws -> [[Double]] {
    try learner.minimizeHinge(
      samples: samples,
      start: normals,
      normals: normals,
      finalWidth: finalWidth
    )
  }
}
