import Arrays
import LinearAlgebra
import PJRT
import Tensors

extension Parametrization {
  /// Weights that fit a regression.
  public struct Fit: Hashable, Sendable {
    /// `w = F(u)`.
    public let weights: [Double]
    /// U, where there are parameters behind the weights.
    public let parameters: [Double]
    /// How many steps it took.
    public let stepCount: Int
    /// `|Xw - y| / |y|`.
    public let residual: Double
  }

  /// Gradient descent on half the sum of the squared residuals, until the targets are met.
  ///
  /// - Parameters:
  ///   - inputs: A sample a row.
  ///   - targets: A number a sample.
  ///   - start: u at the beginning.
  ///   - step: The learning rate.
  ///   - tolerance: The residual over the targets' length at which it stops.
  ///   - stepLimit: How many steps it may take.
  ///   - engine: What differentiates and descends.
  /// - Returns: Where it ended.
  /// - Throws: ``BiasError`` if the targets are not met by then, ``ParametrizationError``, `TraceError` or `PJRTError`.
  public func descend(
    inputs: [[Double]],
    targets: [Double],
    from start: [Double],
    step: Double,
    tolerance: Double = 1e-10,
    stepLimit: Int = 1_000_000,
    engine: Engine
  ) throws -> Fit {
    let regression = try regression(inputs, targets)
    let matrix = regression.inputs
    let scalar = TensorType(.float64, .scalar)
    let program = try engine.program(
      "descent",
      parameters: [
        Self.vector(parameterCount), TensorType(.float64, [matrix.rowCount, matrix.columnCount]),
        Self.vector(matrix.rowCount), scalar, scalar, scalar,
      ]
    ) {
      Self.descent(function, start: $0[0], inputs: $0[1], targets: $0[2], $0[3], $0[4], $0[5])
    }
    let arguments = [
      HostArray(start),
      HostArray(matrix.elements, shape: [matrix.rowCount, matrix.columnCount]),
      HostArray(targets), HostArray(scalar: step),
      HostArray(scalar: tolerance * tolerance * targets.dot(targets)),
      HostArray(scalar: Double(stepLimit)),
    ]
    let numbers = try program(arguments).map { $0.values(as: Double.self) }
    let residual = regression.relativeResidual(numbers[0])
    guard residual < 2 * tolerance else {
      throw BiasError.notConverged(
        solver: "gradient descent on \(name)",
        residual: residual,
        hint: residual.isFinite ? "take more steps or larger ones" : "take smaller steps"
      )
    }
    return Fit(
      weights: numbers[0],
      parameters: numbers[1],
      stepCount: Int(numbers[2][0]),
      residual: residual
    )
  }

  private static func descent(
    _ function: (Tensor) -> Tensor,
    start: Tensor,
    inputs: Tensor,
    targets: Tensor,
    _ step: Tensor,
    _ goal: Tensor,
    _ limit: Tensor
  ) -> [Tensor] {
    func squares(_ parameters: Tensor) -> Tensor {
      (inputs.dot(function(parameters)) - targets).squared().sum()
    }
    let end = whileLoop(initial: [start, .zeros(TensorType(.float64, .scalar))]) { state in
      (squares(state[0]) .> goal) .& (state[1] .< limit)
    } body: { state in
      let slope = gradient(of: squares(state[0]) * 0.5, withRespectTo: [state[0]])[0]
      return [state[0] - slope * step.broadcast(to: slope.shape), state[1] + 1]
    }
    return [function(end[0]), end[0], end[1]]
  }

  /// Where descent with ever smaller steps ends if F's metric is a Hessian: the fit of the least divergence from the start.
  ///
  /// - Parameters:
  ///   - inputs: A sample a row.
  ///   - targets: A number a sample.
  ///   - start: u at the beginning.
  ///   - engine: What follows the flow.
  /// - Returns: The fit, of no steps.
  /// - Throws: ``BiasError`` where no fit is found, ``ParametrizationError``, `TraceError` or `PJRTError`.
  public func predictedFit(
    inputs: [[Double]],
    targets: [Double],
    from start: [Double],
    engine: Engine
  ) throws -> Fit {
    let (minimizer, flow) = try minimizer(try regression(inputs, targets), start, engine)
    let minimum = try minimizer.minimum()
    let dual = minimizer.regression.inputs.transposedTimes(minimum.multipliers)
    return Fit(
      weights: minimum.weights,
      parameters: flow.end(of: dual)?.parameters ?? [],
      stepCount: 0,
      residual: minimizer.regression.relativeResidual(minimum.weights)
    )
  }

  /// What finds the predicted fit and judges others.
  func minimizer(
    _ regression: Regression,
    _ start: [Double],
    _ engine: Engine
  ) throws -> (minimizer: PotentialMinimizer, flow: FlowPotential) {
    let flow = try FlowPotential(self, from: start, engine: engine)
    let zero = [Double](repeating: 0, count: regression.dimension)
    guard let weights = flow.end(of: zero)?.weights else {
      throw ParametrizationError.degenerate(name: name, place: start)
    }
    return (try PotentialMinimizer(flow, regression, from: weights), flow)
  }

  /// - Throws: ``ParametrizationError`` for samples of another length than the weights'.
  private func regression(_ inputs: [[Double]], _ targets: [Double]) throws -> Regression {
    let count = try weightCount()
    if let other = inputs.first(where: { $0.count != count }) {
      throw ParametrizationError.otherCount(
        name: name,
        what: "samples",
        expected: count,
        found: other.count
      )
    }
    guard targets.count == inputs.count else {
      throw ParametrizationError.otherCount(
        name: name,
        what: "targets",
        expected: inputs.count,
        found: targets.count
      )
    }
    return try Regression(Matrix(rows: inputs), targets)
  }
}
