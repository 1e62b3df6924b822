import Arrays
import Growing
import Kernels
import LanguageModels
import PJRT
import Runs
import Tensors

/// Learns the layer map of a growth before it is carried out.
///
/// The state before growing stands still and is only read; the batches are those that follow in the run, which
/// then trains on them as if nothing had been. So a growth whose map was learnt is a growth like any other.
/// Where it grows in width too, the map is learnt at the width before.
///
/// Source: Wang et al. 2023, "Learning to Grow Pretrained Models for Efficient Transformer Training",
/// arXiv 2303.00980 (LiGO).
struct MapLearner {
  let job: TrainingJob
  let engine: Engine
  let kernels: KernelLibrary?
  /// Measures the grown model before and after.
  let validation: Validation

  /// A growth with what was learnt.
  struct Learned {
    let growth: GrowthStep
    let record: LearnedMapRecord
  }

  /// Learns the map of a growth.
  ///
  /// - Parameters:
  ///   - growth: The growth; without ``GrowthStep/mapLearning`` it is a programming error.
  ///   - state: The state before growing.
  ///   - growthStep: The training step before which it grows.
  ///   - observer: Told how many steps have been taken, and what came out.
  ///   - shouldStop: Asked before every step.
  /// - Returns: The growth with fixed blends, or nil where someone asked to stop.
  /// - Throws: `PJRTError`, or ``TrainingError/mapDiverged(step:loss:)``.
  func learned(
    _ growth: GrowthStep,
    from state: DeviceState,
    at growthStep: Int,
    observer: (TrainingEvent) -> Void,
    shouldStop: () -> Bool
  ) throws -> Learned? {
    guard let learning = growth.mapLearning else {
      preconditionFailure("the growth \(growth.map) has no map to learn")
    }
    observer(.learningMap(layers: growth.depth, step: 0, count: learning.steps))
    let source = state.layout.configuration
    let step = MapLearningStep(
      growth,
      from: source,
      step: job.trainingStep(source.deepened(by: growth), kernels: kernels)
    )
    let before = try loss(of: growth.layerWeights, step.mixing, state, growthStep)
    let additions = try additions(step, learning, state, growthStep) { count in
      guard !shouldStop() else { return false }
      if count > 0 {
        observer(.learningMap(layers: growth.depth, step: count, count: learning.steps))
      }
      return true
    }
    guard let additions else { return nil }
    let weights = zip(growth.layerWeights, additions).map { zip($0, $1).map { $0 + $1 } }
    // A last update can leave numbers behind that no loss has seen.
    let after = try loss(of: weights, step.mixing, state, growthStep)
    let record = LearnedMapRecord(
      afterStep: growthStep,
      layers: growth.depth,
      steps: learning.steps,
      validationLossBefore: before,
      validationLossAfter: after,
      flops: job.growthCost.operations(learningMapOf: growth, of: source)
    )
    observer(.learnedMap(record))
    return Learned(growth: try growth.learned(weights), record: record)
  }

  /// What is learnt to add to the map's first numbers, `[M][L]`, or nil where a step was not to be taken.
  private func additions(
    _ step: MapLearningStep,
    _ learning: MapLearning,
    _ state: DeviceState,
    _ growthStep: Int,
    takesStep: (_ number: Int) -> Bool
  ) throws -> [[Double]]? {
    let client = engine.client
    let program = try engine.compile(step.traced())
    let rate = try client.buffer(from: HostArray(scalar: Float(learning.learningRate)))
    var additions = try step.additionTypes.map { try client.buffer(from: HostArray(zeros: $0)) }
    for index in 0..<learning.steps {
      guard takesStep(index) else { return nil }
      let batch = try job.buffers(ofStep: growthStep + index, client: client)
      let outputs = try program(Array(state.modelBuffers) + additions + batch + [rate])
      additions = Array(outputs.prefix(additions.count))
      // Reading one number keeps the host from running ahead of the device.
      let loss = Double(try outputs[additions.count].copyToHost().values(as: Float.self)[0])
      guard loss.isFinite else { throw TrainingError.mapDiverged(step: growthStep, loss: loss) }
    }
    let numbers = try additions[0].copyToHost().values(as: Float.self).map(Double.init)
    let width = step.mixing.source.layerCount
    return stride(from: 0, to: numbers.count, by: width).map { Array(numbers[$0..<$0 + width]) }
  }

  /// The held-out loss of the model that a map makes of a state.
  private func loss(
    of weights: [[Double]],
    _ mixing: LayerMixing,
    _ state: DeviceState,
    _ growthStep: Int
  ) throws -> Double {
    let program = try engine.compile(mixing.traced())
    var mixed = try program(state.modelBuffers + [buffer(weights)])[...]
    let parameters = zip(state.layout.specifications, state.modelBuffers).map {
      $0.isLayered ? mixed.removeFirst() : $1
    }
    let loss = try validation.loss(
      of: job.model(mixing.grown, kernels: kernels),
      parameters: parameters[...],
      engine: engine
    )
    guard loss.isFinite else { throw TrainingError.mapDiverged(step: growthStep, loss: loss) }
    return loss
  }

  private func buffer(_ weights: [[Double]]) throws -> Buffer {
    let shape: Shape = [weights.count, weights.first?.count ?? 0]
    return try engine.client.buffer(
      from: HostArray(weights.flatMap { $0.map(Float.init) }, shape: shape)
    )
  }
}
