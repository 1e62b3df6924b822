import Arrays
import Growing
import LanguageModels

/// A growth of a whole training state: what becomes of each tensor of it.
///
/// A tensor grows along its layers first and then in width.
struct StateGrowth: Sendable {
  /// The state before.
  let source: StateLayout
  /// The state after.
  let target: StateLayout
  private let step: GrowthStep
  private let widthStep: WidthStep?
  private let deeper: [String: ParameterSpecification]
  private let wider: [String: ParameterSpecification]

  /// Prepares a growth.
  ///
  /// - Parameters:
  ///   - step: The growth.
  ///   - configuration: The model before.
  ///   - finalLayerCount: The depth of the finished model, which first values are scaled for.
  /// - Throws: `GrowthError` for a width that the model cannot grow to.
  init(
    _ step: GrowthStep,
    of configuration: LlamaConfiguration,
    finalLayerCount: Int
  ) throws(GrowthError) {
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
    source = StateLayout(configuration: configuration)
    target = StateLayout(configuration: grown)
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
  ///   - entry: What it is in the state before.
  ///   - array: Its elements.
  ///   - draws: Gives the values that are copied from nothing.
  /// - Returns: The elements in the state after.
  /// - Throws: `GrowthError` for a growth of another depth.
  func grown(
    _ entry: StateLayout.Entry,
    _ array: HostArray,
    draws: some GrowthDraws
  ) throws -> HostArray {
    let tensor = try step.grown(NamedArray(entry.name, array), role: entry.role) { layer in
      draws.layer(layer, of: specification(of: entry, in: deeper))
    }
    guard let widthStep else { return tensor.array }
    return try widthStep.grown(tensor, axes: entry.axes, quantity: entry.quantity) {
      draws.elements(of: specification(of: entry, in: wider), in: target.configuration)
    }.array
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
