import Arrays
import StableHLO
import Tensors

/// One use of an operation, to be checked against the interpreter and difference quotients.
struct OperationCase {
  /// How often it is differentiated.
  enum Order: Int {
    case never, once, twice
  }

  let name: String
  let inputs: [HostArray]
  let order: Order
  let body: ([Tensor]) -> [Tensor]

  init(
    _ name: String,
    _ inputs: [HostArray],
    order: Order = .twice,
    body: @escaping ([Tensor]) -> [Tensor]
  ) {
    self.name = name
    self.inputs = inputs
    self.order = order
    self.body = body
  }

  /// Places of the inputs that can be differentiated by.
  var differentiable: [Int] {
    order == .never ? [] : inputs.indices.filter { inputs[$0].elementType.isFloatingPoint }
  }

  /// How many numbers can be moved.
  var freedom: Int { differentiable.reduce(0) { $0 + inputs[$1].shape.elementCount } }

  /// The inputs with one number moved; as they are if there are not so many numbers.
  func inputs(moving number: Int, by step: Double) -> [HostArray] {
    var inputs = inputs
    var number = number
    for place in differentiable {
      let count = inputs[place].shape.elementCount
      if number < count {
        var values = inputs[place].values(as: Double.self)
        values[number] += step
        inputs[place] = HostArray(values, shape: inputs[place].shape)
        return inputs
      }
      number -= count
    }
    return inputs
  }
}

/// What a case makes of its parameters: its results, a weighted sum of them with its gradient, and a
/// weighted sum of that gradient with its own.
struct DifferentiatedCase {
  let outputs: [Tensor]
  let loss: Tensor
  let gradients: [Tensor]
  let slope: Tensor
  let slopeGradients: [Tensor]

  init(_ operation: OperationCase, _ parameters: [Tensor], _ draw: inout Draw) {
    outputs = operation.body(parameters)
    loss = Self.weightedSum(outputs.filter(\.elementType.isFloatingPoint), &draw)
    let sources = operation.differentiable.map { parameters[$0] }
    gradients = sources.isEmpty ? [] : gradient(of: loss, withRespectTo: sources)
    slope = Self.weightedSum(gradients, &draw)
    slopeGradients = operation.order == .twice ? gradient(of: slope, withRespectTo: sources) : []
  }

  private static func weightedSum(_ tensors: [Tensor], _ draw: inout Draw) -> Tensor {
    tensors.reduce(Tensor(0, .float64)) { sum, tensor in
      let weights = Tensor(draw.reals(tensor.shape, 0.5...1.5)).converted(to: tensor.elementType)
      return sum + (tensor * weights).sum().converted(to: .float64)
    }
  }
}
