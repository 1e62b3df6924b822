import Arrays
import Growing
import LanguageModels
import Tensors

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
  }

  /// The model at its present depth.
  public let configuration: LlamaConfiguration
  /// What the parameters are.
  public let specifications: [ParameterSpecification]
  /// All tensors: the model's, then the optimizer's.
  public let entries: [Entry]

  /// The layout for a model.
  public init(configuration: LlamaConfiguration) {
    self.configuration = configuration
    // The depth that initial values are scaled for does not change names or shapes.
    let specifications = configuration.parameterSpecifications(
      finalLayerCount: configuration.layerCount
    )
    let model = specifications.map {
      Entry(
        name: $0.name,
        type: TensorType(.float32, $0.shape),
        role: $0.role,
        axes: $0.axes,
        quantity: .weight,
        outputOf: $0.outputOf
      )
    }
    let kinds: [(String, WidthStep.Quantity)] = [
      ("firstMoment", .gradient), ("secondMoment", .squaredGradient),
    ]
    let moments = kinds.flatMap { moment, quantity in
      specifications.map {
        Entry(
          name: "\(moment).\($0.name)",
          type: TensorType(.float32, $0.shape),
          role: $0.isLayered ? .layeredOptimizerSlot : .sharedOptimizerSlot,
          axes: $0.axes,
          quantity: quantity,
          outputOf: $0.outputOf
        )
      }
    }
    func layerSteps(_ name: String) -> Entry {
      Entry(
        name: name,
        type: TensorType(.int32, [configuration.layerCount]),
        role: .layeredOptimizerSlot,
        axes: [.layers],
        quantity: .gradient
      )
    }
    let steps = [
      layerSteps("steps.layers"),
      Entry(
        name: "steps.shared",
        type: TensorType(.int32, .scalar),
        role: .sharedOptimizerSlot,
        axes: [],
        quantity: .gradient
      ),
    ]
    self.specifications = specifications
    let gateSteps =
      configuration.outputGates == .trained ? [layerSteps("steps.outputGates")] : []
    entries = model + moments + steps + gateSteps
  }

  /// The model's tensors.
  public var modelEntries: ArraySlice<Entry> { entries.prefix(specifications.count) }
  /// The output gates, if the model has any.
  public var gatesEntry: Entry? { modelEntries.first { $0.role == .layeredGate } }
  /// The optimizer's tensors.
  public var optimizerEntries: ArraySlice<Entry> { entries.dropFirst(specifications.count) }

  /// Puts traced tensors into the state they form.
  ///
  /// - Parameter tensors: One an entry, in order.
  /// - Returns: The state.
  public func state(of tensors: [Tensor]) -> TrainingState<LlamaParameters> {
    let count = specifications.count
    let parts = (0..<3).map { part in
      LlamaParameters(
        configuration: configuration,
        tensors: Array(tensors[part * count..<(part + 1) * count])
      )
    }
    return TrainingState(
      parameters: parts[0],
      firstMoment: parts[1],
      secondMoment: parts[2],
      layerSteps: tensors[3 * count],
      sharedSteps: tensors[3 * count + 1],
      gateSteps: tensors.dropFirst(3 * count + 2).first
    )
  }
}
