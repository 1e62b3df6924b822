import Arrays
import StableHLO
import Tensors

extension GoldenCase {
  /// The case's operation on tensors; nil for one that no test knows.
  func apply(_ inputs: [Tensor]) -> [Tensor]? {
    elementwise(inputs) ?? rearrangement(inputs) ?? composition(inputs)
  }

  private func elementwise(_ inputs: [Tensor]) -> [Tensor]? {
    let x = inputs[0]
    switch operation {
    case "exp": return [x.exponential()]
    case "exponentialMinusOne": return [x.exponentialMinusOne()]
    case "log": return [x.logarithm()]
    case "logOnePlus": return [x.logarithmOfOnePlus()]
    case "tanh": return [x.hyperbolicTangent()]
    case "logistic": return [x.logistic()]
    case "erf": return [x.errorFunction()]
    case "squareRoot": return [x.squareRoot()]
    case "rsqrt": return [x.reciprocalSquareRoot()]
    case "sin": return [x.sine()]
    case "cos": return [x.cosine()]
    case "abs": return [x.absoluteValue()]
    case "sign": return [x.sign()]
    case "floor": return [x.applying(.floor)]
    case "silu": return [x * x.logistic()]
    case "geluByErf": return [x * 0.5 * ((x * 0.5.squareRoot()).errorFunction() + 1)]
    case "softplus":
      let peak = x.maximum(.zeros(x.type))
      return [peak + (-x.absoluteValue()).exponential().logarithmOfOnePlus()]
    case "power": return [x.power(inputs[1])]
    case "maximum": return [x.maximum(inputs[1])]
    case "minimum": return [x.minimum(inputs[1])]
    case "remainderTruncated": return [x % inputs[1]]
    default: return nil
    }
  }

  private func rearrangement(_ inputs: [Tensor]) -> [Tensor]? {
    let x = inputs[0]
    switch operation {
    case "dot":
      let dimensions = DotDimensions(
        leftBatch: attributes.batchingLeft ?? [],
        rightBatch: attributes.batchingRight ?? [],
        leftContracting: attributes.contractingLeft ?? [],
        rightContracting: attributes.contractingRight ?? []
      )
      return [x.dot(inputs[1], dimensions)]
    case "convolution": return [convolution(x, inputs[1])]
    case "sort":
      let sorted = x.sorted(descending: attributes.direction == "descending")
      return [sorted.values, sorted.indices]
    case "topK":
      let largest = x.largest(attributes.k ?? 0)
      return [largest.values, largest.indices]
    case "pad":
      return [
        x.padded(
          with: Tensor(attributes.value ?? 0, x.elementType),
          low: attributes.low ?? [],
          high: attributes.high ?? [],
          interior: attributes.interior
        )
      ]
    case "takeRows": return [x.gatheringRows(at: inputs[1])]
    case "addRows": return [x.addingRows(inputs[2], at: inputs[1])]
    case "product": return [x.reduced(.product, axes: [-1])]
    default: return nil
    }
  }

  /// PyTorch has the features before the spatial axes, and the kernel's output features first; groups
  /// of features are convolved one by one.
  private func convolution(_ input: Tensor, _ kernel: Tensor) -> Tensor {
    let spatial = Array(2..<input.rank)
    var window = ConvolutionWindow(rank: spatial.count)
    window.strides = attributes.strides ?? []
    window.lowPadding = (attributes.padding ?? []).map { $0[0] }
    window.highPadding = (attributes.padding ?? []).map { $0[1] }
    window.inputDilation = attributes.inputDilation ?? []
    window.kernelDilation = attributes.kernelDilation ?? []
    let groups = attributes.featureGroupCount ?? 1
    let inputs = input.transposed([0] + spatial + [1]).split(into: groups, alongAxis: -1)
    let kernels = kernel.transposed(spatial + [1, 0]).split(into: groups, alongAxis: -1)
    let parts = zip(inputs, kernels).map { $0.convolved(with: $1, window: window) }
    let last = input.rank - 1
    return .concatenate(parts, alongAxis: -1).transposed([0, last] + Array(1..<last))
  }

  private func composition(_ inputs: [Tensor]) -> [Tensor]? {
    let x = inputs[0]
    switch operation {
    case "softmax": return [x.softmax()]
    case "logSoftmax": return [x - x.logarithmOfSumOfExponentials().insertingAxis(at: -1)]
    case "logSumExp": return [x.logarithmOfSumOfExponentials()]
    case "rmsNorm":
      let scale = x.squared().mean(axes: [-1], keepingAxes: true) + (attributes.epsilon ?? 0)
      return [x * scale.reciprocalSquareRoot() * inputs[1]]
    case "crossEntropy":
      let places = Tensor.indices(TensorType(.int32, x.shape), alongAxis: -1)
      let isTarget = places .== inputs[1].insertingAxis(at: 1).broadcast(to: x.shape)
      let logit = Tensor.select(isTarget, x, otherwise: x * 0).sum(axes: [-1])
      return [x.logarithmOfSumOfExponentials() - logit]
    case "causalAttention": return [causalAttention(inputs)]
    case "cumulativeSum":
      let square = TensorType(.int32, [x.shape[-1], x.shape[-1]])
      let isBefore = Tensor.indices(square, alongAxis: 0) .<= .indices(square, alongAxis: 1)
      return [x.dot(isBefore.converted(to: x.elementType))]
    default: return nil
    }
  }

  // B batch, H query heads, G key/value heads, T tokens, D head size
  private func causalAttention(_ inputs: [Tensor]) -> Tensor {
    let (queryBHTD, keyBGTD, valueBGTD) = (inputs[0], inputs[1], inputs[2])
    let extents = queryBHTD.shape.dimensions
    let (heads, tokens, size) = (extents[1], extents[2], extents[3])
    func repeated(_ tensor: Tensor) -> Tensor {
      let groups = tensor.shape[1]
      let copies: Shape = [extents[0], groups, heads / groups, tokens, size]
      return tensor.broadcast(to: copies, axes: [0, 1, 3, 4]).reshaped(to: extents)
    }
    let pairs = DotDimensions(
      leftBatch: [0, 1],
      rightBatch: [0, 1],
      leftContracting: [3],
      rightContracting: [3]
    )
    let scores = queryBHTD.dot(repeated(keyBGTD), pairs) * (1 / Double(size).squareRoot())
    let square = TensorType(.int32, [tokens, tokens])
    let isVisible = Tensor.indices(square, alongAxis: 1) .<= .indices(square, alongAxis: 0)
    let hidden = Tensor(repeating: -.infinity, type: scores.type)
    let weights = Tensor.select(isVisible, scores, otherwise: hidden).softmax()
    return weights.dot(
      repeated(valueBGTD),
      DotDimensions(
        leftBatch: [0, 1],
        rightBatch: [0, 1],
        leftContracting: [3],
        rightContracting: [2]
      )
    )
  }
}
