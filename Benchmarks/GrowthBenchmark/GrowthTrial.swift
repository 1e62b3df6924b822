import Arrays
import Checkpoints
import Foundation
import Growing
import Safetensors
import LanguageModels
import PJRT
import ProcessMemory
import Recipes
import SavedModels
import Tensors
import Training

/// What one growth took.
struct GrowthFigures {
  let seconds: Double
  /// The most memory the process held while it grew.
  let peakBytes: Int

  /// Measures a growth, and nothing of what was before or comes after.
  init(of growth: () throws -> Void) throws {
    try ProcessMemory.resetPeak()
    let start = ContinuousClock.now
    try growth()
    seconds = (ContinuousClock.now - start) / .seconds(1)
    peakBytes = try ProcessMemory.peakBytes()
  }
}

/// Growth in the middle of a run: the state lies on the device.
struct DeviceTrial {
  let configuration: LlamaConfiguration
  let step: GrowthStep
  let client: Client

  func run() throws -> GrowthFigures {
    var state = try DeviceState(
      initializing: configuration,
      optimizer: Recipe.Optimizer(),
      finalLayerCount: step.map.depth,
      seed: 0,
      devices: TrainingDevices(firstOf: Engine(client: client))
    )
    return try GrowthFigures {
      try state.grow(
        by: step,
        finalLayerCount: step.map.depth,
        draws: SeededGrowthDraws(seed: 1, layerNumbers: Array(0..<step.map.depth))
      )
      try state.wait()
    }
  }
}

/// `espalier grow`: from one folder to another, read back against checksums and safe on the disk.
struct CheckpointTrial {
  let configuration: LlamaConfiguration
  let step: GrowthStep
  let folder: String

  func run() throws -> GrowthFigures {
    let old = try writeCheckpoint()
    let files = FileManager.default
    defer {
      // Leftovers do no harm in a temporary folder.
      try? files.removeItem(atPath: "\(folder)/grown")
    }
    return try GrowthFigures {
      _ = try CheckpointGrowth(path: old).write(grownBy: step, to: "\(folder)/grown")
    }
  }

  /// Writes the checkpoint to grow.
  private func writeCheckpoint() throws -> String {
    let layout = StateLayout(configuration: configuration, optimizer: Recipe.Optimizer())
    let initializer = ParameterInitializer(seed: 0)
    let specifications = layout.specifications
    let optimizer = Array(layout.optimizerEntries)
    let model = ModelState(
      configuration: configuration,
      lineage: Lineage(depth: configuration.layerCount),
      tokenizerChecksum: ""
    )
    let training = SavedState(
      position: TrainingPosition(),
      seed: 0,
      plan: try .fullDepth(layers: configuration.layerCount, steps: 1)
    )
    return try CheckpointStore(folder: "\(folder)/first").write(
      step: 0,
      model: TensorSource(layout.modelEntries.map { TensorDescription($0.name, $0.type) }) {
        initializer.array(for: specifications[$0])
      },
      optimizer: TensorSource(optimizer.map { TensorDescription($0.name, $0.type) }) {
        HostArray(zeros: optimizer[$0].type)
      },
      state: training.encoded(with: model)
    ).path
  }
}
