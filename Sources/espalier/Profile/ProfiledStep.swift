import Arrays
import PJRT
import Profiling
import Tensors
import Training

/// The training step of a recipe, compiled, with a state and a batch to run it on.
final class ProfiledStep {
  /// The recipe's name.
  let name: String
  /// The depth of the model.
  let layers: Int
  /// Tokens of a step.
  let tokens: Int
  /// Floating-point operations of a step, by formula.
  let operations: Double
  /// For each line of the program's text the line of the source it comes from.
  let sites: [SourceSite?]
  private let program: Program
  private let client: Client
  private let settings: [String: String]
  private let inputs: [HostArray]
  private var state: [Buffer]

  init(_ job: TrainingJob, layers: Int, engine: Engine) throws {
    name = job.recipe.name
    self.layers = layers
    tokens = job.tokensPerStep
    operations = job.cost.operations(tokens: job.tokensPerStep, layers: layers)
    client = engine.client
    settings = engine.settings
    let kernels = try KernelChoice(job.recipe.kernels, client: engine.client)
    let step = job.trainingStep(layers: layers, kernels: kernels.library)
    let function = try step.traced()
    sites = function.sitesOfTextLines()
    program = try engine.compile(function)
    state = try DeviceState(
      initializing: step.model.configuration,
      finalLayerCount: layers,
      seed: job.recipe.seed,
      client: engine.client
    ).buffers
    inputs = try job.batch(ofStep: 0) + [HostArray(scalar: Float(1e-3))]
  }

  /// Runs steps.
  ///
  /// - Parameters:
  ///   - steps: How many count.
  ///   - progress: Called after each step with the share of them that is done.
  /// - Returns: The median of their milliseconds.
  /// - Throws: `PJRTError`.
  func time(steps: Int, progress: (Double) -> Void) throws -> Double {
    var times: [Double] = []
    for index in 0..<(Self.warmUpSteps + steps) {
      let start = ContinuousClock.now
      let buffers = try inputs.map { try client.buffer(from: $0) }
      let outputs = try program(state + buffers)
      for output in outputs { try output.waitUntilReady() }
      state = Array(outputs.prefix(state.count))
      if index >= Self.warmUpSteps {
        times.append((ContinuousClock.now - start) / .milliseconds(1))
      }
      progress(Double(index + 1) / Double(Self.warmUpSteps + steps))
    }
    return times.sorted()[times.count / 2]
  }

  /// Takes the time of each operation.
  func profile(progress: (Double) -> Void) throws -> ProgramProfile {
    try ProgramProfile(of: program.executable, settings: settings, progress: progress)
  }

  private static let warmUpSteps = 2
}
