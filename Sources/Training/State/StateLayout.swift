import Arrays
import Growing
import LanguageModels
import Optimization
import Randomness
import Recipes

/// The names, types and roles of a training state's tensors, in the order in which programs take them.
public struct StateLayout: Sendable {
  /// One tensor of the state.
  public struct Entry: Hashable, Sendable {
    /// The name in the checkpoint.
    public let name: String
    /// The element type and the shape.
    public let type: TensorType
    /// What growth in depth does with it.
    public let role: TensorRole
    /// What its axes run over, for growth in width.
    public let axes: [TensorAxis]
    /// What it holds, for growth in width.
    public let quantity: WidthStep.Quantity
    /// Whose output projection, or a moment of it, the tensor is; nil for all others.
    public var outputOf: Sublayer?
    /// What it holds in a new state, where it is the optimizer's.
    public var start = Memory.Start.zero
  }

  /// The model at its present depth.
  public let configuration: LlamaConfiguration
  /// How its parameters are updated.
  public let settings: Recipe.Optimizer
  /// What the parameters are.
  public let specifications: [ParameterSpecification]
  /// The optimizer of these parameters.
  let optimizer: Optimizer
  /// All tensors: the model's, then the optimizer's.
  public let entries: [Entry]

  /// The layout for a model.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - settings: How its parameters are updated.
  public init(configuration: LlamaConfiguration, optimizer settings: Recipe.Optimizer) {
    self.configuration = configuration
    self.settings = settings
    let specifications = configuration.parameterSpecifications
    let optimizer = Optimizer(
      settings,
      for: specifications,
      gatesAreTrained: configuration.outputGates == .trained
    )
    self.specifications = specifications
    self.optimizer = optimizer
    entries =
      specifications.map(Entry.init)
      + optimizer.slots.map { Entry($0, of: $0.parameter.map { specifications[$0] }) }
  }

  /// The model's tensors.
  public var modelEntries: ArraySlice<Entry> { entries.prefix(specifications.count) }
  /// The output gates, if the model has any.
  public var gatesEntry: Entry? { modelEntries.first { $0.role == .layeredGate } }
  /// The optimizer's tensors.
  public var optimizerEntries: ArraySlice<Entry> { entries.dropFirst(specifications.count) }
}

extension StateLayout.Entry {
  /// A parameter.
  init(_ specification: ParameterSpecification) {
    self.init(
      name: specification.name,
      type: specification.type,
      role: specification.role,
      axes: specification.axes,
      quantity: .weight,
      outputOf: specification.outputOf
    )
  }

  /// What an optimizer remembers of a parameter, or a count that several share.
  init(_ slot: Optimizer.Slot, of parameter: ParameterSpecification?) {
    let isLayered = parameter?.isLayered ?? (slot.type.shape.rank > 0)
    self.init(
      name: slot.name,
      type: slot.type,
      role: isLayered ? .layeredOptimizerSlot : .sharedOptimizerSlot,
      axes: parameter?.axes ?? (isLayered ? [.layers] : []),
      // A count runs over layers alone, which no growth in width changes.
      quantity: slot.content == .squaredGradient ? .squaredGradient : .gradient,
      outputOf: parameter?.outputOf,
      start: slot.start
    )
  }

  /// What an optimizer that has seen nothing remembers.
  ///
  /// - Parameter seed: The seed of what is drawn, a stream for each layer.
  /// - Returns: An array of the entry's type.
  func startingArray(seed: UInt64) -> HostArray {
    switch start {
    case .zero: return HostArray(zeros: type)
    case .normalByInputs:
      let extents = type.shape.dimensions
      let matrix = extents.suffix(2)
      let stream = RandomStream(seed: seed).named("optimizer").named(name)
      let elements = (0..<extents.dropLast(2).reduce(1, *)).flatMap { layer in
        stream.indexed(UInt64(layer)).normals(
          count: matrix.reduce(1, *),
          deviation: 1 / Double(matrix[matrix.startIndex]).squareRoot()
        )
      }
      return HostArray(elements, shape: type.shape)
    }
  }
}
