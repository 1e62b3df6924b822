// Foundation is used for `pow` only.
import Foundation

/// What a recipe has to know of growth methods to be checked: their names, depths and stages.
enum GrowthRules {
  /// The names of the growth methods.
  static let methods = ["none", "midas", "gradstack", "stack", "random"]

  /// The depth of each stage.
  ///
  /// - Parameters:
  ///   - method: One of ``methods``.
  ///   - layers: The full depth, at least 1.
  ///   - blockSize: The layers of a block, at least 1.
  /// - Returns: The depths, or nil when the method cannot reach the full one with that block size.
  static func depths(method: String, layers: Int, blockSize: Int) -> [Int]? {
    switch method {
    case "none":
      return [layers]
    case "stack":
      var depths = [blockSize]
      while let depth = depths.last, depth < layers { depths.append(2 * depth) }
      return depths.last == layers ? depths : nil
    default:
      guard layers.isMultiple(of: blockSize) else { return nil }
      return Array(stride(from: blockSize, through: layers, by: blockSize))
    }
  }

  /// The steps of each stage under the proportional rule; the last stage takes the remainder.
  ///
  /// Source: Saunshi et al. 2024 (MIDAS), Prop-alpha: stage i gets a share i^alpha / Σ j^alpha.
  static func stepCounts(stages: Int, steps: Int, alpha: Double) -> [Int] {
    // Dividing by k first keeps every power at most 1.
    let weights = (1...stages).map { pow(Double($0) / Double(stages), alpha) }
    let sum = weights.reduce(0, +)
    var counts = weights.map { Int((Double(steps) * $0 / sum).rounded()) }
    counts[stages - 1] = steps - counts[..<(stages - 1)].reduce(0, +)
    return counts
  }
}
