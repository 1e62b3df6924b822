import Arrays
import Corpus
import LanguageModels
import PJRT
import Tensors

/// Measures a model on a fixed set of held-out sequences.
struct Validation {
  private let batches: BatchMaker
  private let indices: [Int]
  private let batchSize: Int

  /// The validation set of a job; the same sequences each time, corrupted alike.
  ///
  /// - Parameters:
  ///   - job: The job.
  ///   - objective: What is measured; nil for what the model is trained for.
  init(_ job: TrainingJob, objective: Objective? = nil) {
    let batches = job.validationBatches
    self.batches = objective.map(batches.replacingObjective) ?? batches
    indices = job.validationSequences.evenlySpreadIndices(limit: job.recipe.evaluation.sequences)
    batchSize = min(job.recipe.training.batchSize, indices.count)
  }

  /// The mean negative log-likelihood of the targets, in nats a token.
  ///
  /// - Parameters:
  ///   - model: The model at its present depth.
  ///   - parameters: Its parameters.
  ///   - engine: What runs the evaluation.
  /// - Throws: `PJRTError`, `TraceError` or `TokenFileError`.
  /// - Returns: The loss.
  func loss(of model: Llama, parameters: ArraySlice<Buffer>, engine: Engine) throws -> Double {
    var (total, count) = (0.0, 0.0)
    var programs: [Int: Program] = [:]
    for start in stride(from: 0, to: indices.count, by: batchSize) {
      let rows = Array(indices[start..<min(start + batchSize, indices.count)])
      let program = try programs[rows.count] ?? compile(model, rows.count, engine)
      programs[rows.count] = program
      let results = try program(
        parameters + batches.buffers(rows, numbers: rows, client: engine.client)
      )
      total += Double(try results[0].copyToHost().values(as: Float.self)[0])
      count += Double(try results[1].copyToHost().values(as: Float.self)[0])
    }
    return total / count
  }

  private func compile(_ model: Llama, _ batchSize: Int, _ engine: Engine) throws -> Program {
    let step = EvaluationStep(
      model: model,
      batchSize: batchSize,
      separatesDocuments: batches.separatesDocuments,
      targets: batches.layout.targets
    )
    return try engine.compile(step.traced())
  }
}
