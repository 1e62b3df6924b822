import Arrays
import Corpus
import LanguageModels
import PJRT
import Tensors

/// Measures a model on a fixed set of held-out sequences.
struct Validation {
  private let sequences: TokenSequences
  private let indices: [Int]
  private let batchSize: Int
  private let separatesDocuments: Bool

  /// The validation set of a job; the same sequences each time.
  init(_ job: TrainingJob) {
    sequences = job.validationSequences
    indices = sequences.evenlySpreadIndices(limit: job.recipe.evaluation.sequences)
    batchSize = min(job.recipe.training.batchSize, indices.count)
    separatesDocuments = job.recipe.corpus.separateDocuments
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
        parameters
          + sequences.buffers(rows, separatesDocuments: separatesDocuments, client: engine.client)
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
      separatesDocuments: separatesDocuments
    )
    return try engine.compile(step.traced())
  }
}

extension TokenSequences {
  /// Uploads sequences, and their segments when documents are kept apart.
  func buffers(
    _ rows: [Int],
    separatesDocuments: Bool,
    client: Client
  ) throws -> [Buffer] {
    let shape = Shape([rows.count, rowLength])
    let tokens = try client.buffer(from: HostArray(tokens(rows), shape: shape))
    guard separatesDocuments else { return [tokens] }
    return [tokens, try client.buffer(from: HostArray(segments(rows), shape: shape))]
  }
}
