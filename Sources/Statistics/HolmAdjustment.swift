/// Probabilities of several tests, adjusted so that any of them being small by chance is as rare as one alone.
package enum HolmAdjustment {
  /// Adjusts probabilities by Holm's step-down rule.
  ///
  /// The smallest is multiplied by their number, the next one by one less, and so on; none is less than one before it.
  /// Source: Holm 1979, "A simple sequentially rejective multiple test procedure".
  ///
  /// - Parameter probabilities: One a test, in any order.
  /// - Returns: The adjusted ones in the same order, at most 1.
  package static func adjusted(_ probabilities: [Double]) -> [Double] {
    var adjusted = probabilities
    var greatest = 0.0
    let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
    for (place, index) in order.enumerated() {
      let factor = Double(probabilities.count - place)
      greatest = max(greatest, min(1, factor * probabilities[index]))
      adjusted[index] = greatest
    }
    return adjusted
  }
}
