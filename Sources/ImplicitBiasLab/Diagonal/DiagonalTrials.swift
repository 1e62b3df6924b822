import Arrays
import LinearAlgebra
import Tensors

// P regressions of one size, T networks trained on each, N samples, D dimensions

/// Linear diagonal networks on regressions, every network on every one, as tensors of doubles.
struct DiagonalTrials {
  let regressions: [Regression]
  let networks: [DiagonalNetwork]

  var shape: [Int] { [regressions.count, networks.count] }

  /// The inputs, `[P, N, D]`, and the targets, `[P, 1, N]`.
  var data: [HostArray] {
    let first = regressions[0]
    return [
      HostArray(
        regressions.flatMap(\.inputs.elements),
        shape: [regressions.count, first.sampleCount, first.dimension]
      ),
      HostArray(regressions.flatMap(\.targets), shape: [regressions.count, 1, first.sampleCount]),
    ]
  }

  /// `u₊` and `u₋` at the start, each `[P, T, D]`.
  var starts: [Tensor] {
    let dimension = regressions[0].dimension
    return [\DiagonalNetwork.positiveStart, \.negativeStart].map { start in
      Tensor(HostArray(networks.map { $0[keyPath: start] }, shape: [1, networks.count, 1]))
        .broadcast(to: Shape(shape + [dimension]))
    }
  }

  /// Numbers `[P, T, any]`, each to the power of its network's depth less some layers.
  func power(_ numbers: Tensor, lessLayers missing: Int = 0) -> Tensor {
    let exponents = networks.map { max(0, $0.depth - missing) }
    let (least, most) = (exponents.min() ?? 0, exponents.max() ?? 0)
    var power = Tensor.ones(numbers.type)
    for step in 0..<most {
      let product = step == 0 ? numbers : power * numbers
      guard step >= least else {
        power = product
        continue
      }
      let goesOn = HostArray(exponents.map { $0 > step }, shape: [1, networks.count, 1])
      power = Tensor.select(Tensor(goesOn), product, otherwise: power)
    }
    return power
  }

  /// `u₊^D - u₋^D`.
  func weights(_ state: [Tensor]) -> Tensor { power(state[0]) - power(state[1]) }

  /// `Xw - y`, `[P, T, N]`.
  func residual(_ weights: Tensor, _ data: [Tensor]) -> Tensor {
    weights.dot(data[0], summing: 2, with: 2) - data[1]
  }

  /// `Xᵀr` of a residual, `[P, T, D]`.
  func gradient(_ residual: Tensor, _ data: [Tensor]) -> Tensor {
    residual.dot(data[0], summing: 2, with: 1)
  }

  /// `|r|/|y|`, `[P, T, 1]`.
  func relativeSize(_ residual: Tensor, _ data: [Tensor]) -> Tensor {
    (residual.squared().sum(axes: [2], keepingAxes: true)
      / data[1].squared().sum(axes: [2], keepingAxes: true)).squareRoot()
  }

  /// The loss's gradient by `u₊`, and by `u₋` with the sign turned.
  func parameterGradients(_ state: [Tensor], _ gradient: Tensor) -> [Tensor] {
    let depths = Tensor(
      HostArray(networks.map { Double($0.depth) }, shape: [1, networks.count, 1])
    )
    return state.map { power($0, lessLayers: 1) * gradient * depths }
  }
}

/// Where a network came by descent or flow.
package struct DiagonalOutcome: Hashable, Sendable {
  package let weights: [Double]
  /// Steps taken.
  package let stepCount: Int
  /// `|Xw - y|/|y|` at the end.
  package let relativeResidual: Double

  /// What a program gives for weights `[P, T, D]`, relative residuals and counts of steps, `[P][T]`.
  static func read(_ results: [HostArray], of trials: DiagonalTrials) -> [[DiagonalOutcome]] {
    let (weights, residuals, counts) = (
      vectors(results[0]), vectors(results[1]), vectors(results[2])
    )
    return trials.regressions.indices.map { problem in
      trials.networks.indices.map { trial in
        let place = problem * trials.networks.count + trial
        return DiagonalOutcome(
          weights: weights[place],
          stepCount: Int(counts[place][0]),
          relativeResidual: residuals[place][0]
        )
      }
    }
  }

  /// The rows of a tensor's last axis.
  static func vectors(_ array: HostArray) -> [[Double]] {
    let numbers: [Double] = array.values()
    let size = max(array.shape[-1], 1)
    return stride(from: 0, to: numbers.count, by: size).map { Array(numbers[$0..<$0 + size]) }
  }
}
