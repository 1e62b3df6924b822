/// A run that was made longer than its recipe had said.
public struct ExtensionRecord: Codable, Hashable, Sendable {
  /// The steps after which it went on; what it had done beyond them was given up.
  public var afterStep: Int
  /// The steps that the run was to take before.
  public var formerSteps: Int
  /// The steps that it was to take from then on.
  public var steps: Int

  /// States an extension.
  public init(afterStep: Int, formerSteps: Int, steps: Int) {
    self.afterStep = afterStep
    self.formerSteps = formerSteps
    self.steps = steps
  }
}
