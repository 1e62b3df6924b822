import Foundation
import Growing
import LanguageModels
import Recipes
import SavedModels

/// What a checkpoint's `state.json` says of the training; what it says of the model is `ModelState`.
public struct SavedState: Hashable, Sendable, Codable {
  /// Where the run stands.
  public var position: TrainingPosition
  /// The seed of the parameters and of the data's order.
  public var seed: UInt64
  /// The stages and how the model grows between them.
  public var plan: GrowthPlan
  /// What the model learns to predict; nil for each next token.
  public var objective: Recipe.Objective?
  /// How the parameters are updated; nil in checkpoints of versions that had AdamW only.
  public var optimizer: Recipe.Optimizer?

  /// Describes a state.
  public init(
    position: TrainingPosition,
    seed: UInt64,
    plan: GrowthPlan,
    objective: Recipe.Objective? = nil,
    optimizer: Recipe.Optimizer? = nil
  ) {
    self.position = position
    self.seed = seed
    self.plan = plan
    self.objective = objective
    self.optimizer = optimizer
  }

  /// Reads the state of the training that a model was saved by.
  ///
  /// - Parameter model: The model.
  /// - Throws: `SavedModelError.malformedState`.
  public init(of model: SavedModel) throws(SavedModelError) {
    self = try model.stateFile.fields(SavedState.self) { $0.firstProblem }
  }

  /// The tensors that a checkpoint of a model holds.
  func layout(of configuration: LlamaConfiguration) -> StateLayout {
    StateLayout(configuration: configuration, optimizer: optimizer ?? Recipe.Optimizer())
  }

  /// Checks that another optimizer can go on with what the saved one remembers.
  ///
  /// - Parameters:
  ///   - model: The model that this is the state of.
  ///   - next: The other one.
  /// - Throws: ``TrainingError/otherOptimizer(path:found:expected:)``.
  func checkOptimizer(
    of model: SavedModel,
    goesOnAs next: Recipe.Optimizer
  ) throws(TrainingError) {
    let saved = layout(of: model.configuration)
    let wanted = StateLayout(configuration: model.configuration, optimizer: next)
    let (found, expected) = (
      saved.optimizerEntries.map(\.name), wanted.optimizerEntries.map(\.name)
    )
    let (surplus, missing) = (Set(found).subtracting(expected), Set(expected).subtracting(found))
    guard surplus.isEmpty, missing.isEmpty else {
      throw .otherOptimizer(
        path: model.checkpoint.path,
        found: found.filter(surplus.contains),
        expected: expected.filter(missing.contains)
      )
    }
  }

  /// The file of a checkpoint, as JSON with sorted keys.
  ///
  /// - Parameter model: What it says of the model.
  /// - Returns: The bytes of `state.json`.
  /// - Throws: `EncodingError` for a number that JSON has no form for.
  public func encoded(with model: ModelState) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(Contents(model: model, training: self)) + Data("\n".utf8)
  }

  /// The fields of both parts, side by side.
  private struct Contents: Encodable {
    let model: ModelState
    let training: SavedState

    func encode(to encoder: any Encoder) throws {
      try model.encode(to: encoder)
      try training.encode(to: encoder)
    }
  }

  /// The first thing that cannot be, with the field's name.
  private var firstProblem: String? {
    if let stage = position.stage, !plan.stages.indices.contains(stage) {
      return
        "position.stage: needs a stage of the plan, 0 to \(plan.stages.count - 1); got \(stage)"
    }
    if let losses = position.recentLosses, losses.end != position.step {
      return "position.recentLosses.end: needs the step \(position.step); got \(losses.end)"
    }
    return nil
  }
}
