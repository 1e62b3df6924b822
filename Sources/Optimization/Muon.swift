import Arrays
import Tensors

/// Momentum whose matrices are made orthogonal before they are applied.
///
/// The momentum of a matrix is replaced by nearly the closest matrix with orthonormal rows or columns, found by five
/// Newton-Schulz iterations of degree five, so that all directions move alike. A parameter with a layer axis is a
/// matrix a layer.
///
/// Source: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"; the scale
/// ``UpdateScale/matchingAdamW`` is that of Liu et al. 2025, "Muon is Scalable for LLM Training", arXiv 2502.16982,
/// section 2.2.
public struct Muon: SteppingRule {
  /// What an orthogonal update of a matrix of `in` rows and `out` columns is multiplied by.
  public enum UpdateScale: Hashable, Sendable, CaseIterable {
    /// `√max(1, out / in)`, as first published: the learning rate is Muon's own.
    case original
    /// `0.2 √max(in, out)`: updates are as large as AdamW's usually are, so its learning rate and decay serve.
    case matchingAdamW
  }

  /// How much of the running mean of gradients each step keeps.
  public let momentum: Double
  /// Whether the step looks ahead along the gradient, as Nesterov's does.
  public let isNesterov: Bool
  /// The Newton-Schulz iterations.
  public let iterations: Int
  /// What the update is multiplied by.
  public let scale: UpdateScale

  /// The polynomial `a x + b x³ + c x⁵` of an iteration: its slope at 0 is as steep as can be while all singular
  /// values from 0.01 to 1 end between 0.68 and 1.14.
  private static let coefficients = (a: 3.4445, b: -4.7750, c: 2.0315)
  /// The smallest norm that a matrix is divided by.
  private static let smallestNorm = 1e-7

  /// Makes the rule.
  public init(
    momentum: Double = 0.95,
    isNesterov: Bool = true,
    iterations: Int = 5,
    scale: UpdateScale = .matchingAdamW
  ) {
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.iterations = iterations
    self.scale = scale
  }

  /// Whether a parameter is one matrix, or one a layer.
  public static func updates(_ parameter: OptimizedParameter) -> Bool {
    parameter.type.shape.rank == (parameter.isLayered ? 3 : 2)
  }

  /// The running mean of gradients.
  public var memories: [Memory] { [Memory("momentum", .gradient)] }

  /// The momentum, made orthogonal and scaled.
  public func step(
    _ gradient: Tensor,
    memory: [Tensor],
    factors: [Tensor],
    of parameter: OptimizedParameter
  ) -> (step: Tensor, memory: [Tensor]) {
    precondition(Self.updates(parameter), "\(parameter.name) is no matrix")
    let mean = memory[0] * momentum + gradient * (1 - momentum)
    let ahead = isNesterov ? gradient * (1 - momentum) + mean * momentum : mean
    let shape = parameter.type.shape.dimensions
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    let batched = ahead.reshaped(to: [shape.dropLast(2).reduce(1, *), rows, columns])
    // The smaller side is multiplied with itself, so a tall matrix is worked on as its transpose.
    let isTall = rows > columns
    let orthogonal = orthogonalized(isTall ? batched.transposed([0, 2, 1]) : batched)
    let step = (isTall ? orthogonal.transposed([0, 2, 1]) : orthogonal).reshaped(to: shape)
    return (step * updateScale(rows: rows, columns: columns), [mean])
  }

  /// Two products with the matrix and one of the small side with itself, in each iteration.
  public func operations(of parameter: OptimizedParameter) -> Double {
    let shape = parameter.type.shape.dimensions.map(Double.init)
    let (small, large) = (shape.suffix(2).min() ?? 0, shape.suffix(2).max() ?? 0)
    let matrices = shape.dropLast(2).reduce(1, *)
    return matrices * Double(iterations) * (4 * small * small * large + 2 * small * small * small)
  }

  /// Matrices with the directions of some, and with singular values near 1.
  ///
  /// - Parameter matrices: `[batch, rows, columns]`, with no more rows than columns.
  /// - Returns: Matrices of that shape.
  private func orthogonalized(_ matrices: Tensor) -> Tensor {
    let norms = (matrices * matrices).sum(axes: [1, 2]).squareRoot()
      .maximum(Tensor(Self.smallestNorm, matrices.elementType))
    let (a, b, c) = Self.coefficients
    return (0..<iterations).reduce(matrices / spread(norms, like: matrices)) { matrix, _ in
      let gram = matrix.dot(matrix, summing: 2, with: 2)
      let mixed = gram * b + gram.dot(gram, summing: 2, with: 1) * c
      return matrix * a + mixed.dot(matrix, summing: 2, with: 1)
    }
  }

  private func updateScale(rows: Int, columns: Int) -> Double {
    switch scale {
    case .original: max(1, Double(columns) / Double(rows)).squareRoot()
    case .matchingAdamW: 0.2 * Double(max(rows, columns)).squareRoot()
    }
  }
}
