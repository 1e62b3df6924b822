import PJRT
import Tensors

extension SoftenedHingeLearner {
  /// Minimises a hinge itself: softened hinges of falling width, each from the minimiser of the one before.
  ///
  /// The result's loss is at most `finalWidth · ln 2` above the least one. With many samples all but the last
  /// width see a tenth of them, which is enough to start from.
  ///
  /// - Parameters:
  ///   - objective: The margin and the ridge; the width is not used.
  ///   - samples: z = y·x, `float64[B, D, N]`.
  ///   - start: `[B][D]`; from 0 if nil.
  ///   - normals: Unit vectors `[B][D]` of planes to stay on; none if nil.
  ///   - finalWidth: The last width, positive.
  /// - Returns: `[B][D]`.
  /// - Throws: `PJRTError`.
  package func minimizeHinge(
    _ objective: Objective = Objective(),
    samples: Buffer,
    start: [[Double]]? = nil,
    normals: [[Double]]? = nil,
    finalWidth: Double = 1e-6
  ) throws -> [[Double]] {
    let few = try fewer(samples)
    var (objective, weights) = (objective, start)
    var width = 0.5
    while width > finalWidth {
      objective.width = width
      weights =
        try minimize(
          objective,
          samples: few,
          start: weights,
          normals: normals,
          tolerance: 1e-6,
          passLimit: 100
        ).weights
      width /= 4
    }
    objective.width = finalWidth
    return try minimize(
      objective,
      samples: samples,
      start: weights,
      normals: normals,
      tolerance: 1e-9,
      passLimit: 200
    ).weights
  }

  /// The second phase's minimiser by another way: the hinge on the plane `⟨w, v⟩ = 1`, where the constraint
  /// is tight because the hinge risk scales with the weights.
  ///
  /// - Parameters:
  ///   - samples: z = y·x, `float64[B, D, N]`.
  ///   - normals: The unit vectors v, `[B][D]`.
  ///   - finalWidth: The hinge risk is at most `finalWidth · ln 2` above the least one.
  /// - Returns: `[B][D]`.
  /// - Throws: `PJRTError`.
  package func secondPhase(
    samples: Buffer,
    normals: [[Double]],
    finalWidth: Double = 1e-6
  ) throws -> [[Double]] {
    try minimizeHinge(samples: samples, start: normals, normals: normals, finalWidth: finalWidth)
  }

  /// The linear support vector machine without a bias: the mean of `max(1 - ⟨w, z⟩, 0)` plus
  /// `ridge/2 · |w|²`, at most `finalWidth · ln 2` above the least one.
  package func supportVectors(
    samples: Buffer,
    ridge: Double,
    finalWidth: Double = 1e-6
  ) throws -> [[Double]] {
    var objective = Objective()
    (objective.margin, objective.ridge) = (1, ridge)
    return try minimizeHinge(objective, samples: samples, finalWidth: finalWidth)
  }

  /// The first tenth of many samples; all of few.
  private func fewer(_ samples: Buffer) throws -> Buffer {
    let count = samples.type.shape[2] / 10
    guard count >= 1000 else { return samples }
    let program = try engine.program("first_samples", parameters: [samples.type]) { inputs in
      [inputs[0].sliced(0..<count, alongAxis: 2)]
    }
    return try program([samples])[0]
  }
}
