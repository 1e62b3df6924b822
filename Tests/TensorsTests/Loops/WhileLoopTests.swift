import Arrays
import StableHLO
import Tensors
import Testing

@Suite struct WhileLoopTests {
  /// Both functions use tensors of outside, and a loop inside a loop those of both.
  @Test func loopsSeeTensorsOfOutside() throws {
    var draw = Draw("while", 0)
    let limit = HostArray([5] as [Int32], shape: .scalar)
    let inputs = [draw.reals([3]), draw.reals([3]), limit]
    try check(
      "while_loops",
      [
        OperationCase("captures", inputs, order: .never) { inputs in
          whileLoop(initial: [Tensor(0, .int32), inputs[0]]) {
            $0[0] .< inputs[2]
          } body: {
            [$0[0] + 1, $0[1] * 0.5 + inputs[1]]
          }
        },
        OperationCase("nested", inputs, order: .never) { inputs in
          whileLoop(initial: [Tensor(0, .int32), inputs[0]]) {
            $0[0] .< inputs[2]
          } body: { outer in
            let inner = whileLoop(initial: [Tensor(0, .int32), outer[1]]) {
              $0[0] .< outer[0]
            } body: {
              [$0[0] + 1, $0[1] + outer[1] * inputs[1]]
            }
            return [outer[0] + 1, inner[1].sine()]
          }
        },
        OperationCase("no iteration", inputs, order: .never) { inputs in
          whileLoop(initial: [inputs[0]]) { _ in
            Tensor(0, .bool)
          } body: {
            [$0[0] + 1]
          }
        },
        OperationCase("beside a gradient", [draw.reals([3])], order: .once) { inputs in
          let scale = whileLoop(initial: [Tensor(1, .float64)]) {
            $0[0] .< Tensor(10, .float64)
          } body: {
            [$0[0] + 7]
          }
          return [inputs[0] * scale[0].withoutGradient()]
        },
      ]
    )
  }

  @Test func noGradientFlowsThrough() {
    #expect(throws: TraceError.self) {
      try TracedFunction("loop", parameters: [TensorType(.float64, [])]) { inputs in
        let result = whileLoop(initial: inputs) {
          $0[0] .< Tensor(10, .float64)
        } body: {
          [$0[0] * 2]
        }
        return gradient(of: result[0], withRespectTo: inputs)
      }
    }
  }
}
