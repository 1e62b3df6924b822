/// A checkpoint of a run with its loss and with what came of each item that it was asked.
package struct IsoplotPoint: Hashable, Sendable, Codable {
  /// How the run was trained.
  package let method: String
  /// The seed of the run.
  ///
  /// Runs of one seed began alike and saw their text in one order; they are compared in pairs.
  package let seed: UInt64
  /// The steps that it had been trained for.
  package let step: Int
  /// Its loss: nats a token, or bits per byte.
  package let loss: Double
  /// The scores by task, one an item: 1 and 0 for right and wrong, or a margin.
  ///
  /// Items have one order everywhere.
  package let scores: [String: [Double]]

  /// Describes a checkpoint.
  package init(
    method: String,
    seed: UInt64,
    step: Int,
    loss: Double,
    scores: [String: [Double]]
  ) {
    self.method = method
    self.seed = seed
    self.step = step
    self.loss = loss
    self.scores = scores
  }
}
