import Arrays
import Laboratory
import PJRT
import Tensors

// B trials, S widths, D dimensions, N samples

/// The non-convex rival: stochastic gradient descent on the unit sphere for the sigmoid loss
/// `1/(1 + e^{u/(|w|σ)})`, with several widths σ at once.
///
/// One pass in batches of ten. The rate falls geometrically from σ/2 to 2σ², and the last quarter of the
/// iterates is averaged. Source: Diakonikolas, Kontonis, Tzamos and Zarifis, "Non-convex SGD learns
/// halfspaces with adversarial label noise", NeurIPS 2020; start, rate and averaging are choices.
package struct SigmoidDescentLearner: Sendable {
  let engine: Engine
  private static let batchSize = 10

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Descends.
  ///
  /// - Parameters:
  ///   - samples: z = y·x, `float64[B, D, N]`; N a multiple of 40.
  ///   - start: Directions `[B][D]`.
  ///   - widths: σ, `[B][S]`.
  /// - Returns: Unit weights, `[B][S][D]`.
  /// - Throws: `PJRTError`.
  package func minimize(
    samples: Buffer,
    start: [[Double]],
    widths: [[Double]]
  ) throws -> [[[Double]]] {
    let shape = samples.type.shape
    let (trials, dimension, count) = (shape[0], shape[1], shape[2])
    let widthCount = widths.first?.count ?? 0
    let batch = Self.batchSize
    precondition(count.isMultiple(of: 4 * batch), "\(count) is no multiple of \(4 * batch)")
    let results = try engine.results(
      "sigmoid_descent",
      of: samples,
      [HostArray(rows: start), HostArray(rows: widths)]
    ) { inputs in
      func unit(_ rows: Tensor) -> Tensor {
        rows / rows.squared().sum(axes: [2], keepingAxes: true).squareRoot()
      }
      let stepCount = count / batch
      let batches = inputs[0].transposed([2, 0, 1])
        .reshaped(to: [stepCount, batch, trials, dimension]).transposed([0, 2, 1, 3])
      let widths = inputs[2].insertingAxis(at: 2)
      let first = unit(
        inputs[1].insertingAxis(at: 1).broadcast(to: [trials, widthCount, dimension])
      )
      let places = Tensor.indices(TensorType(.float64, [stepCount]), alongAxis: 0)
      let isTail = (places .>= Tensor(Double(stepCount) * 0.75, .float64)).converted(to: .float64)
      let (end, _) = scan(
        over: [batches, places, isTail],
        initial: [first, Tensor.zeros(first.type)]
      ) { carry, slices in
        let weights = carry[0]
        let margins = weights.dot(slices[0], summing: 2, with: 2)
        let tail = (-(margins / widths).absoluteValue()).exponential()
        let slope = tail / (tail + 1).squared() / widths
        let pull = slope.dot(slices[0], summing: 2, with: 1)
        let lean = (slope * margins).sum(axes: [2], keepingAxes: true)
        let gradient = (pull - weights * lean) / Double(batch)
        let progress = slices[1] / Double(stepCount)
        let rate = widths * 0.5 * (widths * 4).power(progress)
        let next = unit(weights + gradient * rate)
        return ([next, carry[1] + next * slices[2]], [])
      }
      return [unit(end[1])]
    }
    let values = results[0].values(as: Double.self)
    return (0..<trials).map { trial in
      (0..<widthCount).map { width in
        let first = (trial * widthCount + width) * dimension
        return Array(values[first..<first + dimension])
      }
    }
  }
}
