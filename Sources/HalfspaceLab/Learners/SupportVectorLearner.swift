import PJRT
import Tensors

/// The linear support vector machine without a bias: the mean of `max(1 - ⟨w, z⟩, 0)` plus `ridge/2 · |w|²`.
package struct SupportVectorLearner: Sendable {
  let learner: SoftenedHingeLearner

  package init(engine: Engine) {
    learner = SoftenedHingeLearner(engine: engine)
  }

  /// Minimises.
  ///
  /// - Parameters:
  ///   - samples: z = y·x, `float64[B, D, N]`.
  ///   - ridge: Positive.
  ///   - finalWidth: The objective is at most `finalWidth · ln 2` above the least one.
  /// - Returns: `[B][D]`.
  /// - Throws: `PJRTError`.
  package func minimize(
    samples: Buffer,
    ridge: Double,
    finalWidth: Double = 1e-6
  ) throws -> [[Double]] {
    var objective = SoftenedHingeLearner.Objective()
    objective.margin = 1
    objective.ridge = ridge
    return try learner.minimizeHinge(objective, samples: samples, finalWidth: finalWidth)
  }
}
