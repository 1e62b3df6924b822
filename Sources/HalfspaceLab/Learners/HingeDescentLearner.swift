import Arrays
import Laboratory
import PJRT
import Tensors

// B trials, D dimensions, N samples

/// The second phase: stochastic gradient descent on the hinge `max(-u, 0)` over `⟨w, v⟩ ≥ 1`.
///
/// One pass over fresh samples, one sample a step, an exact projection after each, and the mean of the
/// second half of the iterates. Source: Ji et al. 2022, the two-phase algorithm; step 2/√(DN) and tail
/// averaging are choices.
package struct HingeDescentLearner: Sendable {
  let engine: Engine

  /// How many samples one iteration of the loop takes, to pay for it less often.
  private static let blockSize = 10

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Descends from the first phase's directions.
  ///
  /// - Parameters:
  ///   - samples: z = y·x, `float64[B, D, N]`, not those that the directions were learned from; N a
  ///     multiple of 20.
  ///   - directions: The first phase's weights, `[B][D]`; their norms do not matter.
  /// - Returns: `[B][D]`.
  /// - Throws: `PJRTError`.
  package func minimize(samples: Buffer, directions: [[Double]]) throws -> [[Double]] {
    let shape = samples.type.shape
    let (trials, dimension, count) = (shape[0], shape[1], shape[2])
    let block = Self.blockSize
    precondition(count.isMultiple(of: 2 * block), "\(count) is no multiple of \(2 * block)")
    return try engine.results("hinge_descent", of: samples, [HostArray(rows: directions)]) {
      inputs in
      let rate = 2 / (Double(dimension) * Double(count)).squareRoot()
      let v = inputs[1] / inputs[1].squared().sum(axes: [1], keepingAxes: true).squareRoot()
      let blocks = inputs[0].transposed([2, 0, 1])
        .reshaped(to: [count / block, block, trials, dimension])
      func step(_ weights: Tensor, _ z: Tensor) -> Tensor {
        let margin = (weights * z).sum(axes: [1], keepingAxes: true)
        let isWrong = margin .<= Tensor(0, .float64)
        let moved = weights + Tensor.select(isWrong, z * rate, otherwise: Tensor.zeros(z.type))
        let missing = 1 - (moved * v).sum(axes: [1], keepingAxes: true)
        return moved + v * missing.maximum(Tensor.zeros(missing.type))
      }
      func rows(_ slice: Tensor) -> [Tensor] {
        (0..<block).map {
          slice.sliced($0..<$0 + 1, alongAxis: 0).reshaped(to: [trials, dimension])
        }
      }
      let half = count / block / 2
      let (middle, _) = scan(over: [blocks.sliced(0..<half, alongAxis: 0)], initial: [v]) {
        carry,
        slices in
        ([rows(slices[0]).reduce(carry[0], step)], [])
      }
      let (end, _) = scan(
        over: [blocks.sliced(half..<2 * half, alongAxis: 0)],
        initial: [middle[0], Tensor.zeros(v.type)]
      ) { carry, slices in
        var (weights, sum) = (carry[0], carry[1])
        for z in rows(slices[0]) {
          weights = step(weights, z)
          sum = sum + weights
        }
        return ([weights, sum], [])
      }
      return [end[1] / Double(count / 2)]
    }[0].rows
  }
}
