/// A rule by which losses say that a growth is due before its planned step.
///
/// A rule is a pure function of the latest losses of the present stage, so whoever applies it to the same
/// losses grows at the same step.
///
/// Source: growing when training levels off is Shen et al. 2022, arXiv 2203.06211, and Dong et al. 2020,
/// "Towards Adaptive Residual Network Training"; these two rules are simple forms of it.
public struct GrowthTrigger: Hashable, Sendable {
  /// What of the losses is looked at.
  public enum Criterion: Hashable, Sendable {
    /// The mean over a window has fallen by less than the threshold's share of the mean over the window
    /// before.
    case plateau
    /// The line of least squares through a window's losses falls, within the compute of a window of steps
    /// of the final model, by less than the threshold's share of the window's mean.
    case slope
  }

  /// What is looked at.
  public let criterion: Criterion
  /// The steps of a window, at least two.
  public let window: Int
  /// The fall of the loss below which growth is due, as a share of the loss.
  public let threshold: Double
  /// The steps that a stage has at least.
  public let minimumSteps: Int

  /// Creates a rule.
  ///
  /// - Parameters:
  ///   - criterion: What is looked at.
  ///   - window: The steps of a window, at least two; fewer are a programming error.
  ///   - threshold: The fall of the loss below which growth is due, as a share of the loss.
  ///   - minimumSteps: The steps that a stage has at least.
  public init(_ criterion: Criterion, window: Int, threshold: Double, minimumSteps: Int = 1) {
    precondition(window > 1, "a window of \(window) steps")
    self.criterion = criterion
    self.window = window
    self.threshold = threshold
    self.minimumSteps = minimumSteps
  }

  /// The latest steps before a growth whose losses no rule looks at.
  ///
  /// A device works while the host looks: when a step is about to be taken, the two before it may not have
  /// finished.
  public static let delay = 2

  /// How many losses the rule looks at.
  public var lossCount: Int {
    switch criterion {
    case .plateau: 2 * window
    case .slope: window
    }
  }

  /// Whether a growth is due.
  ///
  /// - Parameters:
  ///   - losses: ``lossCount`` losses of steps one after the other, the latest last; another number is a
  ///     programming error.
  ///   - relativeStepCost: The compute of a step in the present stage, relative to the final model's;
  ///     ``Criterion/plateau`` does not look at it.
  /// - Returns: True where the losses fall by less than the threshold, or rise.
  public func isDue(_ losses: some Collection<Double>, relativeStepCost: Double) -> Bool {
    precondition(losses.count == lossCount, "\(losses.count) losses instead of \(lossCount)")
    let losses = Array(losses)
    switch criterion {
    case .plateau:
      let (before, latest) = (mean(losses[..<window]), mean(losses[window...]))
      return before - latest < threshold * before
    case .slope:
      let fall = -slope(losses) * Double(window) / relativeStepCost
      return fall < threshold * mean(losses[...])
    }
  }

  private func mean(_ values: ArraySlice<Double>) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// The slope a step of the line of least squares.
  private func slope(_ values: [Double]) -> Double {
    let centre = Double(values.count - 1) / 2
    var (product, square) = (0.0, 0.0)
    for (index, value) in values.enumerated() {
      let distance = Double(index) - centre
      product += distance * value
      square += distance * distance
    }
    return product / square
  }
}

extension GrowthTrigger: CustomStringConvertible {
  /// When growth is due, in a few words.
  public var description: String {
    let share = "\((threshold * 1e6).rounded() / 1e4) %"
    return switch criterion {
    case .plateau:
      "the loss over \(window) steps is less than \(share) below that over the \(window) before"
    case .slope:
      "the loss falls by less than \(share) in the compute of \(window) steps of the final model"
    }
  }
}
