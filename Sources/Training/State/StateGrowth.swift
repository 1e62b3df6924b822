import Arrays
import Growing
import LanguageModels

/// A growth of a whole training state: what each tensor of the grown state is made of.
///
/// A tensor grows along its layers first and then in width. Tensors are known by their names: output gates
/// that the growth brings are grown from gates of one, which change nothing, and from slots that have seen
/// nothing, and gates that it folds are left out. Scales of tied layers that it unties are folded likewise.
struct StateGrowth: Sendable {
  /// The state before.
  let source: StateLayout
  /// The state after.
  let target: StateLayout
  private let step: GrowthStep
  private let widthStep: WidthStep?
  private let folding: GateFolding?
  private let deeper: [String: ParameterSpecification]
  private let wider: [String: ParameterSpecification]

  /// Prepares a growth.
  ///
  /// - Parameters:
  ///   - step: The growth.
  ///   - source: The state before.
  ///   - finalLayerCount: The depth of the finished model, which first values are scaled for.
  ///   - elements: Gives the elements of a tensor before the growth; asked for gates that are folded alone.
  /// - Throws: `GrowthError` for a width that the model cannot grow to, or gates that the growth cannot
  ///   follow on; or what `elements` throws.
  init(
    _ step: GrowthStep,
    of source: StateLayout,
    finalLayerCount: Int,
    elements: (StateLayout.Entry) throws -> HostArray
  ) throws {
    let configuration = source.configuration
    try step.checkGates(following: configuration.outputGates)
    let deeper = configuration.deepened(by: step)
    var grown = deeper
    var widthStep: WidthStep?
    if let widening = step.widening {
      let wider = try deeper.widened(
        to: widening.sizes,
        by: widening.fill,
        optimizerState: step.optimizerState
      )
      (grown, widthStep) = (wider.configuration, wider.step)
    }
    self.step = step
    self.widthStep = widthStep
    self.source = source
    target = StateLayout(configuration: grown, optimizer: source.settings)
    let folded = step.gates == .folded ? source.gatesEntry : nil
    let scales = grown.residualScales == nil ? configuration.residualScales : nil
    folding =
      try folded.map { GateFolding(gates: try elements($0)) }
      ?? scales.map { GateFolding(gates: .gates(ofBoth: $0)) }
    self.deeper = Self.specifications(of: deeper, finalLayerCount)
    wider = Self.specifications(of: grown, finalLayerCount)
  }

  private static func specifications(
    of configuration: LlamaConfiguration,
    _ finalLayerCount: Int
  ) -> [String: ParameterSpecification] {
    let specifications = configuration.parameterSpecifications(finalLayerCount: finalLayerCount)
    return Dictionary(uniqueKeysWithValues: specifications.map { ($0.name, $0) })
  }

  /// Whether a tensor comes out as it went in.
  func keeps(_ entry: StateLayout.Entry) -> Bool {
    step.keeps(entry.role) && widthStep?.keeps(entry.axes, entry.quantity) ?? true
  }

  /// A tensor, grown.
  ///
  /// - Parameters:
  ///   - entry: What it is in the state after.
  ///   - array: The elements of the tensor of that name before; nil where there was none.
  ///   - draws: Gives the values that are copied from nothing.
  /// - Returns: The elements in the state after.
  /// - Throws: `GrowthError` for a growth of another depth.
  func grown(
    _ entry: StateLayout.Entry,
    _ array: HostArray?,
    draws: some GrowthDraws
  ) throws -> HostArray {
    var old = NamedArray(entry.name, array ?? withoutGates(entry))
    if let folding, let sublayer = entry.outputOf {
      old = folding.folded(old, of: sublayer, quantity: entry.quantity)
    }
    let tensor = try step.grown(old, role: entry.role) { layer in
      draws.layer(layer, of: specification(of: entry, in: deeper))
    }
    guard let widthStep else { return tensor.array }
    return try widthStep.grown(tensor, axes: entry.axes, quantity: entry.quantity) {
      draws.elements(of: specification(of: entry, in: wider), in: target.configuration)
    }.array
  }

  /// What a model without gates would hold for them.
  private func withoutGates(_ entry: StateLayout.Entry) -> HostArray {
    let rows = entry.type.shape.dimensions.dropFirst()
    let type = TensorType(entry.type.elementType, Shape([step.map.sourceDepth] + rows))
    return HostArray(repeating: entry.role == .layeredGate ? 1 : 0, type: type)
  }

  private func specification(
    of entry: StateLayout.Entry,
    in specifications: [String: ParameterSpecification]
  ) -> ParameterSpecification {
    guard let specification = specifications[entry.name] else {
      preconditionFailure("\(entry.name) is a weight, and every weight has a specification")
    }
    return specification
  }
}

extension HostArray {
  /// Gates of layers that are the same for both parts, `[layers, 2]`.
  fileprivate static func gates(ofBoth scales: [Double]) -> HostArray {
    HostArray(scales.flatMap { [$0, $0] }, shape: [scales.count, 2])
  }
}
