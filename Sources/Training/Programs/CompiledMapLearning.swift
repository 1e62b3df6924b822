import Arrays
import PJRT
import Tensors

/// The program that learns a layer map, compiled, with what it has learnt so far.
struct CompiledMapLearning {
  private let step: MapLearningStep
  private let program: Program
  private let devices: TrainingDevices
  private let rate: DistributedTensor
  /// What is added to the map's first numbers, and what the optimizer knows of it.
  private(set) var additions: [DistributedTensor]

  /// Traces and compiles the learning of a map; nothing is learnt yet.
  ///
  /// - Parameters:
  ///   - step: What is learnt.
  ///   - learningRate: The rate of all steps.
  ///   - devices: What holds the old model.
  ///   - engine: What compiles it.
  /// - Throws: `TraceError` or `PJRTError`.
  init(
    _ step: MapLearningStep,
    learningRate: Double,
    devices: TrainingDevices,
    engine: Engine
  ) throws {
    self.step = step
    self.devices = devices
    program = try engine.compile(step.traced())
    rate = try devices.copies(HostArray(scalar: Float(learningRate)))
    additions = try step.additionTypes.map { try devices.copies(HostArray(zeros: $0)) }
  }

  /// Takes a step of learning.
  ///
  /// - Parameters:
  ///   - model: The old model's tensors.
  ///   - batch: The arrays of the batch.
  /// - Returns: The mean loss of the batch before the step.
  /// - Throws: `PJRTError`.
  mutating func callAsFunction(
    model: ArraySlice<DistributedTensor>,
    batch: [HostArray]
  ) throws -> Double {
    let inputs = MapLearningStep.Inputs(
      model: Array(model),
      additions: additions,
      batch: try batch.map(devices.rows),
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
