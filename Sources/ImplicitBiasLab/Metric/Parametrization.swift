import Arrays
import LinearAlgebra
import PJRT
import Tensors

/// Weights as a function of parameters, `w = F(u)`, written on tensors.
///
/// Gradient descent on u moves w in a metric that F makes, `w' = -J Jᵀ ∇L` with F's Jacobian J. What the metric is, whether it
/// belongs to a potential, and where descent then ends is found by differentiating F, twice.
public struct Parametrization: Sendable {
  /// What pages and messages call it.
  public let name: String
  /// How many numbers u has.
  public let parameterCount: Int
  let function: @Sendable (Tensor) -> Tensor

  /// A parametrization.
  ///
  /// - Parameters:
  ///   - name: What pages call it.
  ///   - parameterCount: How many numbers u has.
  ///   - function: From u, a `float64` vector, to w, another one.
  public init(
    _ name: String,
    parameterCount: Int,
    _ function: @escaping @Sendable (Tensor) -> Tensor
  ) {
    (self.name, self.parameterCount, self.function) = (name, parameterCount, function)
  }

  /// F and its first two derivatives at a place.
  struct Jet: Sendable {
    let weights: [Double]
    /// A weight a row.
    let jacobian: Matrix
    /// A matrix a weight.
    let hessians: [Matrix]
  }

  /// How many weights there are.
  ///
  /// - Throws: ``ParametrizationError`` for a function that gives no vector, `TraceError` for one that cannot be traced.
  func weightCount() throws -> Int {
    let traced = try TracedFunction("weights", parameters: [Self.vector(parameterCount)]) {
      [function($0[0])]
    }
    let type = traced.resultTypes[0]
    guard type.elementType == .float64, type.shape.rank == 1, type.shape[0] > 0 else {
      throw ParametrizationError.noVector(name: name, found: "\(type)")
    }
    return type.shape[0]
  }

  /// F and its derivatives at several places, in one program.
  func jets(at places: [[Double]], engine: Engine) throws -> [Jet] {
    let (rows, columns) = (try weightCount(), parameterCount)
    let program = try engine.program(
      "jets",
      parameters: [TensorType(.float64, [places.count, columns])]
    ) { inputs in
      scan(over: inputs, initial: []) { _, place in
        let parameters = place[0]
        let weights = function(parameters)
        return ([], [weights] + Self.derivatives(of: weights, by: parameters))
      }.outputs
    }
    let results = try program([HostArray(places.flatMap(\.self), shape: [places.count, columns])])
      .map { $0.values(as: Double.self) }
    return places.indices.map { place in
      func numbers(_ result: Int, _ count: Int, _ part: Int) -> [Double] {
        Array(results[result][part * count..<(part + 1) * count])
      }
      return Jet(
        weights: numbers(0, rows, place),
        jacobian: Matrix(
          rowCount: rows,
          columnCount: columns,
          elements: numbers(1, rows * columns, place)
        ),
        hessians: (0..<rows).map {
          Matrix(
            rowCount: columns,
            columnCount: columns,
            elements: numbers(2, columns * columns, place * rows + $0)
          )
        }
      )
    }
  }

  /// The Jacobian and the Hessians, a row and a matrix a weight.
  private static func derivatives(of weights: Tensor, by parameters: Tensor) -> [Tensor] {
    let (rows, columns) = (weights.shape[0], parameters.shape[0])
    return scan(over: [identity(rows)], initial: []) { _, weight in
      let gradient = vectorJacobianProduct(
        of: [weights],
        cotangents: weight,
        withRespectTo: [parameters]
      )
      let hessian = scan(over: [identity(columns)], initial: []) { _, parameter in
        (
          [],
          vectorJacobianProduct(of: gradient, cotangents: parameter, withRespectTo: [parameters])
        )
      }
      return ([], gradient + hessian.outputs)
    }.outputs
  }

  static func identity(_ count: Int) -> Tensor {
    let ones = [Double](repeating: 1, count: count)
    return Tensor(HostArray(Matrix(diagonal: ones).elements, shape: [count, count]))
  }

  static func vector(_ count: Int) -> TensorType { TensorType(.float64, [count]) }
}

/// What can be wrong with a parametrization.
public enum ParametrizationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The function's result is no vector.
  case noVector(name: String, found: String)
  /// Some direction of the weights cannot be reached.
  case degenerate(name: String, place: [Double])
  /// Weights and parameters that do not fit together.
  case otherCount(name: String, what: String, expected: Int, found: Int)

  /// One sentence: where, what was needed, what came, what to do.
  public var description: String {
    switch self {
    case .noVector(let name, let found):
      "\(name): needs to make a float64 vector of weights from one of parameters; makes \(found)"
    case .degenerate(let name, let place):
      "\(name): at \(place) some weights cannot move, so that there is no metric; begin elsewhere, as at numbers that "
        + "are not 0"
    case .otherCount(let name, let what, let expected, let found):
      "\(name): needs \(what) of \(expected) numbers; got \(found)"
    }
  }
}
