import Arrays
import Laboratory
import PJRT
import Tensors

// B trials, D dimensions, N samples

/// Logistic regression by projected gradient descent, as in the first phase of the paper.
///
/// `w ← Proj(w - η ∇R(w))` from 0, where Proj rescales to a largest norm and η is one over the largest
/// curvature, λ_max(Σ z zᵀ/N)/4, by power iterations. With momentum it is Nesterov's method, restarted
/// where a step goes uphill.
package struct GradientDescentLearner: Sendable {
  let engine: Engine
  let hasMomentum: Bool

  package init(engine: Engine, hasMomentum: Bool) {
    self.engine = engine
    self.hasMomentum = hasMomentum
  }

  /// The last iterates.
  package struct Result: Hashable, Sendable {
    package var weights: [[Double]]
    /// The length of the last projected step over its rate; 0 at the minimiser on the ball.
    package var residual: [Double]
    package var stepCount: Int
  }

  /// Descends.
  ///
  /// - Parameters:
  ///   - samples: z = y·x, `float64[B, D, N]`.
  ///   - radii: The largest norm of each trial's weights.
  ///   - tolerance: The residual that is small enough.
  ///   - stepLimit: The most steps.
  /// - Returns: The last iterates.
  /// - Throws: `PJRTError`.
  package func minimize(
    samples: Buffer,
    radii: [Double],
    tolerance: Double = 1e-8,
    stepLimit: Int
  ) throws -> Result {
    let (count, dimension) = (samples.type.shape[0], samples.type.shape[1])
    let hasMomentum = hasMomentum
    let results = try engine.results(
      hasMomentum ? "accelerated_gradient" : "gradient_descent",
      of: samples,
      [HostArray(radii), HostArray(scalar: tolerance), HostArray(scalar: Int32(stepLimit))]
    ) { inputs in
      let (samples, radii) = (inputs[0], inputs[1].insertingAxis(at: 1))
      let rate = Self.rate(samples)
      func project(_ rows: Tensor) -> Tensor {
        let norm = rows.squared().sum(axes: [1], keepingAxes: true).squareRoot()
        return rows * (radii / norm.maximum(radii))
      }
      let type = TensorType(.float64, [count, dimension])
      let start = Tensor.zeros(type)
      let initial = [
        start, start, Tensor.ones(TensorType(.float64, [count, 1])),
        Tensor(repeating: .infinity, type: TensorType(.float64, [count, 1])),
        Tensor(0, .int32),
      ]
      let state = whileLoop(initial: initial) { state in
        (state[3].maximum() .> inputs[2]) .& (state[4] .< inputs[3])
      } body: { state in
        let (weights, ahead, pace) = (state[0], state[1], state[2])
        let gradient = Self.gradient(ahead, samples)
        let next = project(ahead - gradient * rate)
        let move = next - weights
        let residual =
          (next - ahead).squared().sum(axes: [1], keepingAxes: true).squareRoot() / rate
        guard hasMomentum else {
          return [next, next, pace, residual, state[4] + Tensor(1, .int32)]
        }
        let isUphill =
          ((ahead - next) * move).sum(axes: [1], keepingAxes: true) .> Tensor(0, .float64)
        let kept = Tensor.select(isUphill, Tensor.ones(pace.type), otherwise: pace)
        let nextPace = ((kept.squared() * 4 + 1).squareRoot() + 1) * 0.5
        let jump = Tensor.select(
          isUphill,
          Tensor.zeros(pace.type),
          otherwise: (kept - 1) / nextPace
        )
        return [next, next + move * jump, nextPace, residual, state[4] + Tensor(1, .int32)]
      }
      return [state[0], state[3].reshaped(to: [count]), state[4]]
    }
    return Result(
      weights: results[0].rows,
      residual: results[1].values(),
      stepCount: Int(results[2].values(as: Int32.self)[0])
    )
  }

  /// The mean gradient of the logistic loss, `[B, D]`.
  private static func gradient(_ weights: Tensor, _ samples: Tensor) -> Tensor {
    let margins = weights.dot(samples, summing: 1, with: 1)
    return -samples.dot((-margins).logistic(), summing: 2, with: 1) / Double(samples.shape[2])
  }

  /// One over the largest curvature of each trial, `[B, 1]`.
  private static func rate(_ samples: Tensor) -> Tensor {
    let (count, dimension) = (samples.shape[0], samples.shape[1])
    let moments = samples.dot(samples, summing: 2, with: 2) / Double(samples.shape[2])
    // A start that is no eigenvector of a symmetric problem: 1, 1/2, 1/3, ...
    let start = (1 / (Tensor.indices(TensorType(.float64, [count, dimension]), alongAxis: 1) + 1))
    let (found, _) = scan(over: [], initial: [start], length: 30) { carry, _ in
      let next = moments.dot(carry[0], summing: 2, with: 1)
      return ([next / next.squared().sum(axes: [1], keepingAxes: true).squareRoot()], [])
    }
    let largest = (found[0] * moments.dot(found[0], summing: 2, with: 1))
      .sum(axes: [1], keepingAxes: true)
    return 4 / largest
  }
}
