import Arrays
import LinearAlgebra
import Tensors

/// Gradient flow on `w = u₊v₊ - u₋v₋` whose two layers start apart, all shapes in one program.
///
/// It shows what a start's shape does: the flow is that of equal layers at ``DiagonalNetwork/scale(ofFactors:_:)``.
struct FactoredFlow {
  /// Where both layers begin.
  struct Shape: Hashable, Sendable {
    let first: Double
    let second: Double
  }

  let engine: Engine
  let shapes: [Shape]

  /// The weights that each shape ends in on each regression, `[P][T]`.
  func run(_ regressions: [Regression]) throws -> [[[Double]]] {
    // Networks are here for their number alone: how residuals are formed does not depend on them.
    let network = try DiagonalNetwork(depth: 2, scale: 1)
    let trials = DiagonalTrials(
      regressions: regressions,
      networks: shapes.map { _ in network }
    )
    let program = try engine.program("factored_flow", parameters: trials.data.map(\.type)) { data in
      func weights(_ state: [Tensor]) -> Tensor { state[0] * state[1] - state[2] * state[3] }
      func residual(_ state: [Tensor]) -> Tensor { trials.residual(weights(state), data) }
      let extents = Arrays.Shape(trials.shape + [regressions[0].dimension])
      let layers = [\Shape.first, \Shape.second].map { part in
        Tensor(HostArray(shapes.map { $0[keyPath: part] }, shape: [1, shapes.count, 1]))
          .broadcast(to: extents)
      }
      let force = trials.gradient(residual(layers + layers), data)
      let first = 1e-3 / force.absoluteValue().maximum(axes: [2], keepingAxes: true)
      let end = RungeKutta().integrate(layers + layers, firstStep: first) { state in
        (trials.relativeSize(residual(state), data) .<= Tensor(1e-8, .float64))
          .converted(to: .float64)
      } derivative: { state in
        let force = trials.gradient(residual(state), data)
        return [-state[1] * force, -state[0] * force, state[3] * force, state[2] * force]
      }
      return [weights(end.state)]
    }
    let vectors = DiagonalOutcome.vectors(try program(trials.data)[0])
    return regressions.indices.map { problem in
      Array(vectors[problem * shapes.count..<(problem + 1) * shapes.count])
    }
  }
}
