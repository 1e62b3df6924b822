import Arrays
import Tensors
import Testing

/// A structure inside a structure.
private struct Layer: TensorStructure {
  var weight: Tensor
  var bias: Tensor

  mutating func forEachTensor(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("weight", &weight)
    try body("bias", &bias)
  }
}

private struct Network: TensorStructure {
  var first: Layer
  var last: Layer

  mutating func forEachTensor(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try first.forEachTensor { name, tensor in try body("first.\(name)", &tensor) }
    try last.forEachTensor { name, tensor in try body("last.\(name)", &tensor) }
  }
}

@Suite struct TensorStructureTests {
  private func network(_ tensors: [Tensor]) -> Network {
    Network(
      first: Layer(weight: tensors[0], bias: tensors[1]),
      last: Layer(weight: tensors[2], bias: tensors[3])
    )
  }

  private let inputs = [
    HostArray([1.0, 2]), HostArray([3.0]), HostArray([4.0, 5]), HostArray([6.0]),
  ]

  @Test func namesComeInTheirOrder() throws {
    _ = try TracedFunction("names", parameters: inputs.map(\.type)) { inputs in
      #expect(
        network(inputs).tensorNames == ["first.weight", "first.bias", "last.weight", "last.bias"]
      )
      return []
    }
  }

  @Test func replacingByItselfChangesNothing() throws {
    let results = try run(inputs) { inputs in
      let whole = network(inputs)
      return whole.replacingTensors(with: whole.tensors).tensors + whole.mapTensors { $1 }.tensors
    }
    #expect(results == inputs + inputs)
  }

  @Test func gradientsHaveTheStructure() throws {
    let results = try run(inputs) { inputs in
      let whole = network(inputs)
      let loss = (whole.first.weight * whole.last.weight).sum() + whole.last.bias.squared().sum()
      return gradient(of: loss, withRespectTo: whole).tensors
    }
    #expect(results.map(\.reals) == [[4, 5], [0], [1, 2], [12]])
  }

  /// A tensor on the way is independent of the ones before it.
  @Test func aTensorOnTheWayTakesItsGradientAlone() throws {
    let results = try run([HostArray([3.0])]) { inputs in
      let middle = inputs[0] * 2
      let loss = (middle * inputs[0]).sum()
      return gradient(of: loss, withRespectTo: [inputs[0], middle])
    }
    #expect(results.map(\.reals) == [[6], [3]])
  }
}
