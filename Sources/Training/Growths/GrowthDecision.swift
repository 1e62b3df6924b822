import Growing
import Runs

/// The growth to carry out, and what was run to decide on it.
struct GrowthDecision {
  /// The growth.
  var growth: GrowthStep
  /// How it was chosen; nil where there was nothing to choose.
  var choice: GrowthChoiceRecord?
  /// The layer maps that were learnt, those of trials included; their FLOPs are not among the choice's.
  var maps: [LearnedMapRecord] = []

  /// Whether the growth is another than the plan's.
  var changesPlan: Bool { choice != nil || !maps.isEmpty }

  /// The FLOPs that deciding took.
  var flops: Double { maps.reduce(choice?.flops ?? 0) { $0 + $1.flops } }
}

extension TrainingPosition {
  /// Takes down how a growth was decided on, and charges it.
  mutating func note(_ decision: GrowthDecision) {
    growthOperations = (growthOperations ?? 0) + decision.flops
    if let choice = decision.choice { choices = (choices ?? []) + [choice] }
    if !decision.maps.isEmpty { learnedMaps = (learnedMaps ?? []) + decision.maps }
  }
}
