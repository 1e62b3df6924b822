import Arrays
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
  private let step: CompiledTrainingStep
  private let settings: [String: String]
  private let batch: [HostArray]
  private var state: DeviceState

  init(_ job: TrainingJob, layers: Int, engine: Engine) throws {
    name = job.recipe.name
    self.layers = layers
    tokens = job.tokensPerStep
    operations =
      job.plan.stages.last { $0.depth == layers }.map(job.operationsPerStep)
      ?? job.cost.operations(tokens: job.tokensPerStep, layers: layers)
    settings = engine.settings
    let kernels = try KernelChoice(job.recipe, client: engine.client)
    let training = job.computing(by: kernels)
      .trainingStep(layers: layers, kernels: kernels.library)
    sites = try training.traced().sitesOfTextLines()
    step = try CompiledTrainingStep(training, engine: engine)
    state = try DeviceState(
      initializing: training.model.configuration,
      optimizer: training.optimizer,
      finalLayerCount: layers,
      seed: job.recipe.seed,
      devices: job.devices(of: engine)
    )
    batch = try job.batch(ofStep: 0)
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
      _ = try step(&state, batch: batch, rates: StepRates(shared: 1e-3))
      try state.wait()
      if index >= Self.warmUpSteps {
        times.append((ContinuousClock.now - start) / .milliseconds(1))
      }
      progress(Double(index + 1) / Double(Self.warmUpSteps + steps))
    }
    return times.sorted()[times.count / 2]
  }

  /// Takes the time of each operation.
  func profile(progress: (Double) -> Void) throws -> ProgramProfile {
    try ProgramProfile(of: step.program.executable, settings: settings, progress: progress)
  }

  private static let warmUpSteps = 2
}
