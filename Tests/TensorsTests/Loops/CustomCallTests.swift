import Arrays
import EspalierTestSupport
import PJRT
import ReferenceInterpreter
import StableHLO
import Tensors
import Testing

@Suite struct CustomCallTests {
  /// The handler is registered once a process.
  private static let registration = Result<Void, any Error> {
    let cube = CustomCall(name: "espalier_test_cube") { frame in
      CustomCallFrame.handle(frame) { call in
        guard let input = call.input(0)?.values(as: Double.self),
          let output = call.output(0)?.mutableValues(as: Double.self), input.count == output.count
        else { return .failure("cube: needs one float64 array in and out") }
        for index in input.indices { output[index] = input[index] * input[index] * input[index] }
        return .success
      }
    }
    try TestPlugin.client().register(customCall: cube)
  }

  private func cube(_ x: Tensor, gradient: CustomGradient?) -> Tensor {
    let target = CustomCallTarget(name: "espalier_test_cube", resultTypes: [x.type])
    return Tensor.customCall(target, [x], gradient: gradient)[0]
  }

  @Test func usesTheGradientItIsGiven() throws {
    try Self.registration.get()
    var draw = Draw("cube", 0)
    let interpreter = Interpreter(customCalls: [
      "espalier_test_cube": { [HostArray($0[0].reals.map { $0 * $0 * $0 }, shape: $0[0].shape)] }
    ])
    try check(
      "custom_call",
      [
        OperationCase("cube", [draw.reals([2, 3])]) {
          [
            self.cube($0[0] * 0.5) { operands, _, cotangents in
              [cotangents[0] * operands[0].squared() * 3]
            }
          ]
        }
      ],
      interpreter: interpreter
    )
  }

  @Test func withoutAGradientItSaysSo() {
    let error = #expect(throws: TraceError.self) {
      try TracedFunction("call", parameters: [TensorType(.float64, [2])]) { inputs in
        let sum = self.cube(inputs[0], gradient: nil).sum()
        return gradient(of: sum, withRespectTo: inputs)
      }
    }
    #expect(
      error?.description.contains("customCall espalier_test_cube is not differentiable") == true
    )
  }

  @Test func aGradientOfTheWrongTypeIsAMistake() {
    let error = #expect(throws: TraceError.self) {
      try TracedFunction("call", parameters: [TensorType(.float64, [2])]) { inputs in
        let sum = self.cube(inputs[0]) { _, _, cotangents in [cotangents[0].sum()] }.sum()
        return gradient(of: sum, withRespectTo: inputs)
      }
    }
    #expect(
      error?.description.contains("needs to give back one cotangent an operand") == true
    )
  }
}
