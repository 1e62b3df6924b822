import Arrays
import Corpus
import Files
import Foundation
import Runs
import SavedModels

/// A saved model on its way to other programs.
///
/// ```swift
/// let model = try SavedModel(path: "runs/demo-midas") { print("note: \($0)") }
/// let export = try ModelExport(model, tokenizer: model.tokenizer())
/// try export.writeHuggingFace(to: "exported")
/// try export.writeGGUF(to: "model.gguf", elements: .q8)
/// ```
public struct ModelExport {
  let model: SavedModel
  let tokenizer: Tokenizer
  let weights: PortableWeights
  /// The run that trained the model, for its card; nil where it is not known.
  let run: RunRecord?

  /// Prepares an export.
  ///
  /// - Parameters:
  ///   - model: The model. Layers that run more than once are written as often as they run.
  ///   - tokenizer: The tokenizer that it was trained with.
  /// - Throws: ``ExportError/gated(path:)``.
  public init(_ model: SavedModel, tokenizer: Tokenizer) throws {
    self.model = model
    self.tokenizer = tokenizer
    weights = try PortableWeights(model)
    // The card tells less where the record cannot be read; the model is whole without it.
    run = model.run.flatMap { try? RunStore($0).record() }
  }

  /// What someone who takes the model elsewhere should know, a sentence each.
  public var notes: [String] {
    var notes: [String] = []
    let configuration = model.configuration
    if configuration.layerOrder != nil {
      notes.append(
        "its \(configuration.layerCount) stored layers run \(configuration.appliedLayerCount) times and are written as "
          + "often, since other programs do not tie layers"
      )
    }
    if let objective = run?.objective, objective.kind == "masked" {
      notes.append(
        "it was trained to find hidden tokens, and other programs will run it as a causal model"
      )
    }
    if configuration.width % 32 != 0 || configuration.feedForwardWidth % 32 != 0 {
      notes.append(
        "its widths (\(configuration.width), \(configuration.feedForwardWidth)) are no multiples of 32, so it cannot be "
          + "quantised in blocks"
      )
    }
    return notes
  }

  /// The token in front of a document.
  var beginningID: Int32? { tokenizer.documentStartID }

  /// The token between documents; in models trained here it stands for beginning and end alike.
  var borderID: Int32? { tokenizer.endID }
}
