import Arrays
import Tensors

// B batch, T queries, S keys.

/// What each token of a batch sees in attention.
///
/// A token sees itself and what comes before it. Of a row with a prefix all tokens see the whole prefix; with
/// a prefix as long as the row everything sees everything. Where documents are kept apart, all of this
/// holds within a document.
public struct Visibility: Sendable {
  /// Which document each token belongs to, `[B, T]`, `int32`; nil lets attention run over the row.
  public var segments: Tensor?
  /// How many of a row's first tokens are seen by all of it, `[B]`, `int32`; nil for none.
  public var prefixLengths: Tensor?

  /// Describes what is seen; without anything, attention is causal.
  public init(segments: Tensor? = nil, prefixLengths: Tensor? = nil) {
    self.segments = segments
    self.prefixLengths = prefixLengths
  }

  /// Which keys each query sees: `[T, S]`, or `[B, 1, 1, T, S]` when it differs from row to row.
  func mask(length: Int) -> Tensor {
    let square = TensorType(.int32, [length, length])
    let keyPositions = Tensor.indices(square, alongAxis: 1)
    var isVisible = Tensor.indices(square, alongAxis: 0) .>= keyPositions
    if let prefixLengths {
      let lengths = prefixLengths.reshaped(to: [prefixLengths.shape[0], 1, 1, 1, 1])
      isVisible = isVisible .| (keyPositions .< lengths)
    }
    guard let segments else { return isVisible }
    let batch = segments.shape[0]
    let queries = segments.reshaped(to: [batch, 1, 1, length, 1])
    let keys = segments.reshaped(to: [batch, 1, 1, 1, length])
    return (queries .== keys) .& isVisible
  }
}
