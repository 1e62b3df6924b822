/// What came out of one run, in numbers.
package struct RunResult: Codable, Hashable, Sendable {
  /// The run's name, with its folder where others have the same.
  package var name: String
  /// The run folder's path.
  package var folder: String
  /// The growth method.
  package var method: String
  /// The seed.
  package var seed: UInt64
  /// How the run ended: `running`, `completed`, `interrupted` or `failed`.
  package var status: String
  /// The number of parameters at full depth.
  package var parameterCount: Int
  /// The optimiser steps taken.
  package var steps: Int
  /// The optimiser steps planned.
  package var plannedSteps: Int
  /// The tokens trained on.
  package var tokens: Int
  /// The training FLOPs, by the formula.
  package var flops: Double
  /// The training FLOPs by the compiler's cost analysis, where it was given.
  package var compiledFlops: Double?
  /// The FLOPs, by the formula, that deciding how to grow took besides; absent where nothing was decided.
  package var growthFlops: Double?
  /// The FLOPs, by the formula, of an optimizer that multiplies matrices; absent for one that does not.
  package var optimizerFlops: Double?
  /// Seconds of training, without compilation, evaluation and checkpoints.
  package var trainingSeconds: Double
  /// Seconds of compiling programs.
  package var compileSeconds: Double
  /// Tokens a second over the whole training.
  package var tokensPerSecond: Double?
  /// The mean of the last `smoothingRecords` training losses, in nats a token.
  package var finalTrainingLoss: Double?
  /// The number of records that `finalTrainingLoss` is the mean of, at most.
  package var smoothingRecords: Int
  /// The last validation loss, in nats a token.
  package var finalValidationLoss: Double?
  /// The last loss of each next token of the validation set in bits a byte of its text, which compares between
  /// tokenizers; absent where it is not known, and for models that predict something else.
  package var finalBitsPerByte: Double?
  /// The comparison with the baseline; absent for the baseline itself.
  package var relative: RelativeResult?
}

extension RunResult {
  /// All FLOPs by the formula: training, deciding how to grow, and the optimizer's own.
  var chargedFlops: Double { flops + (growthFlops ?? 0) + (optimizerFlops ?? 0) }
}

/// One run beside the baseline.
package struct RelativeResult: Codable, Hashable, Sendable {
  /// The baseline's FLOPs divided by the run's, those for deciding how to grow included: 1.25 means the
  /// baseline cost 1.25 times as much.
  package var flopRatio: Double?
  /// The factor the formula gives for a run at full depth over the same steps.
  package var expectedSpeedUp: Double?
  /// The baseline's training seconds divided by the run's.
  package var wallTimeSpeedUp: Double?
  /// The same with the seconds of compilation on both sides.
  package var wallTimeSpeedUpWithCompilation: Double?
  /// The run's final training loss less the baseline's.
  package var trainingLossDifference: Double?
  /// The run's final validation loss less the baseline's.
  package var validationLossDifference: Double?
  /// Both losses where both runs had spent the same training FLOPs.
  package var atEqualFlops: EqualBudget?
  /// Both losses where both runs had trained for the same time.
  package var atEqualSeconds: EqualBudget?
}

/// The losses of a run and of the baseline after the same expense.
///
/// The expense is the largest that both runs reached. Where a run was not measured at that very moment,
/// its loss is taken from the straight line between the measurements before and after.
package struct EqualBudget: Codable, Hashable, Sendable {
  /// The expense, in FLOPs or in seconds.
  package var budget: Double
  /// The run's validation loss.
  package var validationLoss: Double?
  /// The baseline's validation loss.
  package var baselineValidationLoss: Double?
  /// The run's smoothed training loss.
  package var trainingLoss: Double?
  /// The baseline's smoothed training loss.
  package var baselineTrainingLoss: Double?

  /// The run's validation loss less the baseline's.
  package var validationLossDifference: Double?

  /// The run's smoothed training loss less the baseline's.
  package var trainingLossDifference: Double?
}

/// The first number less the second, where both are known.
func difference(_ first: Double?, _ second: Double?) -> Double? {
  guard let first, let second else { return nil }
  return first - second
}

/// The first number divided by the second, where both are known and positive.
func ratio(_ first: Double?, _ second: Double?) -> Double? {
  guard let first, let second, first > 0, second > 0 else { return nil }
  let ratio = first / second
  return ratio.isFinite ? ratio : nil
}
