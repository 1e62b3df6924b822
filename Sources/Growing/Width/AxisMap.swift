/// Where each element of one of a model's dimensions comes from.
///
/// Copies of one element share what is read from it: their ``shares`` add up to 1, so a sum over the
/// copies is what the one element gave.
public struct AxisMap: Hashable, Sendable {
  /// How the copies of an element share what is read from them.
  public enum Split: String, Hashable, Sendable, Codable, CaseIterable {
    /// In equal parts. The copies get equal gradients, so only noise or different readers part them.
    case even
    /// In parts 1 to 2 to 3 and so on, so that the copies learn differently from the first step on.
    case uneven
  }

  /// How many elements there were.
  public let sourceSize: Int
  /// For each new element, the old one it is a copy of, or nil for one that starts fresh.
  public let sources: [Int?]
  /// For each new element, its share of what is read from the old one; 0 for a fresh one.
  public let shares: [Double]

  private init(sourceSize: Int, sources: [Int?], split: Split) {
    var counts = [Int](repeating: 0, count: sourceSize)
    let ranks = sources.map { source -> Int in
      guard let source else { return 0 }
      counts[source] += 1
      return counts[source]
    }
    self.sourceSize = sourceSize
    self.sources = sources
    shares = zip(sources, ranks).map { source, rank in
      guard let source else { return 0 }
      let count = Double(counts[source])
      return split == .even ? 1 / count : 2 * Double(rank) / (count * (count + 1))
    }
  }

  /// The map that appends copies of the elements in turn.
  ///
  /// - Parameters:
  ///   - sourceSize: How many units there were, at least one.
  ///   - size: How many units there shall be, not fewer.
  ///   - unit: How many elements a unit has, such as the elements of a head.
  ///   - split: How copies share what is read from them.
  /// - Returns: A map of `sourceSize * unit` to `size * unit` elements.
  public static func duplicating(
    _ sourceSize: Int,
    to size: Int,
    unit: Int = 1,
    split: Split = .even
  ) -> AxisMap {
    precondition(sourceSize > 0 && size >= sourceSize && unit > 0, "\(sourceSize) to \(size) units")
    let sources = (0..<size * unit).map { Optional($0 % (sourceSize * unit)) }
    return AxisMap(sourceSize: sourceSize * unit, sources: sources, split: split)
  }

  /// The map that appends fresh elements.
  ///
  /// - Parameters:
  ///   - sourceSize: How many units there were.
  ///   - size: How many units there shall be, not fewer.
  ///   - unit: How many elements a unit has.
  /// - Returns: A map of `sourceSize * unit` to `size * unit` elements.
  public static func padding(_ sourceSize: Int, to size: Int, unit: Int = 1) -> AxisMap {
    precondition(size >= sourceSize && unit > 0, "\(sourceSize) to \(size) units")
    let sources = (0..<size * unit).map { $0 < sourceSize * unit ? Optional($0) : nil }
    return AxisMap(sourceSize: sourceSize * unit, sources: sources, split: .even)
  }

  /// How many elements there are.
  public var size: Int { sources.count }

  /// For each new element, whether it is fresh, or a second or later copy.
  public var newElements: [Bool] {
    var seen = [Bool](repeating: false, count: sourceSize)
    return sources.map { source in
      guard let source else { return true }
      defer { seen[source] = true }
      return seen[source]
    }
  }

  /// For each new element, what a copy on the residual stream is multiplied by so that the mean square
  /// over all elements stays: `sqrt(D' / (D c))` for one of `c` copies, from `D` to `D'` elements.
  ///
  /// An RMS norm then divides by the same number as before.
  var normScales: [Double] {
    let growth = Double(size) / Double(sourceSize)
    // An even share is 1 / c.
    return shares.map { (growth * $0).squareRoot() }
  }
}
