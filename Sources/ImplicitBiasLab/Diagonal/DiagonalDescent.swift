import Arrays
import LinearAlgebra
import Tensors

// P regressions of one size, T trials on each, N samples, D dimensions

/// Gradient descent on the square loss of linear diagonal networks, all trials in one program of double precision.
///
/// A trial's step is a share c of one over a bound of the loss's curvature where it stands, so that c says how fine the
/// steps are whatever the scale and the depth. The limit of small c is gradient flow.
package struct DiagonalDescent: Sendable {
  /// A network and the share c of its steps.
  package struct Trial: Hashable, Sendable {
    package var network: DiagonalNetwork
    package var share: Double

    package init(_ network: DiagonalNetwork, share: Double) {
      (self.network, self.share) = (network, share)
    }
  }

  let engine: Engine
  package var trials: [Trial]
  /// `|Xw - y|/|y|` at which a trial is done.
  package var tolerance = 1e-8
  /// The most steps.
  package var stepLimit = 700_000

  package init(engine: Engine, _ trials: [Trial]) {
    (self.engine, self.trials) = (engine, trials)
  }

  /// Descends from the start until all trials are done.
  ///
  /// - Parameter regressions: P of one size.
  /// - Returns: Where each trial came on each regression, `[P][T]`.
  /// - Throws: ``LinearAlgebraError`` or `PJRTError`.
  package func run(_ regressions: [Regression]) throws -> [[DiagonalOutcome]] {
    let networks = DiagonalTrials(regressions: regressions, networks: trials.map(\.network))
    let norms = try regressions.map { try SymmetricEigensystem($0.inputs.gram).values.last ?? 0 }
    let arguments =
      networks.data + [
        HostArray(norms, shape: [norms.count, 1, 1]),
        HostArray(trials.map(\.share), shape: [1, trials.count, 1]),
        HostArray(scalar: Double(stepLimit)),
      ]
    let program = try engine.program("diagonal_descent", parameters: arguments.map(\.type)) {
      inputs in
      let (data, norms, shares) = (Array(inputs[..<2]), inputs[2], inputs[3])
      let end = whileLoop(initial: initialState(networks, data)) { state in
        (state[2] .> Tensor(tolerance, .float64)).converted(to: .float64).maximum()
          * (inputs[4] - state[3].maximum()) .> Tensor(0, .float64)
      } body: { state in
        step(networks, data, norms: norms, shares: shares, state)
      }
      return [networks.weights(end), end[2], end[3]]
    }
    return DiagonalOutcome.read(try program(arguments), of: networks)
  }

  /// Both parts, the relative residual, and the count of steps.
  private func initialState(_ networks: DiagonalTrials, _ data: [Tensor]) -> [Tensor] {
    let starts = networks.starts
    let residual = networks.residual(networks.weights(starts), data)
    let size = networks.relativeSize(residual, data)
    return starts + [size, Tensor.zeros(size.type)]
  }

  private func step(
    _ networks: DiagonalTrials,
    _ data: [Tensor],
    norms: Tensor,
    shares: Tensor,
    _ state: [Tensor]
  ) -> [Tensor] {
    let parts = Array(state[..<2])
    let residual = networks.residual(networks.weights(parts), data)
    let gradient = networks.gradient(residual, data)
    let size = networks.relativeSize(residual, data)
    let isOpen = (size .> Tensor(tolerance, .float64)).converted(to: .float64)
    let step = isOpen * shares / curvature(networks, parts, gradient, norms: norms)
    let slopes = networks.parameterGradients(parts, gradient)
    return [parts[0] - step * slopes[0], parts[1] + step * slopes[1], size, state[3] + isOpen]
  }

  /// A bound of the loss's curvature: `2D² m^(2D-2) |XXᵀ| + D(D-1) m^(D-2) max|Xᵀr|` with m the largest part.
  private func curvature(
    _ networks: DiagonalTrials,
    _ parts: [Tensor],
    _ gradient: Tensor,
    norms: Tensor
  ) -> Tensor {
    func numbers(_ function: (Double) -> Double) -> Tensor {
      let values = trials.map { function(Double($0.network.depth)) }
      return Tensor(HostArray(values, shape: [1, trials.count, 1]))
    }
    let largest = parts[0].maximum(parts[1]).maximum(axes: [2], keepingAxes: true)
    let slope = gradient.absoluteValue().maximum(axes: [2], keepingAxes: true)
    return numbers { 2 * $0 * $0 } * networks.power(largest, lessLayers: 1).squared() * norms
      + numbers { $0 * ($0 - 1) } * networks.power(largest, lessLayers: 2) * slope
  }
}
