import Runs

/// Where a run stands: all that is needed to go on beside the tensors.
public struct TrainingPosition: Hashable, Sendable, Codable {
  /// The optimizer steps taken.
  public var step: Int
  /// The stage of the plan that the model is in.
  ///
  /// At the end of a stage it is still that one, since growing comes first thing after. Nil in checkpoints of
  /// versions that did not write it down.
  public var stage: Int?
  /// Seconds of training so far, without compilation, evaluation and checkpoints.
  public var trainingSeconds: Double
  /// Seconds of compilation so far.
  public var compileSeconds: Double
  /// The FLOPs of all steps so far by the compiler's own count; nil where the plugin gives none.
  public var compiledOperations: Double?
  /// The FLOPs, by formula, of what was run to decide on growths and is no training step of the plan; nil
  /// where there was nothing to decide.
  public var growthOperations: Double?
  /// How growths were chosen so far; nil where they were fixed.
  public var choices: [GrowthChoiceRecord]?
  /// The layer maps that were learnt so far; nil where none is.
  public var learnedMaps: [LearnedMapRecord]?
  /// The latest losses of the present stage; nil where growths do not go by them.
  var recentLosses: RecentLosses?
  /// The loss of the last step that was read, in nats a token.
  public var lastLoss: Double?
  /// The last validation loss, in nats a token.
  public var lastValidationLoss: Double?

  /// The start of a run.
  public init() {
    step = 0
    stage = 0
    trainingSeconds = 0
    compileSeconds = 0
  }

  /// Counts a step that was taken.
  ///
  /// - Parameter operations: Its FLOPs by the compiler's own count, where the plugin gives one.
  mutating func countStep(operations: Double?) {
    step += 1
    if let operations {
      compiledOperations = (compiledOperations ?? 0) + operations
    }
  }
}
