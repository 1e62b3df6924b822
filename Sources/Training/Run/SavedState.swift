import Foundation
import Growing
import LanguageModels
import Recipes

/// The `state.json` of a checkpoint: what a training state is beside its tensors.
public struct SavedState: Hashable, Sendable, Codable {
  /// The version of the format that this module writes.
  public static let formatVersion = 1

  /// The version of the format.
  public var formatVersion: Int
  /// Where the run stands.
  public var position: TrainingPosition
  /// The model at the checkpoint's depth.
  public var configuration: LlamaConfiguration
  /// The seed of the parameters and of the data's order.
  public var seed: UInt64
  /// The stages and how the model grows between them.
  public var plan: GrowthPlan
  /// Where each layer comes from.
  public var lineage: Lineage
  /// The SHA-256 sum of the tokenizer that the model was trained with.
  public var tokenizerChecksum: String
  /// What the model learns to predict; nil for each next token.
  public var objective: Recipe.Objective?
  /// How the parameters are updated; nil in checkpoints of versions that had AdamW only.
  public var optimizer: Recipe.Optimizer?

  /// Describes a state.
  public init(
    position: TrainingPosition,
    configuration: LlamaConfiguration,
    seed: UInt64,
    plan: GrowthPlan,
    lineage: Lineage,
    tokenizerChecksum: String,
    objective: Recipe.Objective? = nil,
    optimizer: Recipe.Optimizer? = nil
  ) {
    formatVersion = Self.formatVersion
    self.position = position
    self.configuration = configuration
    self.seed = seed
    self.plan = plan
    self.lineage = lineage
    self.tokenizerChecksum = tokenizerChecksum
    self.objective = objective
    self.optimizer = optimizer
  }

  /// The tensors that the checkpoint holds.
  var layout: StateLayout {
    StateLayout(configuration: configuration, optimizer: optimizer ?? Recipe.Optimizer())
  }

  /// Checks that another optimizer can go on with what the saved one remembers.
  ///
  /// - Parameters:
  ///   - next: The other one.
  ///   - path: Where the state comes from, for the message.
  /// - Throws: ``TrainingError/otherOptimizer(path:found:expected:)``.
  func checkOptimizer(goesOnAs next: Recipe.Optimizer, path: String) throws(TrainingError) {
    let wanted = StateLayout(configuration: configuration, optimizer: next)
    let (found, expected) = (
      layout.optimizerEntries.map(\.name), wanted.optimizerEntries.map(\.name)
    )
    let (surplus, missing) = (Set(found).subtracting(expected), Set(expected).subtracting(found))
    guard surplus.isEmpty, missing.isEmpty else {
      throw .otherOptimizer(
        path: path,
        found: found.filter(surplus.contains),
        expected: expected.filter(missing.contains)
      )
    }
  }

  /// The state as JSON with sorted keys.
  ///
  /// - Returns: The bytes of `state.json`.
  /// - Throws: `EncodingError` for a number that JSON has no form for.
  public func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads a state.
  ///
  /// - Parameters:
  ///   - data: The bytes of `state.json`.
  ///   - path: Where they come from, for messages.
  /// - Returns: The state.
  /// - Throws: ``TrainingError/unknownStateVersion(path:found:known:)`` or
  ///   ``TrainingError/malformedState(path:reason:)``.
  public static func decode(_ data: Data, path: String) throws(TrainingError) -> SavedState {
    struct Version: Decodable { var formatVersion: Int }
    let decoder = JSONDecoder()
    do {
      let version = try decoder.decode(Version.self, from: data).formatVersion
      guard version == formatVersion else {
        throw TrainingError.unknownStateVersion(path: path, found: version, known: formatVersion)
      }
      let state = try decoder.decode(SavedState.self, from: data)
      if let problem = state.firstProblem {
        throw TrainingError.malformedState(path: path, reason: problem)
      }
      return state
    } catch let error as TrainingError {
      throw error
    } catch let error as DecodingError {
      throw .malformedState(path: path, reason: error.sentence)
    } catch {
      throw .malformedState(path: path, reason: "\(error)")
    }
  }
}

extension SavedState {
  /// The first thing that cannot be, with the field's name.
  fileprivate var firstProblem: String? {
    if let (property, reason) = configuration.firstProblem {
      return "configuration.\(property): \(reason)"
    }
    guard lineage.layers.count == configuration.layerCount else {
      return "lineage: needs \(configuration.layerCount) layers; got \(lineage.layers.count)"
    }
    guard lineage.layerOrder == configuration.layerOrder else {
      return "lineage: needs the layer order of the configuration"
    }
    if let stage = position.stage, !plan.stages.indices.contains(stage) {
      return
        "position.stage: needs a stage of the plan, 0 to \(plan.stages.count - 1); got \(stage)"
    }
    if let losses = position.recentLosses, losses.end != position.step {
      return "position.recentLosses.end: needs the step \(position.step); got \(losses.end)"
    }
    guard position.step >= 0 else {
      return "position.step: needs 0 or more; got \(position.step)"
    }
    return nil
  }
}

extension DecodingError {
  /// Which field is wrong and how.
  fileprivate var sentence: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      "\(Self.path(context.codingPath)): \(context.debugDescription)"
    case .keyNotFound(let key, let context):
      "\(Self.path(context.codingPath + [key])): is missing"
    @unknown default:
      "\(self)"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.isEmpty ? "the file" : keys.map(\.stringValue).joined(separator: ".")
  }
}
