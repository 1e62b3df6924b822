import Arrays
import EspalierTestSupport
import Growing
import LanguageModels
import Tensors
import Testing

@testable import Training

/// Copies that a growth in width makes get equal gradients; the optimizer's state decides whether they part.
@Suite struct TwinTests {
  /// How far the copies of a doubled model are from their originals, by parameter, as a share of the largest
  /// element.
  private func distances(_ policy: OptimizerStatePolicy) throws -> [String: Double] {
    let parity = try LlamaParity.shared()
    var training = try parity.training(tied: false)
    for number in 0..<3 { _ = try training.step([parity.batch(number)], rate: 1e-3) }
    var state = training.state
    let old = state.layout.configuration
    let step = try GrowthStep(
      widening: Widening(
        to: ModelSizes(width: 2 * old.width, feedForwardWidth: 2 * old.feedForwardWidth),
        fill: .duplicate
      ),
      storedLayers: old.layerCount,
      optimizerState: policy
    )
    try state.grow(by: step) { specification, _ in
      HostArray(zeros: TensorType(.float32, specification.layerShape))
    }
    #expect(try distances(in: state.arrays()).values.allSatisfy { $0 == 0 })
    let counts = try state.arrays()["steps.layers"]
    #expect(counts == HostArray([Int32](repeating: 3, count: old.layerCount)))
    let grown = TrainingStep(
      model: Llama(state.layout.configuration),
      optimizer: parity.optimizer,
      batchSize: parity.golden.batchSize
    )
    training = try TestTraining(grown, state: state)
    for number in 3..<6 { _ = try training.step([parity.batch(number)], rate: 1e-3) }
    return try distances(in: training.state.arrays())
  }

  /// Of parameters that write what was doubled, each row's second half against its first.
  private func distances(in arrays: [String: HostArray]) throws -> [String: Double] {
    let names = ["embedding", "layers.output", "layers.down", "layers.gate", "layers.up"]
    return try names.reduce(into: [:]) { distances, name in
      let array = try #require(arrays[name])
      let (values, width) = (array.doubles, array.shape[-1])
      let largest = values.map(\.magnitude).max() ?? 0
      let apart = values.indices.filter { $0 % width < width / 2 }
        .map { (values[$0] - values[$0 + width / 2]).magnitude }
      distances[name] = (apart.max() ?? 0) / largest
    }
  }

  @Test("Copies stay twins where their moments are copied, and part where these begin anew")
  func twinsPartOnlyWhereNewMomentsAreReset() throws {
    for (name, distance) in try distances(.copy) { #expect(distance < 1e-6, "\(name)") }
    for policy in [OptimizerStatePolicy.resetCopies, .zeroNew] {
      for (name, distance) in try distances(policy) {
        #expect(distance > 1e-3, "\(name) by \(policy)")
      }
    }
  }
}
