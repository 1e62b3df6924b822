import Arrays
import Tensors

// B batch, T queries, S keys.

/// What each token of a batch sees in attention.
///
/// A token sees itself and what comes before it. Of a row with a prefix all tokens see the whole prefix; with
/// a prefix as long as the row everything sees everything. Where documents are kept apart, all of this
/// holds within a document. With a window a token sees the nearest tokens only, and the prefix.
public struct Visibility: Sendable {
  /// Which document each token belongs to, `[B, T]`, `int32`; nil lets attention run over the row.
  public var segments: Tensor?
  /// How many of a row's first tokens are seen by all of it, `[B]`, `int32`; nil for none.
  public var prefixLengths: Tensor?
  /// How many tokens up to itself a token sees; nil for all of them.
  var window: Int?

  /// Describes what is seen; without anything, attention is causal.
  public init(segments: Tensor? = nil, prefixLengths: Tensor? = nil) {
    self.segments = segments
    self.prefixLengths = prefixLengths
  }

  /// The same within a model's window, if it is shorter than the text.
  func within(_ configuration: LlamaConfiguration, length: Int) -> Visibility {
    guard let window = configuration.slidingWindow, window < length else { return self }
    var copy = self
    copy.window = window
    return copy
  }

  /// Whether each token sees all tokens before it in its row and itself, and nothing else.
  var isCausal: Bool { segments == nil && prefixLengths == nil && window == nil }

  /// Whether each place lies in the window that ends with a position.
  static func isNear(_ places: Tensor, _ positions: Tensor, window: Int) -> Tensor {
    places .> positions - Tensor(Double(window), .int32)
  }

  /// Which keys each query sees: `[T, S]`, or `[B, 1, 1, T, S]` when it differs from row to row.
  func mask(length: Int) -> Tensor {
    let square = TensorType(.int32, [length, length])
    let keyPositions = Tensor.indices(square, alongAxis: 1)
    let positions = Tensor.indices(square, alongAxis: 0)
    var isVisible = positions .>= keyPositions
    if let window {
      isVisible = isVisible .& Self.isNear(keyPositions, positions, window: window)
    }
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
