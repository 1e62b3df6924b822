import Foundation  // log10, pow

extension GrowthSchedule {
  /// One jump where the fitted formula of G_stack puts it.
  ///
  /// With `N` parameters and `C` training FLOPs, taken as `6 N` times the tokens, the small model trains
  /// on `d` tokens, `log10 d = 0.88 log10 N + 163.27 / log10 C - 5.74`.
  ///
  /// Source: Du et al. 2024, "Stacking Your Transformers", arXiv 2405.15319, the fit of its section on
  /// growth timing. It was fitted to models from 70 million to 3 billion parameters; below, it asks for
  /// more tokens than a run has.
  ///
  /// - Parameters:
  ///   - parameters: `N`, of the grown model without its embedding.
  ///   - tokens: The tokens of the whole run.
  /// - Returns: A jump at `d` over the tokens.
  /// - Throws: ``GrowthError/outsideGStackFit(fraction:)`` where that is no fraction of the run.
  public static func gStack(
    parameters: Double,
    tokens: Double
  ) throws(GrowthError) -> GrowthSchedule {
    let operations = 6 * parameters * tokens
    let growthTokens = pow(10, 0.88 * log10(parameters) + 163.27 / log10(operations) - 5.74)
    let fraction = growthTokens / tokens
    guard fraction > 0, fraction < 1 else { throw .outsideGStackFit(fraction: fraction) }
    return .jump(fraction: fraction)
  }
}
