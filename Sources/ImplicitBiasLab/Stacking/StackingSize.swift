/// How large the experiment with stacked residual layers is.
package struct StackingSize: Hashable, Sendable {
  /// D, the width.
  package var dimension = 10
  /// How far the target is from the identity.
  package var distance = 0.3
  /// The condition numbers of the inputs' covariance.
  package var conditions = [10.0, 30, 100, 300, 1000]
  /// The loss that is to be reached, over that of no layers.
  package var target = 1e-6
  /// The most layers.
  package var layerLimit = 40_000
  /// How many of the seeds are used.
  package var seedCount = 5

  package init() {}

  func validate() throws(BiasError) {
    try BiasError.requireCounts("dimension", [dimension], from: 2)
    guard let least = conditions.min(), least > 1, conditions.allSatisfy(\.isFinite) else {
      throw .sizeOutOfRange(
        name: "conditions",
        found: conditions.min().map { "\($0)" } ?? "none",
        rule: "numbers above 1"
      )
    }
    guard target > 0, target < 1 else {
      throw .sizeOutOfRange(name: "target", found: "\(target)", rule: "a share above 0 and below 1")
    }
  }
}
