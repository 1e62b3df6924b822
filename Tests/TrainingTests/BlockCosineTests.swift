import Arrays
import EspalierTestSupport
import LanguageModels
import Tensors
import Testing

@testable import Training

/// What makes neighbouring blocks alike.
@Suite struct BlockCosineTests {
  private static let configuration = LlamaConfiguration(
    layerCount: 4,
    width: 4,
    headCount: 2,
    feedForwardWidth: 6,
    vocabularySize: 5,
    contextLength: 3
  )

  /// The cosine of a model whose layers' matrices are given by a number a layer and element.
  private func cosine(
    blockSize: Int,
    _ element: @escaping (_ layer: Int, _ index: Int) -> Double
  ) throws -> Double {
    let configuration = Self.configuration
    let arrays = configuration.parameterSpecifications.map { specification in
      let size = specification.layerShape.elementCount
      let count = specification.shape.elementCount
      return HostArray(
        (0..<count).map { Float(element($0 / size, $0 % size)) },
        shape: specification.shape
      )
    }
    let program = try TestTraining.quickEngine().program(
      "cosine",
      parameters: arrays.map(\.type)
    ) { tensors in
      let parameters = LlamaParameters(configuration: configuration, tensors: tensors)
      return [parameters.blockCosine(blockSize: blockSize) ?? Tensor(99, .float32)]
    }
    return Double(try program(arrays)[0].values(as: Float.self)[0])
  }

  @Test func itIsWhatTheClosedFormSays() throws {
    // Each layer like the one a block further on, unlike its neighbour.
    #expect(abs(try cosine(blockSize: 2) { $1 % 2 == $0 % 2 ? 2 : 0 } - 1) < 1e-6)
    #expect(abs(try cosine(blockSize: 1) { $1 % 2 == $0 % 2 ? 2 : 0 }) < 1e-6)
    #expect(abs(try cosine(blockSize: 2) { layer, _ in layer < 2 ? 1 : -3 } + 1) < 1e-6)
    // Nothing is like nothing, and a model of one block has no neighbours.
    #expect(try cosine(blockSize: 2) { _, _ in 0 } == 0)
    #expect(try cosine(blockSize: 4) { _, _ in 1 } == 99)
  }

  /// The penalty leads blocks together, leaves the measured loss as it is, and does so in parts of a batch, too.
  @Test(arguments: [1, 2])
  func blocksGetAlike(accumulation: Int) throws {
    let parity = try LlamaParity.shared()
    func training(weight: Double) throws -> TestTraining {
      let step = TrainingStep(
        model: Llama(parity.configuration(tied: true)),
        optimizer: parity.optimizer,
        batchSize: parity.golden.batchSize,
        accumulation: accumulation,
        blockCosine: weight > 0 ? (weight, 1) : nil
      )
      return try TestTraining(step, state: parity.state(tied: true, optimizer: parity.optimizer))
    }
    var (plain, alike) = (try training(weight: 0), try training(weight: 50))
    let first = (
      try plain.step([parity.batch(0)], rate: 1e-2), try alike.step([parity.batch(0)], rate: 1e-2)
    )
    #expect(first.0.loss == first.1.loss)
    #expect(first.0.norm != first.1.norm)
    for step in 1..<6 {
      _ = try plain.step([parity.batch(step)], rate: 1e-2)
      _ = try alike.step([parity.batch(step)], rate: 1e-2)
    }
    let configuration = parity.configuration(tied: true)
    let program = try TestTraining.quickEngine().program(
      "cosine",
      parameters: configuration.parameterTypes
    ) { tensors in
      let parameters = LlamaParameters(configuration: configuration, tensors: tensors)
      return [parameters.blockCosine(blockSize: 1) ?? Tensor(0, .float32)]
    }
    func cosine(_ training: TestTraining) throws -> Float {
      let arrays = try training.state.modelBuffers.map { try $0.copyToHost() }
      return try program(arrays)[0].values(as: Float.self)[0]
    }
    #expect(try cosine(alike) > cosine(plain) + 0.1)
  }
}
