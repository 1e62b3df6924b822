import Arrays
import LinearAlgebra
import Tensors

// S problems of one size, B starts on each, N rows, M measurements

/// Gradient descent on U for `W = U Uᵀ`, from multiples of the identity, all starts and problems in one program.
package struct FactorDescent: Sendable {
  /// Where a start came.
  package struct Outcome: Hashable, Sendable {
    package let matrix: Matrix
    package let stepCount: Int
    /// `|A(W) - y| / |y|`.
    package let residual: Double
  }

  let engine: Engine
  /// The step over what is stable for matrices of trace 1.
  package var share = 1.0
  package var tolerance = 1e-9
  package var stepLimit = 200_000

  package init(engine: Engine) {
    self.engine = engine
  }

  /// Descends until the measurements are met or the steps are used up.
  ///
  /// - Parameters:
  ///   - problems: S of one size.
  ///   - scales: α of the starts `U = α I`.
  /// - Returns: Where each start came on each problem, `[S][B]`.
  /// - Throws: ``LinearAlgebraError`` or `PJRTError`.
  package func run(_ problems: [MatrixSensing], scales: [Double]) throws -> [[Outcome]] {
    let (size, count) = (problems[0].size, problems[0].targets.count)
    let steps = try problems.map { problem in
      let norm = try problem.measurements.singularValues()[0]
      return share / (4 * norm * norm)
    }
    let identity = Matrix(diagonal: [Double](repeating: 1, count: size)).elements
    let starts = problems.flatMap { _ in scales.flatMap { identity.scaled(by: $0) } }
    let arguments = [
      HostArray(starts, shape: [problems.count, scales.count, size, size]),
      HostArray(
        problems.flatMap(\.measurements.elements),
        shape: [problems.count, count, size * size]
      ),
      HostArray(problems.flatMap(\.targets), shape: [problems.count, 1, count]),
      HostArray(steps, shape: [problems.count, 1, 1, 1]),
      HostArray(scalar: Double(stepLimit)),
    ]
    let program = try engine.program("factor_descent", parameters: arguments.map(\.type)) {
      descent(start: $0[0], measurements: $0[1], targets: $0[2], step: $0[3], limit: $0[4])
    }
    let numbers = try program(arguments).map { $0.values(as: Double.self) }
    let square = size * size
    return problems.indices.map { problem in
      scales.indices.map { scale in
        let place = problem * scales.count + scale
        return Outcome(
          matrix: problems[problem].matrix(
            Array(numbers[0][place * square..<(place + 1) * square])
          ),
          stepCount: Int(numbers[2][place]),
          residual: numbers[1][place]
        )
      }
    }
  }

  private func descent(
    start: Tensor,
    measurements: Tensor,
    targets: Tensor,
    step: Tensor,
    limit: Tensor
  ) -> [Tensor] {
    let (problems, scales, size) = (start.shape[0], start.shape[1], start.shape[2])
    func residual(_ factor: Tensor) -> Tensor {
      let product = factor.dot(factor, summing: 3, with: 3, batchAxisCount: 2)
      let flat = product.reshaped(to: [problems, scales, size * size])
      return flat.dot(measurements, summing: 2, with: 2) - targets
    }
    let lengths = targets.squared().sum(axes: [2], keepingAxes: true).squareRoot()
    func sizes(_ residual: Tensor) -> Tensor {
      residual.squared().sum(axes: [2], keepingAxes: true).squareRoot() / lengths
    }
    let first = sizes(residual(start))
    let end = whileLoop(initial: [start, first, Tensor.zeros(first.type)]) { state in
      (state[1].maximum() .> Tensor(tolerance, .float64)) .& (state[2].maximum() .< limit)
    } body: { state in
      let residual = residual(state[0])
      let relative = sizes(residual)
      let isOpen = (relative .> Tensor(tolerance, .float64)).converted(to: .float64)
      let slope = residual.dot(measurements, summing: 2, with: 1)
        .reshaped(to: [problems, scales, size, size]).dot(
          state[0],
          summing: 3,
          with: 2,
          batchAxisCount: 2
        )
      let length = isOpen.insertingAxis(at: 3) * step * 2
      return [state[0] - length * slope, relative, state[2] + isOpen]
    }
    let product = end[0].dot(end[0], summing: 3, with: 3, batchAxisCount: 2)
    return [product, sizes(residual(end[0])), end[2]]
  }
}
