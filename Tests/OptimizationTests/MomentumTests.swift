import Arrays
import Optimization
import Tensors
import Testing

@Suite struct MomentumTests {
  /// Three updates by hand: v ← μv + g, w ← w - ηv.
  @Test func updatesFollowTheRunningSumOfGradients() throws {
    let type = TensorType(.float64, [2])
    let optimizer = Optimizer([
      .init(OptimizedParameter("w", type), rule: Momentum(0.5))
    ])
    #expect(optimizer.slots.map(\.name) == ["velocity.w"])
    let gradients = [[1.0, -2], [0.5, 0], [-1, 4]]
    let program = try quickEngine().program(
      "momentum",
      parameters: [type] + gradients.map { _ in type }
    ) { inputs in
      var state = (parameters: [inputs[0]], slots: [Tensor.zeros(type)])
      for gradient in inputs.dropFirst() {
        state = optimizer.updated(
          state.parameters,
          gradients: [gradient],
          slots: state.slots,
          learningRate: Tensor(0.1, .float64)
        )
      }
      return state.parameters + state.slots
    }
    let results = try program([HostArray([1.0, 1])] + gradients.map { HostArray($0) })
    var (weights, sum) = ([1.0, 1], [0.0, 0])
    for gradient in gradients {
      sum = zip(sum, gradient).map { 0.5 * $0 + $1 }
      weights = zip(weights, sum).map { $0 - 0.1 * $1 }
    }
    for (found, expected) in zip(results, [weights, sum]) {
      #expect(zip(found.values(as: Double.self), expected).allSatisfy { abs($0 - $1) < 1e-14 })
    }
  }
}
