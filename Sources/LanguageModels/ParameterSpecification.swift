import Arrays
import Growing

/// What there is to know about one parameter besides its elements.
public struct ParameterSpecification: Hashable, Sendable {
  /// How a parameter starts.
  public enum Initialization: Hashable, Sendable {
    /// All ones: the gain of a norm.
    case ones
    /// All zeros: a bias.
    case zeros
    /// Normal with mean 0 and this standard deviation.
    case normal(deviation: Double)
  }

  /// The name, which is also the checkpoint's.
  public let name: String
  /// The extents; the layer axis comes first if there is one.
  public let shape: Shape
  /// Whether the first axis runs over the layers.
  public let isLayered: Bool
  /// Whether weight decay applies; it does not to the gains of norms and to biases.
  public let decays: Bool
  /// How the parameter starts.
  public let initialization: Initialization
  /// What the axes run over, which is what growth goes by; one an axis of ``shape``.
  public internal(set) var axes: [TensorAxis] = []
  /// Whose output projection the parameter is, which that part's gate follows; nil for all others.
  public internal(set) var outputOf: Sublayer?
  /// Whether the parameter holds the layers' output gates.
  public internal(set) var isGates = false

  /// What the parameter is to a growth in depth.
  public var role: TensorRole {
    if isGates { return .layeredGate }
    if initialization == .zeros { return outputOf == nil ? .layeredBias : .layeredOutputBias }
    if axes.last?.dimension == .headSize { return .layeredHeadGain }
    guard isLayered, let last = axes.last, last.dimension == .width else {
      return isLayered ? .layeredWeight : .sharedWeight
    }
    switch last.use {
    case .writes: return .layeredOutput
    case .scales: return .layeredGain
    case .reads, .scalesTied: return .layeredWeight
    }
  }

  /// The element type and the shape.
  public var type: TensorType { TensorType(.float32, shape) }

  /// What kind of parameter it is, by which recipes tell apart how parameters are trained.
  public var group: ParameterGroup {
    if isGates { return .gates }
    if layerShape.rank < 2 { return .gains }
    if isLayered { return .matrices }
    return axes.first?.dimension == .vocabulary ? .embedding : .head
  }

  /// The extents of one layer's part, or of the whole parameter if it has no layer axis.
  public var layerShape: Shape {
    isLayered ? Shape(Array(shape.dimensions.dropFirst())) : shape
  }
}

extension LlamaConfiguration {
  /// Every parameter in the order in which programs and checkpoints hold them.
  ///
  /// Weights are `[in, out]`, so that a layer computes `y = x W`. Matrices start normal with variance
  /// `1/in` (LeCun et al. 1998, "Efficient BackProp", section 4.6); the two projections that write to
  /// the residual stream are further divided by `√(2 depth)` (Radford et al. 2019, section 2.3), where
  /// the depth is that of the finished model, so that a model that will grow starts at the same scale
  /// as one that is deep from the start. Embedding and head start with deviation `1/√width`: as output
  /// projections both read `width` inputs.
  ///
  /// - Parameter finalLayerCount: The depth of the finished model.
  /// - Returns: The specifications; layered ones have this configuration's number of layers.
  public func parameterSpecifications(finalLayerCount: Int) -> [ParameterSpecification] {
    let queryWidth = headCount * headSize
    let keyValueWidth = keyValueHeadCount * headSize
    let residualScale = 1 / (2 * Double(finalLayerCount)).squareRoot()
    var specifications = [
      embeddingSpecification(
        .embedding,
        [vocabularySize, width],
        [.writes(.vocabulary), .writes(.width)]
      ),
      gain(.attentionNorm, layered: true),
      matrix(.query, width, queryWidth, [.reads(.width), .writes(.queryHeads)]),
      matrix(.key, width, keyValueWidth, [.reads(.width), .writes(.keyValueHeads)]),
      matrix(.value, width, keyValueWidth, [.reads(.width), .writes(.keyValueHeads)]),
    ]
    if attentionBias != nil {
      specifications += [
        bias(.queryBias, queryWidth, .queryHeads),
        bias(.keyBias, keyValueWidth, .keyValueHeads),
        bias(.valueBias, keyValueWidth, .keyValueHeads),
      ]
    }
    if queryKeyNorm != nil { specifications += [headGain(.queryNorm), headGain(.keyNorm)] }
    specifications.append(
      matrix(
        .output,
        queryWidth,
        width,
        [.reads(.queryHeads), .writes(.width)],
        scale: residualScale,
        outputOf: .attention
      )
    )
    if attentionBias == .all {
      specifications.append(bias(.outputBias, width, .width, outputOf: .attention))
    }
    specifications += [
      gain(.feedForwardNorm, layered: true),
      matrix(.gate, width, feedForwardWidth, [.reads(.width), .writes(.feedForward)]),
      matrix(.up, width, feedForwardWidth, [.reads(.width), .writes(.feedForward)]),
      matrix(
        .down,
        feedForwardWidth,
        width,
        [.reads(.feedForward), .writes(.width)],
        scale: residualScale,
        outputOf: .feedForward
      ),
    ]
    if hasOutputGates { specifications.append(gates()) }
    specifications.append(gain(.finalNorm, layered: false))
    if !tiesEmbedding {
      specifications.append(
        embeddingSpecification(
          .head,
          [width, vocabularySize],
          [.reads(.width), .writes(.vocabulary)]
        )
      )
    }
    return specifications
  }

  /// Every parameter of a model that is not going to grow, or of any model where first values do not matter:
  /// the depth that they are scaled for changes neither names nor shapes.
  public var parameterSpecifications: [ParameterSpecification] {
    parameterSpecifications(finalLayerCount: layerCount)
  }

  /// The types of the parameters, in their order.
  public var parameterTypes: [TensorType] { parameterSpecifications.map(\.type) }

  /// The number of parameters.
  public var parameterCount: Int {
    parameterSpecifications.reduce(0) { $0 + $1.shape.elementCount }
  }

  private func gain(_ parameter: LlamaParameter, layered: Bool) -> ParameterSpecification {
    ParameterSpecification(
      name: parameter.rawValue,
      shape: layered ? [layerCount, width] : [width],
      isLayered: layered,
      decays: false,
      initialization: .ones,
      // The final norm's gain is followed by the embedding itself where that is the output projection.
      axes: layered
        ? [.layers, .scales(.width)]
        : [TensorAxis(.width, tiesEmbedding ? .scalesTied : .scales)]
    )
  }

  private func bias(
    _ parameter: LlamaParameter,
    _ size: Int,
    _ dimension: ModelDimension,
    outputOf: Sublayer? = nil
  ) -> ParameterSpecification {
    ParameterSpecification(
      name: parameter.rawValue,
      shape: [layerCount, size],
      isLayered: true,
      decays: false,
      initialization: .zeros,
      axes: [.layers, .writes(dimension)],
      outputOf: outputOf
    )
  }

  /// The gains of a norm over each head's elements, whose number never grows.
  private func headGain(_ parameter: LlamaParameter) -> ParameterSpecification {
    ParameterSpecification(
      name: parameter.rawValue,
      shape: [layerCount, headSize],
      isLayered: true,
      decays: false,
      initialization: .ones,
      axes: [.layers, .scales(.headSize)]
    )
  }

  /// The gates, which start at one and so change nothing.
  private func gates() -> ParameterSpecification {
    ParameterSpecification(
      name: LlamaParameter.outputGates.rawValue,
      shape: [layerCount, Sublayer.allCases.count],
      isLayered: true,
      decays: false,
      initialization: .ones,
      axes: [.layers],
      isGates: true
    )
  }

  private func matrix(
    _ parameter: LlamaParameter,
    _ inputs: Int,
    _ outputs: Int,
    _ axes: [TensorAxis],
    scale: Double = 1,
    outputOf: Sublayer? = nil
  ) -> ParameterSpecification {
    let deviation = scale / Double(inputs).squareRoot()
    return ParameterSpecification(
      name: parameter.rawValue,
      shape: [layerCount, inputs, outputs],
      isLayered: true,
      decays: true,
      initialization: .normal(deviation: deviation),
      axes: [.layers] + axes,
      outputOf: outputOf
    )
  }

  private func embeddingSpecification(
    _ parameter: LlamaParameter,
    _ shape: Shape,
    _ axes: [TensorAxis]
  ) -> ParameterSpecification {
    ParameterSpecification(
      name: parameter.rawValue,
      shape: shape,
      isLayered: false,
      decays: true,
      initialization: .normal(deviation: 1 / Double(width).squareRoot()),
      axes: axes
    )
  }
}
