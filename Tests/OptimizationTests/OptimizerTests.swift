import Arrays
import EspalierTestSupport
import Optimization
import Tensors
import Testing

@Suite struct OptimizerTests {
  /// What is left of a gradient at a rate of 1; remembers nothing.
  private struct GradientDescent: SteppingRule {
    var memories: [Memory] { [] }

    func step(
      _ gradient: Tensor,
      memory: [Tensor],
      factors: [Tensor],
      of parameter: OptimizedParameter
    ) -> (step: Tensor, memory: [Tensor]) { (gradient, []) }
  }

  private let matrices = OptimizedParameter(
    "matrices",
    TensorType(.float32, [3, 2, 4]),
    isLayered: true,
    counter: "layers"
  )
  private let gains = OptimizedParameter(
    "gains",
    TensorType(.float32, [3, 4]),
    isLayered: true,
    counter: "layers"
  )
  private let bias = OptimizedParameter("bias", TensorType(.float64, [4]))

  @Test("Slots are stated for each kind of memory, then the counts, each once")
  func slotsAreStated() {
    let optimizer = Optimizer([
      .init(bias, rule: AdamW()), .init(matrices, rule: Muon()), .init(gains, rule: AdamW()),
      .init(gains, rule: GradientDescent()),
    ])
    #expect(
      optimizer.slots.map { "\($0.name) \($0.type) \($0.content) \($0.parameter ?? -1)" } == [
        "firstMoment.bias \(bias.type) gradient 0", "firstMoment.gains \(gains.type) gradient 2",
        "secondMoment.bias \(bias.type) squaredGradient 0",
        "secondMoment.gains \(gains.type) squaredGradient 2",
        "momentum.matrices \(matrices.type) gradient 1",
        "steps.layers \(TensorType(.int32, [3])) count -1",
        "steps.shared \(TensorType(.int32, .scalar)) count -1",
      ]
    )
  }

  @Test("A rule that counts nothing leaves no count behind")
  func nothingIsCountedForNobody() {
    #expect(Optimizer([.init(matrices, rule: Muon())]).slots.map(\.name) == ["momentum.matrices"])
    #expect(Optimizer([.init(bias, rule: GradientDescent())]).slots.isEmpty)
  }

  @Test("Each parameter has its own factor of the rate and its own decay")
  func parametersHaveTheirOwnFactors() throws {
    let optimizer = Optimizer([
      .init(bias, rule: GradientDescent(), rateFactor: 0.5, weightDecay: 0.1),
      .init(bias, rule: GradientDescent()),
    ])
    let values = HostArray([1, 2, -3, 0] as [Double])
    let gradients = HostArray([4, 0, 1, -1] as [Double])
    let inputs = [values, values, gradients, gradients, HostArray(scalar: 0.25)]
    let program = try quickEngine().program("factors", parameters: inputs.map(\.type)) {
      optimizer.updated(
        Array($0[0..<2]),
        gradients: Array($0[2..<4]),
        slots: [],
        learningRate: $0[4]
      ).parameters
    }
    let found = try program(inputs).map(\.doubles)
    let slow = zip(values.doubles, gradients.doubles).map { $0 * (1 - 0.0125) - 0.125 * $1 }
    #expect(Tolerance(.float64, roundings: 4).mismatch("slow", found[0], slow) == nil)
    #expect(found[1] == zip(values.doubles, gradients.doubles).map { $0 - 0.25 * $1 })
  }
}
