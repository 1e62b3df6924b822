/// What the outputs of a tied layer are multiplied by before they are added to the residual stream.
///
/// Without a scale a layer that runs N times moves the stream N times as far as one that runs once.
///
/// Source: arXiv 2606.18524, after which 1/N lets the learning rate stay when the number of runs changes.
public enum TiedScale: String, Hashable, Sendable, Codable, CaseIterable {
  /// By one.
  case none
  /// By 1/N for a layer that runs N times.
  case inverse
  /// By 1/sqrt(N) for a layer that runs N times.
  case inverseRoot = "inverse-root"

  /// The scale of each stored layer.
  ///
  /// - Parameters:
  ///   - order: Which stored layer each layer runs; nil for each once.
  ///   - storedLayers: How many layers are stored.
  /// - Returns: A number a stored layer, or nil where all are one.
  public func scales(_ order: [Int]?, storedLayers: Int) -> [Double]? {
    guard self != .none, let order else { return nil }
    var runs = [Int](repeating: 0, count: storedLayers)
    for layer in order { runs[layer] += 1 }
    return runs.map { self == .inverse ? 1 / Double($0) : 1 / Double($0).squareRoot() }
  }
}
