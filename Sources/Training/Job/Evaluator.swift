import Arrays
import Corpus
import Kernels
import LanguageModels
import PJRT
import Tensors

/// Measures models on a fixed set of held-out sequences.
///
/// Programs are kept by model and rows, so that measuring a model again traces and compiles nothing.
final class Evaluator {
  private struct ProgramKey: Hashable {
    let configuration: LlamaConfiguration
    let rows: Int
  }

  private let engine: Engine
  private let batches: BatchMaker
  private let indices: [Int]
  private let batchSize: Int
  private let devices: TrainingDevices
  private let model: (LlamaConfiguration) -> Llama
  private var programs: [ProgramKey: Program] = [:]

  /// An evaluator on the validation set of a job; the same sequences each time, corrupted alike.
  ///
  /// - Parameters:
  ///   - job: The job.
  ///   - objective: What is measured; nil for what the model is trained for.
  ///   - engine: What runs the evaluation.
  ///   - kernels: The kernels it calls; nil leaves everything to XLA.
  ///   - devices: What holds the models.
  init(
    _ job: TrainingJob,
    objective: Objective? = nil,
    engine: Engine,
    kernels: KernelLibrary?,
    devices: TrainingDevices
  ) {
    self.engine = engine
    self.devices = devices
    let batches = job.validationBatches
    self.batches = objective.map(batches.replacingObjective) ?? batches
    indices = job.measuredSequences
    batchSize = min(job.recipe.training.batchSize, indices.count)
    model = { job.model($0, kernels: kernels) }
  }

  /// The mean negative log-likelihood of the targets, in nats a token.
  ///
  /// - Parameters:
  ///   - configuration: The model at its present depth.
  ///   - parameters: Its parameters.
  /// - Throws: `PJRTError`, `TraceError` or `TokenFileError`.
  /// - Returns: The loss.
  func loss(
    of configuration: LlamaConfiguration,
    parameters: ArraySlice<DistributedTensor>
  ) throws -> Double {
    var (total, count) = (0.0, 0.0)
    for start in stride(from: 0, to: indices.count, by: batchSize) {
      let rows = Array(indices[start..<min(start + batchSize, indices.count)])
      let batch = try batches.arrays(rows, numbers: rows).map(devices.rows)
      let results = try program(configuration, rows: rows.count)(parameters + batch)
      total += try results[0].readScalar()
      count += try results[1].readScalar()
    }
    return total / count
  }

  private func program(_ configuration: LlamaConfiguration, rows: Int) throws -> Program {
    let key = ProgramKey(configuration: configuration, rows: rows)
    if let program = programs[key] { return program }
    let step = EvaluationStep(
      model: model(configuration),
      batchSize: rows,
      separatesDocuments: batches.separatesDocuments,
      targets: batches.layout.targets,
      parallelism: devices.parallelism
    )
    let program = try engine.compile(step.traced())
    programs[key] = program
    return program
  }
}
