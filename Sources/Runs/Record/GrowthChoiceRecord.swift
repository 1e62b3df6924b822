/// How a growth was chosen while training: what each way to grow came to after some steps.
public struct GrowthChoiceRecord: Codable, Hashable, Sendable {
  /// One way to grow that was tried.
  public struct Trial: Codable, Hashable, Sendable {
    /// Its name, such as `midas` or `copy-at:2`.
    public var strategy: String
    /// The loss on the validation set when it was judged, in nats a token.
    public var validationLoss: Double

    /// States a trial.
    public init(strategy: String, validationLoss: Double) {
      self.strategy = strategy
      self.validationLoss = validationLoss
    }
  }

  /// The optimiser steps that were taken before the growth.
  public var afterStep: Int
  /// The steps after growing at which the trials were judged.
  public var lag: Int
  /// The strategy with the lowest loss.
  public var chosen: String
  /// All that were tried, in the order of the pool; empty where there was only one way.
  public var trials: [Trial]
  /// The FLOPs of all trials together, by the formula.
  public var flops: Double

  /// States a choice.
  public init(afterStep: Int, lag: Int, chosen: String, trials: [Trial], flops: Double) {
    self.afterStep = afterStep
    self.lag = lag
    self.chosen = chosen
    self.trials = trials
    self.flops = flops
  }
}
