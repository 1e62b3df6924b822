import PJRT
import StableHLO
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
