import Runs

/// Writes down what a run measures, and the rates since the row before.
struct RunJournal: ~Copyable {
  private var metrics: MetricsWriter?
  /// Operations a second of the device at its best.
  private let peak: Double
  private var lastSeconds: Double
  private var lastStep: Int

  /// Goes on with a run's measurements.
  ///
  /// - Parameters:
  ///   - metrics: Takes the rows; nil where another process writes them.
  ///   - position: Where the run stands.
  ///   - peak: The operations a second that a row's share of the peak is stated against.
  init(_ metrics: consuming MetricsWriter?, from position: TrainingPosition, peak: Double) {
    self.metrics = metrics
    self.peak = peak
    lastSeconds = position.trainingSeconds
    lastStep = position.step
  }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - last: The loss and the gradient's norm of the last step.
  ///   - position: Where the run stands.
  ///   - job: What is trained.
  ///   - evaluation: The held-out losses, where the model was measured just now.
  /// - Returns: The row.
  /// - Throws: What writing throws.
  mutating func record(
    _ last: (loss: Double, gradientNorm: Double),
    at position: TrainingPosition,
    of job: TrainingJob,
    evaluation: Evaluation?
  ) throws -> MetricsRecord {
    let step = position.step
    let stage = job.stage(at: position)
    let operations = job.operations(throughStep: step)
    let seconds = max(position.trainingSeconds - lastSeconds, 1e-9)
    let rate = (operations - job.operations(throughStep: lastStep)) / seconds
    let row = MetricsRecord(
      step: step,
      stage: stage.index,
      layers: stage.depth,
      tokens: step * job.tokensPerStep,
      flops: operations,
      compiledFlops: position.compiledOperations,
      growthFlops: position.growthOperations,
      optimizerFlops: job.optimizerOperations(throughStep: step),
      seconds: position.trainingSeconds,
      loss: last.loss,
      validationLoss: evaluation?.loss,
      causalValidationLoss: evaluation?.causalLoss,
      learningRate: job.schedule.rate(atStep: step - 1),
      gradientNorm: last.gradientNorm,
      tokensPerSecond: Double((step - lastStep) * job.tokensPerStep) / seconds,
      shareOfPeak: min(rate / peak, 1),
      samples: evaluation?.samples
    )
    try metrics?.append(row)
    (lastSeconds, lastStep) = (position.trainingSeconds, step)
    return row
  }

  /// Makes sure that all rows are on the disk.
  mutating func synchronize() throws { try metrics?.synchronize() }
}

/// The held-out losses of a model, in nats a target, and what it writes.
struct Evaluation {
  /// By the objective that the model is trained for.
  let loss: Double
  /// Of each next token, where that is one of several objectives.
  let causalLoss: Double?
  /// The texts that it writes; nil where the recipe asks for none.
  let samples: [SampleRecord]?
}
