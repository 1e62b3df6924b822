import Arrays
import LinearAlgebra
import Tensors

/// Gradient flow on the square loss of linear diagonal networks, all trials in one program of double precision.
package struct DiagonalFlow: Sendable {
  let engine: Engine
  package var networks: [DiagonalNetwork]
  /// `|Xw - y|/|y|` at which a trial is done.
  package var tolerance = 1e-8

  package init(engine: Engine, _ networks: [DiagonalNetwork]) {
    (self.engine, self.networks) = (engine, networks)
  }

  /// Flows from the start until all trials are done.
  ///
  /// - Parameter regressions: P of one size.
  /// - Returns: Where each network came on each regression, `[P][T]`.
  /// - Throws: `PJRTError`.
  package func run(_ regressions: [Regression]) throws -> [[DiagonalOutcome]] {
    let trials = DiagonalTrials(regressions: regressions, networks: networks)
    let arguments = trials.data
    let program = try engine.program("diagonal_flow", parameters: arguments.map(\.type)) { data in
      func residual(_ state: [Tensor]) -> Tensor { trials.residual(trials.weights(state), data) }
      let starts = trials.starts
      let slopes = trials.parameterGradients(starts, trials.gradient(residual(starts), data))
      // A thousandth of the way that would move some part by its own size.
      let speed = (slopes[0] / starts[0]).absoluteValue().maximum(axes: [2], keepingAxes: true)
      let end = RungeKutta().integrate(starts, firstStep: 1e-3 / speed) { state in
        (trials.relativeSize(residual(state), data) .<= Tensor(tolerance, .float64))
          .converted(to: .float64)
      } derivative: { state in
        let slopes = trials.parameterGradients(state, trials.gradient(residual(state), data))
        return [-slopes[0], slopes[1]]
      }
      let size = trials.relativeSize(residual(end.state), data)
      return [trials.weights(end.state), size, end.stepCount]
    }
    let results = try program(arguments)
    return DiagonalOutcome.read(results, of: trials)
  }
}
