/// How the elements are filled that a wider model has more.
public enum WidthOperator: String, Hashable, Sendable, Codable, CaseIterable {
  /// Copies of the old elements in turn; what is read from an element is split among its copies in
  /// equal parts.
  ///
  /// On the residual stream copies are scaled so that RMS norms keep their size. Source: Net2Net (Chen,
  /// Goodfellow and Shlens 2016, arXiv 1511.05641), bert2BERT's function-preserving initialisation
  /// (Chen et al. 2021, arXiv 2110.07143), HyperCloning (Samragh et al. 2024, arXiv 2409.12903).
  case duplicate
  /// As ``duplicate``, but the parts are uneven in heads and feed-forward, so that copies part.
  ///
  /// Source: LEMON (Wang et al. 2023, arXiv 2310.07999).
  case duplicateUneven = "duplicate-uneven"
  /// Fresh elements that nobody reads yet, and on the residual stream ones that nobody writes yet.
  ///
  /// Source: the zero operator of Du et al. 2024, arXiv 2405.15319; Shen et al. 2022, arXiv 2203.06211.
  case pad
  /// As ``duplicate``, but copies of what a matrix writes come from the next layer.
  ///
  /// Source: advanced knowledge initialisation of bert2BERT (Chen et al. 2021, arXiv 2110.07143).
  case nextLayer = "next-layer"

  /// What it does, in one line.
  public var summary: String {
    switch self {
    case .duplicate: "copies elements and splits what is read from them"
    case .duplicateUneven: "as duplicate, in uneven parts for heads and feed-forward"
    case .pad: "adds new elements that nobody reads or writes yet"
    case .nextLayer: "as duplicate, copies taken from the next layer"
    }
  }

  /// Where it comes from.
  public var reference: String {
    switch self {
    case .duplicate: "Net2Net, arXiv 1511.05641; HyperCloning, arXiv 2409.12903"
    case .duplicateUneven: "LEMON, arXiv 2310.07999"
    case .pad: "Shen et al. 2022, arXiv 2203.06211"
    case .nextLayer: "bert2BERT's AKI, arXiv 2110.07143"
    }
  }

  /// Whether the wider model computes the same function.
  public var preservation: FunctionPreservation {
    self == .nextLayer ? .changed : .exact
  }

  /// The map of a dimension that grows.
  ///
  /// - Parameters:
  ///   - dimension: Which dimension.
  ///   - size: How many units there were.
  ///   - target: How many units there shall be, not fewer.
  ///   - unit: How many elements a unit has.
  /// - Returns: Copies or fresh elements behind the old ones.
  public func map(
    of dimension: ModelDimension,
    from size: Int,
    to target: Int,
    unit: Int = 1
  ) -> AxisMap {
    switch self {
    case .pad: .padding(size, to: target, unit: unit)
    case .duplicate, .nextLayer: .duplicating(size, to: target, unit: unit)
    case .duplicateUneven:
      // Copies on the residual stream must be alike, or a norm would weigh them differently.
      .duplicating(size, to: target, unit: unit, split: dimension == .width ? .even : .uneven)
    }
  }
}
