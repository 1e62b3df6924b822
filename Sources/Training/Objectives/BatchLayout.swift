import Arrays
import Corpus
import LanguageModels
import Tensors

// B batch, T tokens.

/// The arrays of a batch as programs take them, and the loss that follows from them.
///
/// All arrays are `int32`. The first axis of each runs over the sequences, so that a batch can be worked
/// through in parts.
package struct BatchLayout: Hashable, Sendable {
  /// How a batch says what is to be predicted.
  package enum Targets: String, Hashable, Sendable {
    /// One array: sequences `[B, T + 1]`, each token but the first a target.
    case next
    /// Four arrays: inputs, targets and weights, each `[B, T]`, and the lengths of the prefixes that rows
    /// see in both directions, `[B]`.
    case marked

    /// How the rows of an objective do.
    init(_ objective: Objective) { self = objective == .causal ? .next : .marked }
  }

  /// How targets are given.
  var targets: Targets
  /// Whether one more array says which document each token belongs to: `[B, T + 1]` or `[B, T]`.
  var separatesDocuments: Bool

  /// Describes a batch.
  init(targets: Targets = .next, separatesDocuments: Bool = false) {
    self.targets = targets
    self.separatesDocuments = separatesDocuments
  }

  /// The types of the arrays, in order.
  func types(batchSize: Int, contextLength: Int) -> [TensorType] {
    let whole = TensorType(.int32, [batchSize, contextLength + (targets == .next ? 1 : 0)])
    let documents = separatesDocuments ? [whole] : []
    switch targets {
    case .next: return [whole] + documents
    case .marked: return [whole, whole, whole, TensorType(.int32, [batchSize])] + documents
    }
  }

  /// The summed loss of a batch and the number of targets that count.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - batch: The arrays in order.
  ///   - parameters: The model's parameters.
  ///   - isDifferentiated: Whether a gradient of the sum will be asked for.
  /// - Returns: Two scalars: nats, and a number of targets.
  func totalLoss(
    of model: Llama,
    batch: [Tensor],
    parameters: LlamaParameters,
    isDifferentiated: Bool = true
  ) -> (total: Tensor, count: Tensor) {
    let documents = separatesDocuments ? batch.last : nil
    switch targets {
    case .next:
      return model.totalLoss(
        sequences: batch[0],
        segments: documents,
        parameters: parameters,
        isDifferentiated: isDifferentiated
      )
    case .marked:
      return model.totalLoss(
        tokens: batch[0],
        targets: batch[1],
        weights: batch[2],
        visibility: Visibility(segments: documents, prefixLengths: batch[3]),
        parameters: parameters,
        isDifferentiated: isDifferentiated
      )
    }
  }

  /// What a sum over a batch is divided by for the mean over the targets that count.
  func divisor(_ count: Tensor) -> Tensor {
    // Documents may begin at all targets, as where a prefix leaves a row with one: nothing counts, no loss.
    targets == .next && !separatesDocuments ? count : count.maximum(Tensor(1, count.elementType))
  }
}
