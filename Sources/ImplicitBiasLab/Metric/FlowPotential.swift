import Arrays
import LinearAlgebra
import PJRT
import Synchronization
import Tensors

/// The potential that a parametrization follows from a start, found by following it.
///
/// Along `u' = Jᵀz` the dual `∇ψ(w)` grows by z in unit time, so the inverse mirror map takes z to where that flow leads. It
/// is an ordinary map for any F, and ψ is a potential of it if F's metric is a Hessian.
package struct FlowPotential: Potential {
  package let name: String
  package let domain = "finite numbers"
  private let start: [Double]
  private let program: Program

  /// Steps of the classical Runge-Kutta method, whose error falls with their fourth power.
  private static let stepCount = 256

  /// - Parameters:
  ///   - parametrization: F.
  ///   - start: u at the dual 0.
  ///   - engine: What follows the flow.
  /// - Throws: ``ParametrizationError``, `TraceError` or `PJRTError`.
  package init(_ parametrization: Parametrization, from start: [Double], engine: Engine) throws {
    guard start.count == parametrization.parameterCount else {
      throw ParametrizationError.otherCount(
        name: parametrization.name,
        what: "a start",
        expected: parametrization.parameterCount,
        found: start.count
      )
    }
    name = "flow of \(parametrization.name)"
    self.start = start
    let count = try parametrization.weightCount()
    program = try engine.program(
      "flow",
      parameters: [start.count, count].map(Parametrization.vector)
    ) {
      Self.flow(parametrization.function, from: $0[0], along: $0[1])
    }
  }

  /// The weights at the end, `J Jᵀ` there, ψ* of the dual, and the parameters.
  private static func flow(
    _ function: @escaping (Tensor) -> Tensor,
    from start: Tensor,
    along dual: Tensor
  ) -> [Tensor] {
    let step = 1 / Double(stepCount)
    func slopes(_ parameters: Tensor) -> [Tensor] {
      let weights = function(parameters)
      return vectorJacobianProduct(
        of: [weights],
        cotangents: [dual],
        withRespectTo: [parameters]
      ) + [weights.dot(dual)]
    }
    let ends = scan(
      over: [],
      initial: [start, .zeros(TensorType(.float64, .scalar))],
      length: stepCount
    ) {
      state,
      _ in
      let first = slopes(state[0])
      let second = slopes(state[0] + first[0] * (step / 2))
      let third = slopes(state[0] + second[0] * (step / 2))
      let fourth = slopes(state[0] + third[0] * step)
      let next = state.indices.map { place in
        let middle = (second[place] + third[place]) * 2
        return state[place] + (first[place] + middle + fourth[place]) * (step / 6)
      }
      return (next, [])
    }.carry
    let weights = function(ends[0])
    let jacobian = scan(over: [Parametrization.identity(weights.shape[0])], initial: []) {
      _,
      weight in
      (
        [],
        vectorJacobianProduct(of: [weights], cotangents: weight, withRespectTo: [ends[0]])
      )
    }.outputs[0]
    let gram = jacobian.dot(jacobian, summing: 1, with: 1, batchAxisCount: 0)
    return [weights, gram, ends[1], ends[0]]
  }

  /// Where a dual leads; nil where numbers overflow.
  package struct End: Sendable {
    package let weights: [Double]
    /// `J Jᵀ`, the derivative of the weights by the dual.
    package let slope: Matrix
    /// ψ*.
    package let conjugate: Double
    package let parameters: [Double]
  }

  package func end(of dual: [Double]) -> End? {
    // The program has run before with the same types; what could fail in the device has failed when it was made.
    guard let results = try? program([HostArray(start), HostArray(dual)]) else { return nil }
    let numbers = results.map { $0.values(as: Double.self) }
    guard numbers.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    return End(
      weights: numbers[0],
      slope: Matrix(rowCount: dual.count, columnCount: dual.count, elements: numbers[1]),
      conjugate: numbers[2][0],
      parameters: numbers[3]
    )
  }

  package func contains(_ weight: Double) -> Bool { weight.isFinite }

  package func inverse(_ dual: [Double]) -> [Double]? { end(of: dual)?.weights }

  package func inverseSlope(_ dual: [Double]) -> InverseSlope {
    end(of: dual).map { InverseSlope($0.slope) }
      ?? InverseSlope(diagonal: dual.map { _ in .nan })
  }

  /// The dual that leads to some weights, by Newton's method; NaN where none does.
  package func gradient(_ weights: [Double]) -> [Double] {
    var dual = [Double](repeating: 0, count: weights.count)
    guard var place = end(of: dual) else { return dual.map { _ in .nan } }
    for _ in 0..<100 {
      let rest = weights.minus(place.weights)
      guard let move = Cholesky(place.slope)?.solve(rest) else { break }
      // The dual has to be right where the weights are, also in weights that hardly move.
      guard move.norm > 1e-12 * dual.norm else { return dual }
      var share = 1.0
      while share > 1e-12 {
        let next = dual.plus(share, times: move)
        if let end = end(of: next), weights.minus(end.weights).norm < rest.norm {
          (dual, place) = (next, end)
          break
        }
        share /= 2
      }
      // Nothing is nearer any more: rounding, or no dual leads there.
      if share <= 1e-12 { break }
    }
    return weights.minus(place.weights).norm < 1e-9 * weights.norm ? dual : dual.map { _ in .nan }
  }

  package func value(_ weights: [Double]) -> Double {
    let dual = gradient(weights)
    return dual.dot(weights) - (end(of: dual)?.conjugate ?? .nan)
  }
}
