import Arrays
import Randomness
import Tensors
import Testing

@testable import LocalityLab

@Suite struct ArchitectureTests {
  /// Two laws of images with the channels of a network.
  private static let cases = [(2, 3, 1), (5, 4, 2), (1, 2, 1)]

  /// CNN inside LCN inside FCN: outputs are equal.
  @Test(arguments: cases) func aNetworkIsInsideTheNextOne(k: Int, d: Int, channels: Int) throws {
    let law = SignalLaw(patchCount: k, dimension: d, sigma: 1)
    func numbers(_ name: String, _ shape: [Int]) -> HostArray {
      HostArray(
        RandomStream(seed: 3).named(name).normals(count: shape.reduce(1, *)),
        shape: Shape(shape)
      )
    }
    let filters = numbers(
      "filters",
      [2, 3] + Architecture.convolutional.filterShape(law, channels: channels)
    )
    let bias = HostArray([0, 0.1, 0.5, 0.2, 1, 0.3], shape: [2, 3])
    let images = numbers("images", [2, k, 7, d])
    let program = try TestEngine.shared().program(
      "nesting",
      parameters: [filters.type, bias.type, images.type]
    ) { inputs in
      var network = (Architecture.convolutional, inputs[0])
      var outputs = [network.0.output(network.1, bias: inputs[1], of: inputs[2])]
      while let next = network.0.embedding(network.1, law) {
        outputs.append(next.0.output(next.1, bias: inputs[1], of: inputs[2]))
        network = next
      }
      return outputs
    }
    let outputs = try program([filters, bias, images]).map(\.numbers)
    #expect(outputs.count == 3)
    #expect(outputs[0].contains { abs($0) > 0.1 })
    for output in outputs.dropFirst() {
      #expect(zip(output, outputs[0]).allSatisfy { abs($0 - $1) <= 1e-12 })
    }
  }

  @Test func parametersAreCountedAsInTheTheorem() {
    let law = SignalLaw(patchCount: 4, dimension: 8, sigma: 1)
    #expect(Architecture.allCases.map { $0.parameterCount(law) } == [9, 33, 129])
  }

  @Test func theActivationPassesOnWhatIsBeyondTheBias() throws {
    let z = [-2.0, -0.5, -0.1, 0, 0.3, 0.5, 4]
    let program = try TestEngine.shared().program(
      "activation",
      parameters: [TensorType(.float64, [7])]
    ) { [$0[0].activated(bias: Tensor(0.4, .float64))] }
    let expected = z.map { ($0 < 0 ? -1 : 1) * max(abs($0) - 0.4, 0) }
    let found = try program([HostArray(z)])[0].numbers
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-15 })
  }
}
