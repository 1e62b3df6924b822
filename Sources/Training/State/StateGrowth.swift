import Arrays
import Growing
import Interchange
import LanguageModels

/// Grows the tensors of a training state, one at a time, and says what the grown state is made of.
///
/// Tensors are matched by name. Gates that the growth brings are grown from gates of one, which change
/// nothing, and from slots that have seen nothing; gates that it folds are left out.
struct StateGrowth {
  /// What the grown state is made of.
  let layout: StateLayout
  private let step: GrowthStep
  private let folding: GateFolding?

  /// Prepares a growth.
  ///
  /// - Parameters:
  ///   - step: The growth.
  ///   - old: What the state is made of.
  ///   - gates: The elements of the old gates; asked for only where they are folded.
  /// - Throws: ``GrowthError`` for gates that the growth cannot follow on, or what `gates` throws.
  init(
    _ step: GrowthStep,
    of old: StateLayout,
    gates: (StateLayout.Entry) throws -> HostArray
  ) throws {
    try step.checkGates(following: old.configuration.outputGates)
    layout = StateLayout(configuration: old.configuration.grown(by: step))
    self.step = step
    let folded = step.gates == .folded ? old.gatesEntry : nil
    folding = try folded.map { GateFolding(gates: try gates($0)) }
  }

  /// Whether a tensor comes out as it went in.
  func keeps(_ entry: StateLayout.Entry) -> Bool { step.keeps(entry.role) }

  /// A tensor of the grown state.
  ///
  /// - Parameters:
  ///   - entry: Which one.
  ///   - old: The tensor of that name before; nil where there was none.
  ///   - fresh: The row of a fresh layer of a weight.
  /// - Returns: The elements.
  /// - Throws: As `GrowthStep.grown(_:role:fresh:)`.
  func array(
    of entry: StateLayout.Entry,
    from old: HostArray?,
    fresh: (_ layer: Int) throws -> HostArray
  ) throws -> HostArray {
    var tensor = NamedArray(entry.name, old ?? beforeGates(entry))
    if let folding, let sublayer = entry.outputOf {
      tensor = folding.folded(tensor, of: sublayer, quantity: entry.quantity)
    }
    return try step.grown(tensor, role: entry.role, fresh: fresh).array
  }

  /// What a model without gates would hold for them.
  private func beforeGates(_ entry: StateLayout.Entry) -> HostArray {
    let rows = entry.type.shape.dimensions.dropFirst()
    let type = TensorType(entry.type.elementType, Shape([step.map.sourceDepth] + rows))
    return HostArray(repeating: entry.role == .layeredGate ? 1 : 0, type: type)
  }
}
