/// A small exercise of one skill, made from a seed.
///
/// Source: Saunshi et al. 2024, "On the Inductive Bias of Stacking Towards Improving Reasoning", section 5, for what the
/// families are; the wordings are this project's.
protocol ReasoningPrimitive: Sendable {
  /// What it asks for, in one line.
  var summary: String { get }
  /// The share of right answers of somebody who guesses among the candidates.
  var chance: Double { get }
  /// A new exercise, whose demand is a choice.
  func item(_ draws: inout Draws) -> TaskItem
}

/// The exercises of a primitive as a task without an end.
struct PrimitiveItems: ItemSource {
  let name: String
  let primitive: any ReasoningPrimitive

  func items(
    count: Int?,
    exampleCount: Int,
    seed: UInt64
  ) -> [(item: TaskItem, examples: [TaskItem])] {
    (0..<(count ?? EvaluationTask.defaultCount)).map { index in
      var draws = Draws(seed: seed, task: name, item: UInt64(index))
      let item = primitive.item(&draws)
      return (item, (0..<exampleCount).map { _ in primitive.item(&draws) })
    }
  }
}
