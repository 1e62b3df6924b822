import Arrays
import PJRT
import Tensors

/// The program that learns a layer map, compiled, with what it has learnt so far.
struct CompiledMapLearning {
  private let step: MapLearningStep
  private let program: Program
  private let rate: Buffer
  /// What is added to the map's first numbers, and what the optimizer knows of it.
  private(set) var additions: [Buffer]

  /// Traces and compiles the learning of a map; nothing is learnt yet.
  ///
  /// - Parameters:
  ///   - step: What is learnt.
  ///   - learningRate: The rate of all steps.
  ///   - engine: What compiles it.
  /// - Throws: `TraceError` or `PJRTError`.
  init(_ step: MapLearningStep, learningRate: Double, engine: Engine) throws {
    let client = engine.client
    self.step = step
    program = try engine.compile(step.traced())
    rate = try client.buffer(from: HostArray(scalar: Float(learningRate)))
    additions = try step.additionTypes.map { try client.buffer(from: HostArray(zeros: $0)) }
  }

  /// Takes a step of learning.
  ///
  /// - Parameters:
  ///   - model: The old model's buffers.
  ///   - batch: The arrays of the batch.
  /// - Returns: The mean loss of the batch before the step.
  /// - Throws: `PJRTError`.
  mutating func callAsFunction(model: ArraySlice<Buffer>, batch: [HostArray]) throws -> Double {
    let client = program.executable.client
    let inputs = MapLearningStep.Inputs(
      model: Array(model),
      additions: additions,
      batch: try batch.map { try client.buffer(from: $0) },
      rate: rate
    )
    let outputs = try program(inputs.values)
    additions = Array(outputs.dropLast())
    return try outputs[outputs.count - 1].readScalar()
  }

  /// The map with what was learnt, `[M][L]`.
  ///
  /// - Throws: `PJRTError`.
  func weights() throws -> [[Double]] {
    let learnt = try additions[0].copyToHost().values(as: Float.self).map(Double.init)
    var rest = learnt[...]
    return step.start.map { row in
      defer { rest = rest.dropFirst(row.count) }
      return zip(row, rest).map { $0 + $1 }
    }
  }
}
