import Growing
import LanguageModels

/// The part of a checkpoint's `state.json` that says what the model is.
///
/// The rest of the file is its writer's, such as where the training stands.
public struct ModelState: Hashable, Sendable, Codable {
  /// The version of the file's format.
  public let formatVersion: Int
  /// The model at the checkpoint's depth.
  public let configuration: LlamaConfiguration
  /// Where each layer comes from.
  public let lineage: Lineage
  /// The SHA-256 sum of the tokenizer that the model was trained with.
  public let tokenizerChecksum: String

  /// Describes a model that is to be saved.
  public init(configuration: LlamaConfiguration, lineage: Lineage, tokenizerChecksum: String) {
    formatVersion = StateFile.formatVersion
    self.configuration = configuration
    self.lineage = lineage
    self.tokenizerChecksum = tokenizerChecksum
  }

  /// The first thing that cannot be, with the field's name.
  var firstProblem: String? {
    if let (property, reason) = configuration.firstProblem {
      return "configuration.\(property): \(reason)"
    }
    guard lineage.layers.count == configuration.layerCount else {
      return "lineage: needs \(configuration.layerCount) layers; got \(lineage.layers.count)"
    }
    guard lineage.layerOrder == configuration.layerOrder else {
      return "lineage: needs the layer order of the configuration"
    }
    return nil
  }
}
