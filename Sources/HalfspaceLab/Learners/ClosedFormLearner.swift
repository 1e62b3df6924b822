import Arrays
import Laboratory
import PJRT
import Tensors

// B trials, D dimensions, N samples

/// Learners that need one pass: averaging and least squares, with the zero-one risk on the samples.
package struct ClosedFormLearner: Sendable {
  let engine: Engine

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Averages, and least squares weights, both `[B][D]`.
  ///
  /// The averages are the means of z, where one step of gradient descent from 0 goes; the others minimise
  /// the mean of (1 - ⟨w, z⟩)².
  package func learn(samples: Buffer) throws -> (averages: [[Double]], leastSquares: [[Double]]) {
    let results = try engine.results("closed_forms", of: samples) { inputs in
      let count = Double(inputs[0].shape[2])
      let mean = inputs[0].sum(axes: [2]) / count
      let moments = inputs[0].dot(inputs[0], summing: 2, with: 2) / count
      return [mean, SoftenedHingeLearner.solve(moments, mean)]
    }
    return (results[0].rows, results[1].rows)
  }

  /// The share of samples that weights get wrong, `[B]`.
  ///
  /// A margin of 0 counts half, since sign(0) = 1 is right for label 1 only, and labels are not known
  /// here.
  package func zeroOneRisks(samples: Buffer, weights: [[Double]]) throws -> [Double] {
    try engine.results("zero_one_risks", of: samples, [HostArray(rows: weights)]) { inputs in
      let margins = inputs[1].dot(inputs[0], summing: 1, with: 1)
      let wrong = (1 - margins.sign()) * 0.5
      return [wrong.sum(axes: [1]) / Double(inputs[0].shape[2])]
    }[0].values()
  }
}
