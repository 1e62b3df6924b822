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

  static let defaultTolerance = 1e-8
  static let defaultLimit = 700_000

  let engine: Engine
  package var trials: [Trial]
  /// `|Xw - y|/|y|` at which a trial is done.
  package var tolerance = Self.defaultTolerance
  /// The most steps.
  package var stepLimit = Self.defaultLimit

  package init(engine: Engine, _ trials: [Trial]) {
    (self.engine, self.trials) = (engine, trials)
  }

  /// Descends from the start until all trials are done.
  ///
  /// - Parameter regressions: P of one size.
  /// - Returns: Where each trial came on each regression, `[P][T]`.
  /// - Throws: ``LinearAlgebraError`` or `PJRTError`.
  package func run(_ regressions: [Regression]) throws -> [[DiagonalOutcome]] {
    let norms = try regressions.map { try SymmetricEigensystem($0.inputs.gram).values.last ?? 0 }
    var places = Array(trials.indices)
    var state: [[[Double]]] =
      [\DiagonalNetwork.positiveStart, \.negativeStart].map { start in
        regressions.flatMap { regression in
          trials.map {
            [Double](repeating: $0.network[keyPath: start], count: regression.dimension)
          }
        }
      } + [regressions.flatMap { _ in trials.map { _ in [0] } }]
    var found = regressions.map { _ in [DiagonalOutcome?](repeating: nil, count: trials.count) }
    for limit in Self.stages.filter({ $0 < stepLimit }) + [stepLimit] {
      let stage = try descend(regressions, norms, places, from: state, limit: limit)
      for (run, outcome) in stage.outcomes.enumerated() {
        found[run / places.count][places[run % places.count]] = outcome
      }
      // Those that are done on all regressions would only take time.
      let open = places.indices.filter { place in
        regressions.indices.contains {
          stage.outcomes[$0 * places.count + place].relativeResidual > tolerance
        }
      }
      guard !open.isEmpty else { break }
      state = stage.state.map { rows in
        regressions.indices.flatMap { problem in
          open.map { rows[problem * places.count + $0] }
        }
      }
      places = open.map { places[$0] }
    }
    return found.map { $0.compactMap(\.self) }
  }

  /// After so many steps trials that are done are left out.
  private static let stages = [10_000, 100_000, 300_000]

  /// Descends some trials from a state to a limit of steps.
  private func descend(
    _ regressions: [Regression],
    _ norms: [Double],
    _ places: [Int],
    from state: [[[Double]]],
    limit: Int
  ) throws -> (outcomes: [DiagonalOutcome], state: [[[Double]]]) {
    let own = places.map { trials[$0] }
    let networks = DiagonalTrials(regressions: regressions, networks: own.map(\.network))
    let arguments =
      networks.data + [
        HostArray(norms, shape: [norms.count, 1, 1]),
        HostArray(own.map(\.share), shape: [1, own.count, 1]),
        HostArray(scalar: Double(limit)),
      ]
      + state.map { rows in
        HostArray(rows.flatMap(\.self), shape: Shape(networks.shape + [rows[0].count]))
      }
    let program = try engine.program("diagonal_descent", parameters: arguments.map(\.type)) {
      inputs in
      let (data, norms, shares) = (Array(inputs[..<2]), inputs[2], inputs[3])
      func size(_ parts: [Tensor]) -> Tensor {
        networks.relativeSize(networks.residual(networks.weights(parts), data), data)
      }
      let parts = Array(inputs[5..<7])
      let end = whileLoop(initial: parts + [size(parts), inputs[7]]) { state in
        let isOpen = (state[2] .> Tensor(tolerance, .float64)).converted(to: .float64)
        return (isOpen * (inputs[4] - state[3])).maximum() .> Tensor(0, .float64)
      } body: { state in
        step(networks, data, norms: norms, shares: shares, state)
      }
      return [networks.weights(end), end[2], end[3], end[0], end[1]]
    }
    let results = try program(arguments)
    return (
      DiagonalOutcome.read(results, of: networks).flatMap(\.self),
      [results[3], results[4], results[2]].map(DiagonalOutcome.vectors)
    )
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
      let values = networks.networks.map { function(Double($0.depth)) }
      return Tensor(HostArray(values, shape: [1, values.count, 1]))
    }
    let largest = parts[0].maximum(parts[1]).maximum(axes: [2], keepingAxes: true)
    let slope = gradient.absoluteValue().maximum(axes: [2], keepingAxes: true)
    return numbers { 2 * $0 * $0 } * networks.power(largest, lessLayers: 1).squared() * norms
      + numbers { $0 * ($0 - 1) } * networks.power(largest, lessLayers: 2) * slope
  }
}
