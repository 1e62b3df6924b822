import Tensors

/// Matrices that move by products of two thin matrices, which alone are trained (LoRA).
///
/// A matrix of `in` rows and `out` columns is `W + s A B`, where `A` of `in` rows and `B` of `out` columns have the rank
/// between them. The gradients of the factors follow from that of the matrix, `s G Bᵀ` and `s Aᵀ G`, so nothing needs to
/// know of them but this rule: the parameter is the sum at all times, and whoever reads it reads the merged matrix.
/// `B` is zero at first and `A` drawn, so that training begins with the matrix as it was.
///
/// An update adds `s (A' B' - A B)`; over many the sum strays from `W + s A B` by rounding, as any trained matrix does
/// from the sum of its steps. Weight decay is of the factors. Clipping before the rule is by the gradient of the matrix.
///
/// Source: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", arXiv 2106.09685, section 4.1.
public struct LowRank: UpdateRule {
  /// The columns of `A` and the rows of `B`.
  public let rank: Int
  /// The number `s`: LoRA's alpha over the rank.
  public let scale: Double
  /// How the factors are updated.
  public let rule: AdamW

  /// Makes the rule.
  public init(rank: Int, scale: Double, rule: AdamW) {
    (self.rank, self.scale, self.rule) = (rank, scale, rule)
  }

  /// Both factors, and what ``rule`` remembers of each.
  public var memories: [Memory] {
    let forms = [
      ("input", Memory.Form.inputFactor(rank: rank)), ("output", .outputFactor(rank: rank)),
    ]
    return forms.flatMap { side, form in
      [
        Memory(
          "\(side)Factor",
          .factor,
          form: form,
          start: side == "input" ? .normalByInputs : .zero
        )
      ]
        + rule.memories.map { Memory("\(side)Factor.\($0.name)", .factor, form: form) }
    }
  }

  /// As ``rule`` counts.
  public var countsUpdates: Bool { rule.countsUpdates }

  /// As of ``rule``.
  public func factors(updates: Tensor) -> [Tensor] { rule.factors(updates: updates) }

  /// The matrix with its factors' change.
  public func updated(
    _ values: Tensor,
    gradient: Tensor,
    memory: [Tensor],
    factors: [Tensor],
    pace: UpdatePace,
    of parameter: OptimizedParameter
  ) -> (values: Tensor, memory: [Tensor]) {
    precondition(Muon.updates(parameter), "\(parameter.name) is no matrix")
    let count = memory.count / 2
    let (input, output) = (memory[0], memory[count])
    let gradients = [
      batched(gradient).dot(batched(output), summing: 2, with: 2) * scale,
      batched(input).dot(batched(gradient), summing: 1, with: 1) * scale,
    ]
    var next: [Tensor] = []
    for (place, gradient) in zip([0, count], gradients) {
      let factor = memory[place]
      let (step, remembered) = rule.step(
        gradient.reshaped(to: factor.shape.dimensions),
        memory: Array(memory[place + 1..<place + count]),
        factors: factors,
        of: parameter
      )
      next += [pace.applied(step, to: factor)] + remembered
    }
    let change = product(next[0], next[count]) - product(input, output)
    return (values + change.reshaped(to: values.shape.dimensions) * scale, next)
  }

  /// Two products to the factors' gradients and two of the factors, for each matrix.
  public func operations(of parameter: OptimizedParameter) -> Double {
    8 * Double(rank) * Double(parameter.type.shape.elementCount)
  }

  private func product(_ input: Tensor, _ output: Tensor) -> Tensor {
    batched(input).dot(batched(output), summing: 2, with: 1)
  }

  /// Matrices behind one axis that runs over them.
  private func batched(_ matrices: Tensor) -> Tensor {
    let shape = matrices.shape.dimensions
    return matrices.reshaped(to: [shape.dropLast(2).reduce(1, *)] + shape.suffix(2))
  }
}
