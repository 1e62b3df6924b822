/// How far a run came and what it took.
public struct OutcomeRecord: Codable, Hashable, Sendable {
  /// The state of a run.
  public enum Status: String, Codable, CaseIterable, Sendable {
    /// The run has begun and not said goodbye; it may have been killed.
    case running
    /// All steps are done.
    case completed
    /// The run was stopped in good order and can be resumed.
    case interrupted
    /// The run ended with an error.
    case failed
  }

  /// The state of the run.
  public var status: Status
  /// The error's sentence if the run failed, or another remark on how it ended.
  public var message: String?
  /// The optimiser steps that were taken.
  public var finalStep: Int
  /// The training loss of the last logged step, in nats a token.
  public var finalLoss: Double?
  /// The last validation loss, in nats a token.
  public var finalValidationLoss: Double?
  /// Seconds of training: steps and their input, without compilation, evaluation and checkpoints.
  public var trainingSeconds: Double
  /// Seconds of compiling programs.
  public var compileSeconds: Double
  /// Training FLOPs by the formula, of all steps together.
  public var flops: Double
  /// The tokens that were trained on.
  public var tokens: Int
  /// `tokens` divided by `trainingSeconds`, or 0 before the first step.
  public var tokensPerSecond: Double

  /// States an outcome; without arguments that of a run that has just begun.
  public init(
    status: Status = .running,
    message: String? = nil,
    finalStep: Int = 0,
    finalLoss: Double? = nil,
    finalValidationLoss: Double? = nil,
    trainingSeconds: Double = 0,
    compileSeconds: Double = 0,
    flops: Double = 0,
    tokens: Int = 0,
    tokensPerSecond: Double = 0
  ) {
    self.status = status
    self.message = message
    self.finalStep = finalStep
    self.finalLoss = finalLoss
    self.finalValidationLoss = finalValidationLoss
    self.trainingSeconds = trainingSeconds
    self.compileSeconds = compileSeconds
    self.flops = flops
    self.tokens = tokens
    self.tokensPerSecond = tokensPerSecond
  }
}
