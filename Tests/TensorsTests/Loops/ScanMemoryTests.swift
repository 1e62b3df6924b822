import Arrays
import StableHLO
import Tensors
import Testing

/// What a loop keeps for its gradient decides the memory of a training step, so it is counted.
@Suite struct ScanMemoryTests {
  /// The arrays that the loops of a program fill, one slice an iteration, by shape.
  private func stacks(_ results: ([Tensor]) -> [Tensor]) throws -> [Shape] {
    let parameters = [TensorType(.float32, [4, 3, 3]), TensorType(.float32, [5, 3])]
    let function = try TracedFunction("loss", parameters: parameters, body: results)
    return stacks(in: function.module.body).sorted { "\($0)" < "\($1)" }
  }

  private func stacks(in block: Block) -> [Shape] {
    block.instructions.flatMap { instruction -> [Shape] in
      switch instruction {
      case .operation(.dynamicUpdateSlice, _, let results): results.map(\.type.shape)
      case .operation: []
      case .whileLoop(_, let body, _, _): stacks(in: body)
      }
    }
  }

  private func loss(_ inputs: [Tensor], rematerializing: Bool) -> Tensor {
    scan(over: [inputs[0]], initial: [inputs[1]], rematerializing: rematerializing) {
      ([$0[0].dot($1[0]).hyperbolicTangent()], [])
    }.carry[0].sum()
  }

  @Test func withoutAGradientNothingIsKept() throws {
    #expect(try stacks { [loss($0, rematerializing: false)] } == [])
  }

  /// The carry and the tanh's result are kept; the backward loop stacks the weights' gradient.
  @Test func theGradientKeepsWhatItNeeds() throws {
    let stacks = try stacks { inputs in
      gradient(of: loss(inputs, rematerializing: false), withRespectTo: inputs)
    }
    #expect(stacks == [[4, 3, 3], [4, 5, 3], [4, 5, 3]])
  }

  @Test func rematerializingKeepsTheCarryAlone() throws {
    let stacks = try stacks { inputs in
      gradient(of: loss(inputs, rematerializing: true), withRespectTo: inputs)
    }
    #expect(stacks == [[4, 3, 3], [4, 5, 3]])
  }

  /// Two gradients of one loop ask for the same values, which are kept once.
  @Test func twoGradientsShareWhatIsKept() throws {
    let stacks = try stacks { inputs in
      let loss = loss(inputs, rematerializing: false)
      return gradient(of: loss, withRespectTo: [inputs[0]])
        + gradient(of: loss * 2, withRespectTo: [inputs[0]])
    }
    #expect(stacks == [[4, 3, 3], [4, 3, 3], [4, 5, 3], [4, 5, 3]])
  }

  /// What the loop gives out anyway is not kept a second time.
  @Test func anOutputServesTheGradientToo() throws {
    let stacks = try stacks { inputs in
      let outputs = scan(over: [inputs[0]], initial: [inputs[1]]) { carry, slices in
        let wave = carry[0].dot(slices[0]).hyperbolicTangent()
        return ([wave], [wave])
      }.outputs
      return gradient(of: outputs[0].sum(), withRespectTo: [inputs[0]])
    }
    #expect(stacks == [[4, 3, 3], [4, 5, 3], [4, 5, 3]])
  }
}
