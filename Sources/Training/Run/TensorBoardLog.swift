import Arrays
import Foundation  // Date
import PJRT
import Recipes
import Runs
import TensorBoard

/// Shows a run in TensorBoard, where its recipe asks for it.
struct TensorBoardLog {
  private let file: EventFile

  /// Begins a session; nil where the recipe does not ask for it.
  ///
  /// - Parameters:
  ///   - recipe: The recipe, which is shown as well.
  ///   - folder: The run's folder.
  ///   - step: The step that the session begins at.
  /// - Throws: `FileError`.
  init?(_ recipe: Recipe, folder: RunFolder, fromStep step: Int) throws {
    guard recipe.logging.tensorboard else { return nil }
    file = try EventFile(folder: folder.tensorBoardFolder, fromStep: step, at: Self.now)
    let settings = recipe.values.mapValues { Hyperparameter($0) }
    let indented = recipe.yamlText().split(separator: "\n").map { "    \($0)\n" }.joined()
    try file.append(
      ["_hparams_/session_start_info": .hyperparameters(settings), "recipe": .text(indented)],
      step: step,
      at: Self.now
    )
  }

  /// Adds a measurement.
  ///
  /// - Parameters:
  ///   - row: The measurement.
  ///   - norms: Of each parameter of the layers the norm in each layer, by the parameter's name.
  /// - Throws: `FileError`.
  func add(_ row: MetricsRecord, norms: [String: [Double]]) throws {
    let numbers: [(String, Double?)] = [
      ("loss/train", row.loss), ("loss/validation", row.validationLoss),
      ("loss/validation causal", row.causalValidationLoss),
      ("training/learning rate", row.learningRate), ("training/gradient norm", row.gradientNorm),
      ("training/layers", Double(row.layers)), ("speed/tokens a second", row.tokensPerSecond),
      ("speed/share of peak", row.shareOfPeak), ("progress/tokens", Double(row.tokens)),
      ("progress/FLOPs", row.flops), ("progress/seconds", row.seconds),
    ]
    var summaries: [String: Summary] = [:]
    for (tag, number) in numbers { summaries[tag] = number.map { .scalar($0) } }
    for (name, values) in norms { summaries["norms/\(name)"] = .histogram(values) }
    for (place, sample) in (row.samples ?? []).enumerated() {
      summaries["samples/\(place + 1)"] = .text("**\(sample.prompt)**\(sample.text)")
    }
    try file.append(summaries, step: row.step, at: Self.now)
  }

  private static var now: Double { Date().timeIntervalSince1970 }
}

extension DeviceState {
  /// The norm of each parameter in each stored layer, by the parameter's name.
  ///
  /// - Returns: Of parameters with a layer axis a number a layer.
  /// - Throws: `PJRTError` from fetching a tensor; one at a time is in the host's memory.
  func layerNorms() throws -> [String: [Double]] {
    var norms: [String: [Double]] = [:]
    for (entry, tensor) in zip(layout.modelEntries, modelTensors)
    where entry.role.isLayeredWeight && entry.type.shape[0] > 0 {
      let values = try tensor.copyToHost().values(as: Float.self)
      let size = values.count / entry.type.shape[0]
      norms[entry.name] = (0..<entry.type.shape[0]).map { layer in
        values[layer * size..<(layer + 1) * size]
          .reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      }
    }
    return norms
  }
}
