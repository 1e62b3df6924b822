/// One measurement of a run: a line of `metrics.jsonl`.
///
/// Counts are those of the whole run up to and including the step, also after a resume. A field without a
/// value is left out of the line.
public struct MetricsRecord: Codable, Hashable, Sendable {
  /// The optimiser steps that were taken when this was measured; 0 before the first.
  public var step: Int
  /// The stage of the plan that the last step belongs to, counted from 0.
  public var stage: Int
  /// The number of layers of that stage.
  public var layers: Int
  /// The tokens that were trained on so far.
  public var tokens: Int
  /// The training FLOPs so far, by the formula.
  public var flops: Double
  /// The training FLOPs so far by the compiler's cost analysis, where it gives one.
  public var compiledFlops: Double?
  /// The FLOPs so far, by the formula, that were spent on deciding how to grow; they are not in ``flops``.
  public var growthFlops: Double?
  /// The FLOPs so far, by the formula, of optimizers that multiply matrices; they are not in ``flops``.
  public var optimizerFlops: Double?
  /// The seconds of training so far: steps and their input, without compilation, evaluation and checkpoints.
  public var seconds: Double
  /// The training loss of the last step, in nats a token.
  public var loss: Double?
  /// The loss on the validation set, in nats a token, in those records in which it was measured.
  public var validationLoss: Double?
  /// The loss of predicting each next token of the validation set, where the run's objective is a mixture
  /// that holds this one too, in those records in which ``validationLoss`` was measured.
  public var causalValidationLoss: Double?
  /// The learning rate of the last step.
  public var learningRate: Double
  /// The global norm of the last step's gradient, before clipping.
  public var gradientNorm: Double?
  /// The tokens trained on in a second, since the record before.
  public var tokensPerSecond: Double
  /// The FLOPs in a second since the record before, as a share of the machine's peak in `0...1`, if known.
  public var shareOfPeak: Double?
  /// What the model wrote, in those records in which ``validationLoss`` was measured, where the recipe asks for it.
  public var samples: [SampleRecord]?

  /// States a measurement.
  public init(
    step: Int,
    stage: Int,
    layers: Int,
    tokens: Int,
    flops: Double,
    compiledFlops: Double? = nil,
    growthFlops: Double? = nil,
    optimizerFlops: Double? = nil,
    seconds: Double,
    loss: Double? = nil,
    validationLoss: Double? = nil,
    causalValidationLoss: Double? = nil,
    learningRate: Double,
    gradientNorm: Double? = nil,
    tokensPerSecond: Double,
    shareOfPeak: Double? = nil,
    samples: [SampleRecord]? = nil
  ) {
    self.step = step
    self.stage = stage
    self.layers = layers
    self.tokens = tokens
    self.flops = flops
    self.compiledFlops = compiledFlops
    self.growthFlops = growthFlops
    self.optimizerFlops = optimizerFlops
    self.seconds = seconds
    self.loss = loss
    self.validationLoss = validationLoss
    self.causalValidationLoss = causalValidationLoss
    self.learningRate = learningRate
    self.gradientNorm = gradientNorm
    self.tokensPerSecond = tokensPerSecond
    self.shareOfPeak = shareOfPeak
    self.samples = samples
  }
}

/// A text that a model wrote while it was trained.
public struct SampleRecord: Codable, Hashable, Sendable {
  /// What it was to go on with.
  public var prompt: String
  /// What it wrote behind it.
  public var text: String

  /// Puts a sample together.
  public init(prompt: String, text: String) {
    self.prompt = prompt
    self.text = text
  }
}

extension MetricsRecord {
  /// All FLOPs so far by the formula: training, deciding how to grow, and the optimizer's own.
  public var chargedFlops: Double { flops + (growthFlops ?? 0) + (optimizerFlops ?? 0) }
}
