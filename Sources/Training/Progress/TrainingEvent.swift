import Growing
import Runs
import Tensors

/// What a run tells whoever watches it.
public enum TrainingEvent: Sendable {
  /// The program of a stage is being compiled.
  case compiling(layers: Int)
  /// The program of a stage is ready; `origin` says whether it was compiled or found.
  case compiled(layers: Int, seconds: Double, origin: Program.Origin)
  /// Steps have been taken.
  case advanced(step: Int, totalSteps: Int, layers: Int)
  /// A row was added to the metrics.
  case measured(MetricsRecord)
  /// A way to grow is being tried: the number of so many ways, `step` of `lag` steps after growing.
  case trying(strategy: String, number: Int, count: Int, step: Int, lag: Int)
  /// A way to grow was chosen.
  case chose(GrowthChoiceRecord)
  /// The layer map of a growth to so many layers is being learnt: `step` of `count` steps are done.
  case learningMap(layers: Int, step: Int, count: Int)
  /// A layer map was learnt.
  case learnedMap(LearnedMapRecord)
  /// The model has grown.
  case grew(from: Int, to: Int, step: Int, growth: GrowthStep)
  /// The losses bring the next growth forward from its planned step.
  case levelledOff(step: Int, plannedStep: Int)
  /// A checkpoint was written.
  case saved(step: Int, path: String)
}
