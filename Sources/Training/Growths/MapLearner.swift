import Growing
import Kernels
import LanguageModels
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
package struct MapLearner {
  let job: TrainingJob
  let engine: Engine
  let kernels: KernelLibrary?
  /// Measures the grown model before and after.
  let evaluator: Evaluator

  /// A growth with what was learnt.
  package struct Learned {
    package let growth: GrowthStep
    let record: LearnedMapRecord
  }

  /// Learns the map of a growth.
  ///
  /// - Parameters:
  ///   - growth: The growth.
  ///   - learning: How its map is learnt.
  ///   - state: The state before growing.
  ///   - growthStep: The training step before which it grows.
  ///   - watch: Told how many steps have been taken and what came out, and asked before every step whether to
  ///     go on.
  /// - Returns: The growth with fixed blends.
  /// - Throws: ``Stopped``, `PJRTError`, or ``TrainingError/mapDiverged(step:loss:)``.
  func learned(
    _ growth: GrowthStep,
    _ learning: MapLearning,
    from state: DeviceState,
    at growthStep: Int,
    watch: RunWatch<TrainingEvent>
  ) throws -> Learned {
    func report(_ step: Int) {
      watch.report(.learningMap(layers: growth.depth, step: step, count: learning.steps))
    }
    report(0)
    let source = state.layout.configuration
    let step = MapLearningStep(
      growth,
      from: source,
      step: job.trainingStep(source.deepened(by: growth), kernels: kernels)
    )
    let before = try loss(of: growth.layerWeights, step.mixing, state, growthStep)
    var program = try CompiledMapLearning(
      step,
      learningRate: learning.learningRate,
      devices: state.devices,
      engine: engine
    )
    for index in 0..<learning.steps {
      try watch.goOn()
      if index > 0 { report(index) }
      let batch = try job.batch(ofStep: growthStep + index)
      let loss = try program(model: state.modelTensors, batch: batch)
      guard loss.isFinite else { throw TrainingError.mapDiverged(step: growthStep, loss: loss) }
    }
    let weights = try program.weights()
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
    watch.report(.learnedMap(record))
    return Learned(growth: try growth.learned(weights), record: record)
  }

  /// The held-out loss of the model that a map makes of a state.
  private func loss(
    of weights: [[Double]],
    _ mixing: LayerMixing,
    _ state: DeviceState,
    _ growthStep: Int
  ) throws -> Double {
    let parameters = try mixing.mixed(
      state.modelTensors,
      by: weights,
      devices: state.devices,
      engine: engine
    )
    let loss = try evaluator.loss(of: mixing.grown, parameters: parameters[...])
    guard loss.isFinite else { throw TrainingError.mapDiverged(step: growthStep, loss: loss) }
    return loss
  }
}
