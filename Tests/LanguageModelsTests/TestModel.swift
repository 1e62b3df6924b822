import Arrays
import EspalierTestSupport
import Randomness
import Tensors

@testable import LanguageModels

/// A model with drawn parameters and tokens, and programs that run it.
struct TestModel {
  let configuration: LlamaConfiguration
  let elementType: ElementType
  var execution = Llama.LayerExecution.unrolled

  /// One engine for all tests, so that a program that two of them ask for is compiled once.
  static func engine() throws -> Engine { try sharedEngine.get() }

  private static let sharedEngine = Result<Engine, any Error> {
    // Each program runs a few times only, so compiling quickly matters more than running quickly.
    Engine(client: try TestPlugin.client(), settings: ["xla_backend_optimization_level": "0"])
  }

  var model: Llama { Llama(configuration, layerExecution: execution) }

  var specifications: [ParameterSpecification] {
    configuration.parameterSpecifications(finalLayerCount: configuration.layerCount)
  }

  var parameterTypes: [TensorType] {
    specifications.map { TensorType(elementType, $0.shape) }
  }

  /// Parameters far from their usual start, so that every part of the model matters; embeddings are
  /// large, since near zero the norm after them bends too sharply for difference quotients.
  func parameters(seed: UInt64 = 1) -> [HostArray] {
    let stream = RandomStream(seed: seed)
    return specifications.map { specification in
      let center = specification.initialization == .ones ? 1.0 : 0
      let deviation = specification.name == "embedding" ? 1 : 0.4
      let values = stream.named(specification.name)
        .normals(count: specification.shape.elementCount)
        .map { center + deviation * $0 }
      return elementType == .float64
        ? HostArray(values, shape: specification.shape)
        : HostArray(values.map(Float.init), shape: specification.shape)
    }
  }

  /// Drawn tokens, `[rows, length]`.
  func tokens(rows: Int, length: Int, seed: UInt64 = 2) -> HostArray {
    let stream = RandomStream(seed: seed)
    let tokens = (0..<rows * length).map {
      Int32(stream.uniform(at: UInt64($0)) * Double(configuration.vocabularySize))
    }
    return HostArray(tokens, shape: [rows, length])
  }

  /// Compiles a function of the parameters and further arrays.
  func program(
    _ name: String,
    _ others: [TensorType],
    body: (LlamaParameters, [Tensor]) -> [Tensor]
  ) throws -> Program {
    let count = specifications.count
    return try Self.engine().program(name, parameters: parameterTypes + others) { inputs in
      let parameters = LlamaParameters(
        configuration: configuration,
        tensors: Array(inputs.prefix(count))
      )
      return body(parameters, Array(inputs.dropFirst(count)))
    }
  }

  /// Compiles the mean loss, its gradient and the logits.
  func lossGradientAndLogits(_ batch: TensorType, separatesDocuments: Bool) throws -> Program {
    let others = [TensorType](repeating: batch, count: separatesDocuments ? 2 : 1)
    return try program("loss_gradient_and_logits", others) { parameters, inputs in
      let (sequences, segments) = (inputs[0], inputs.dropFirst().first)
      let (total, count) = model.totalLoss(
        sequences: sequences,
        segments: segments,
        parameters: parameters
      )
      let loss = total / count
      let length = sequences.shape[1] - 1
      let logits = model.logits(
        tokens: sequences.sliced(0..<length, alongAxis: 1),
        segments: segments?.sliced(0..<length, alongAxis: 1),
        parameters: parameters
      )
      return [loss] + gradient(of: loss, withRespectTo: parameters).tensors + [logits]
    }
  }
}
