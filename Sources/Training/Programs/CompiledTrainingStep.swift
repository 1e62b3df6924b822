import Arrays
import Growing
import PJRT
import Tensors

/// The program of a training step, compiled.
///
/// A call hands the state's tensors to the program, which writes the new state where the old one was.
///
/// ```swift
/// let step = try CompiledTrainingStep(job.trainingStep(layers: 8, kernels: nil), engine: engine)
/// let result = try step(&state, batch: job.batch(ofStep: 0), rates: StepRates(shared: 1e-3))
/// print(try result.readLoss())
/// ```
public struct CompiledTrainingStep: Sendable {
  /// What was compiled.
  public let step: TrainingStep
  /// The compiled program.
  public let program: Program

  /// Traces and compiles a step.
  ///
  /// - Parameters:
  ///   - step: The step.
  ///   - engine: What compiles it.
  /// - Throws: `TraceError` or `PJRTError`.
  public init(_ step: TrainingStep, engine: Engine) throws {
    self.step = step
    program = try engine.compile(step.traced())
  }

  /// Takes a step.
  ///
  /// It may not have ended when this returns; the state and the result are then still to come.
  ///
  /// - Parameters:
  ///   - state: The state of the step's model; the program's afterwards.
  ///   - batch: The arrays of the batch, of the step's ``TrainingStep/batchTypes``.
  ///   - rates: The learning rates; layers have their own where the step says so.
  ///   - gates: The output gates that a schedule sets; given where the step says that one does.
  /// - Returns: What the step tells of itself.
  /// - Throws: `ProgramError` for arguments of other types, or `PJRTError`.
  public func callAsFunction(
    _ state: inout DeviceState,
    batch: [HostArray],
    rates: StepRates,
    gates: ScheduledGates? = nil
  ) throws -> StepResult {
    let devices = state.devices
    let inputs = StepInputs(
      state: state.tensors,
      batch: try batch.map(devices.rows),
      rate: try devices.copies(HostArray(scalar: Float(rates.shared))),
      layerRates: try rates.layers.map {
        try devices.copies(HostArray($0.map(Float.init), shape: [$0.count]))
      },
      gates: try gates.map { try devices.copies(GateInput.array($0)) }
    )
    let outputs = StepOutputs(try program(inputs.values))
    state.replace(with: outputs.state)
    return StepResult(loss: outputs.loss, gradientNorm: outputs.gradientNorm)
  }
}

/// The learning rates of a step.
public struct StepRates: Hashable, Sendable {
  /// The rate of all parameters that have none of their own.
  public var shared: Double
  /// The rate of each layer's parameters; nil where all have the same.
  public var layers: [Double]?

  /// Rates of a step.
  ///
  /// - Parameters:
  ///   - shared: The rate.
  ///   - layerFactors: What it is multiplied by in each layer; nil where all have the same.
  public init(shared: Double, layerFactors: [Double]? = nil) {
    self.shared = shared
    layers = layerFactors?.map { shared * $0 }
  }
}

/// What a step tells of itself, once it has ended.
public struct StepResult: Sendable {
  private let loss: DistributedTensor
  private let gradientNorm: DistributedTensor

  init(loss: DistributedTensor, gradientNorm: DistributedTensor) {
    (self.loss, self.gradientNorm) = (loss, gradientNorm)
  }

  /// Waits for the step.
  ///
  /// - Throws: `PJRTError`.
  public func wait() throws { try loss.waitUntilReady() }

  /// Waits for the step and reads the mean loss of its batch, in nats a target.
  ///
  /// - Throws: `PJRTError`.
  public func readLoss() throws -> Double { try loss.readScalar() }

  /// Waits for the step and reads the norm of its gradient before clipping.
  ///
  /// - Throws: `PJRTError`.
  public func readGradientNorm() throws -> Double { try gradientNorm.readScalar() }
}

extension DistributedTensor {
  /// The number that a tensor of one `float32` element holds.
  func readScalar() throws -> Double { Double(try copyToHost().values(as: Float.self)[0]) }
}
