import Arrays
import Kernels
import LanguageModels
import PJRT
import Tensors

/// What a model made of tokens, `[rowCount, width]`, on the device.
struct HiddenStates {
  let buffer: Buffer
  let rowCount: Int
}

/// The compiled programs of scoring: one that reads rows of tokens, by their number and length, and one that says how
/// probable tokens are behind some places of what was read.
///
/// Only the places that are asked for become logits.
final class ScoringPrograms {
  /// The places that become logits at once.
  static let placeCount = 256

  private struct Size: Hashable {
    let rows: Int
    let length: Int
  }

  private let model: Llama
  private let engine: Engine
  private let parameters: [Buffer]
  private var readers: [Size: Program] = [:]
  private var heads: [Int: Program] = [:]

  init(_ model: Llama, parameters: [Buffer], engine: Engine) {
    self.model = model
    self.parameters = parameters
    self.engine = engine
  }

  /// Reads rows of tokens.
  ///
  /// - Parameter rows: All of one length, at most the model's context.
  /// - Returns: What was read.
  /// - Throws: `TraceError` or `PJRTError`.
  func read(_ rows: [[Int32]]) throws -> HiddenStates {
    let size = Size(rows: rows.count, length: rows[0].count)
    let tokens = HostArray(rows.flatMap(\.self), shape: [size.rows, size.length])
    let results = try reader(size)(parameters + [engine.client.buffer(from: tokens)])
    return HiddenStates(buffer: results[0], rowCount: size.rows * size.length)
  }

  /// Scores tokens behind places.
  ///
  /// - Parameters:
  ///   - hidden: Of ``read(_:)``.
  ///   - places: Rows of them, at most ``placeCount``.
  ///   - targets: A token for each.
  /// - Returns: The logarithm of each token's probability, and whether none is more likely.
  /// - Throws: `TraceError` or `PJRTError`.
  func score(
    _ hidden: HiddenStates,
    at places: [Int],
    targets: [Int32]
  ) throws -> [(logLikelihood: Float, isGreedy: Bool)] {
    let missing = Self.placeCount - places.count
    let inputs = [
      HostArray(
        places.map(Int32.init) + Array(repeating: 0, count: missing),
        shape: [1, Self.placeCount]
      ),
      HostArray(targets + Array(repeating: 0, count: missing), shape: [1, Self.placeCount]),
    ]
    let buffers = try inputs.map { try engine.client.buffer(from: $0) }
    let results = try head(rowCount: hidden.rowCount)(parameters + [hidden.buffer] + buffers)
    let logLikelihoods = try results[0].copyToHost().values(as: Float.self)
    let greediness = try results[1].copyToHost().values(as: Float.self)
    return places.indices.map { (logLikelihoods[$0], greediness[$0] > 0) }
  }

  private func reader(_ size: Size) throws -> Program {
    if let program = readers[size] { return program }
    let types = model.configuration.parameterTypes
    let tokens = TensorType(.int32, [size.rows, size.length])
    let function = try TracedFunction("reading", parameters: types + [tokens]) { inputs in
      let hidden = model.hiddenStates(
        tokens: inputs[types.count],
        visibility: Visibility(),
        parameters: parameters(of: inputs)
      )
      return [hidden.reshaped(to: [size.rows * size.length, hidden.shape[-1]])]
    }
    let program = try engine.compile(function.calling(model.kernels))
    readers[size] = program
    return program
  }

  private func head(rowCount: Int) throws -> Program {
    if let program = heads[rowCount] { return program }
    let types = model.configuration.parameterTypes
    let hidden = TensorType(.float32, [rowCount, model.configuration.width])
    let places = TensorType(.int32, [1, Self.placeCount])
    let function = try TracedFunction("scoring", parameters: types + [hidden, places, places]) {
      let (hidden, places, targets) = ($0[types.count], $0[types.count + 1], $0[types.count + 2])
      let logits = model.logits(
        hidden: hidden.gatheringRows(at: places),
        parameters: parameters(of: $0)
      )
      let classes = Tensor.indices(TensorType(.int32, logits.shape), alongAxis: -1)
      let isTarget = classes .== targets.insertingAxis(at: 2)
      let chosen = Tensor.select(isTarget, logits, otherwise: Tensor(0, .float32)).sum(axes: [2])
      let isGreedy = chosen .>= logits.maximum(axes: [2])
      return [
        chosen - logits.logarithmOfSumOfExponentials(), isGreedy.converted(to: .float32),
      ]
    }
    let program = try engine.compile(function.calling(model.kernels))
    heads[rowCount] = program
    return program
  }

  private func parameters(of inputs: [Tensor]) -> LlamaParameters {
    LlamaParameters(
      configuration: model.configuration,
      tensors: Array(inputs.prefix(model.configuration.parameterTypes.count))
    )
  }
}
