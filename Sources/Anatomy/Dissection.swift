import Arrays
import LanguageModels
import PJRT
import Tensors

// B rows, T tokens of each, D width.

/// A model on a device as the functions that it is made of, and some text that has gone through it.
///
/// Three programs serve all layers in any order, so leaving layers out, exchanging or repeating them compiles nothing.
final class Dissection {
  /// The model's sizes.
  let configuration: LlamaConfiguration
  /// Rows of text, and the tokens that are read of each.
  let (rowCount, length): (Int, Int)
  /// The residual stream before each layer that runs, and behind the last one, `[B, T, D]` each.
  private(set) var states: [Buffer] = []
  /// What each layer that runs adds, by its two parts, `[B, T, D]` each.
  private(set) var contributions: [(attention: Buffer, feedForward: Buffer)] = []

  private let client: Client
  private let shared: [Buffer]
  /// The parameters and the scale of each stored layer.
  private let layers: [[Buffer]]
  private let order: [Int]
  private let targets: Buffer
  private let layerProgram: Program
  private let patternProgram: Program
  private let readingProgram: Program

  /// How many rows attention patterns are taken of.
  private let patternRows: Int

  /// Lets a model read some text.
  ///
  /// - Parameters:
  ///   - parts: The model's parts.
  ///   - arrays: Its parameters, one for each of its specifications.
  ///   - tokens: Rows of T + 1 tokens.
  ///   - engine: What runs it.
  /// - Throws: `TraceError` or `PJRTError`.
  init(_ parts: LlamaParts, arrays: [HostArray], tokens: [[Int32]], engine: Engine) throws {
    precondition(!tokens.isEmpty && Set(tokens.map(\.count)).count == 1, "rows are of one length")
    configuration = parts.configuration
    client = engine.client
    (rowCount, length) = (tokens.count, tokens[0].count - 1)
    // Patterns are squares: of a long context few rows say as much.
    patternRows = max(1, min(4, rowCount, (1 << 18) / max(length * length, 1)))
    order = configuration.layerOrder ?? Array(0..<configuration.layerCount)

    let unstacking = try engine.program(
      "unstacking",
      parameters: configuration.parameterTypes
    ) { [configuration] in UnstackedParameters.unstacking($0, configuration) }
    let buffers = try unstacking(arrays.map { try engine.client.buffer(from: $0) })
    let sharedCount = parts.sharedTypes.count
    shared = Array(buffers.prefix(sharedCount))
    let scales = configuration.residualScales
    layers = try (0..<configuration.layerCount).map { layer in
      let first = sharedCount + layer * parts.layerTypes.count
      let scale = HostArray(scalar: Float(scales?[layer] ?? 1))
      return Array(buffers[first..<first + parts.layerTypes.count])
        + [try engine.client.buffer(from: scale)]
    }

    let inputs = tokens.flatMap { $0.dropLast() }
    targets = try engine.client.buffer(
      from: HostArray(tokens.flatMap { $0.dropFirst() }, shape: [rowCount, length])
    )
    let stream = TensorType(.float32, [rowCount, length, configuration.width])
    let scalar = TensorType(.float32, .scalar)
    layerProgram = try engine.program(
      "layer",
      parameters: [stream] + parts.layerTypes + [scalar]
    ) { inputs in
      let (attention, feedForward) = parts.contributions(
        inputs[0],
        layer: Array(inputs[1..<inputs.count - 1]),
        scale: inputs[inputs.count - 1]
      )
      return [inputs[0] + attention + feedForward, attention, feedForward]
    }
    patternProgram = try engine.program(
      "attention_patterns",
      parameters: [TensorType(.float32, [patternRows, length, configuration.width])]
        + parts.layerTypes
    ) { [parts.attentionPatterns($0[0], layer: Array($0.dropFirst()))] }
    readingProgram = try Self.readingProgram(parts, stream, engine)
    let embedding = try engine.program(
      "embedding",
      parameters: [TensorType(.int32, [rowCount, length])] + parts.sharedTypes
    ) { [parts.embedded($0[0], shared: Array($0.dropFirst()))] }

    let text = try engine.client.buffer(from: HostArray(inputs, shape: [rowCount, length]))
    states = try embedding([text] + shared)
    for layer in order.indices {
      let (next, attention, feedForward) = try run(layer, on: states[layer])
      states.append(next)
      contributions.append((attention, feedForward))
    }
  }

  private static func readingProgram(
    _ parts: LlamaParts,
    _ stream: TensorType,
    _ engine: Engine
  ) throws -> Program {
    let choices = min(Reading.choiceCount, parts.configuration.vocabularySize)
    let places = TensorType(.int32, [stream.shape[0], stream.shape[1]])
    return try engine.program(
      "reading",
      parameters: [stream, places] + parts.sharedTypes
    ) { inputs in
      let logits = parts.logits(inputs[0], shared: Array(inputs.dropFirst(2)))
      let classes = Tensor.indices(TensorType(.int32, logits.shape), alongAxis: -1)
      let chosen = Tensor.select(
        classes .== inputs[1].insertingAxis(at: 2),
        logits,
        otherwise: Tensor.zeros(TensorType(logits.elementType, .scalar))
      ).sum(axes: [2])
      return [logits.logarithmOfSumOfExponentials() - chosen, logits.largest(choices).indices]
    }
  }

  /// How many layers run.
  var depth: Int { order.count }

  /// Runs a layer on a residual stream that may be another's.
  func run(
    _ layer: Int,
    on hidden: Buffer
  ) throws -> (next: Buffer, attention: Buffer, feedForward: Buffer) {
    let results = try layerProgram([hidden] + layers[order[layer]])
    return (results[0], results[1], results[2])
  }

  /// Runs layers one after the other.
  func run(_ layers: some Sequence<Int>, on hidden: Buffer) throws -> Buffer {
    try layers.reduce(hidden) { try run($1, on: $0).next }
  }

  /// What the model would say behind a residual stream.
  func reading(_ hidden: Buffer) throws -> Reading {
    let results = try readingProgram([hidden, targets] + shared)
    return Reading(
      losses: try results[0].copyToHost().values(as: Float.self).map(Double.init),
      choices: try results[1].copyToHost().values(as: Int32.self),
      rowLength: length
    )
  }

  /// The same for a stream on the host, `[B * T][D]`.
  func reading(_ rows: VectorRows) throws -> Reading {
    let array = HostArray(
      rows.values.map(Float.init),
      shape: [rowCount, length, configuration.width]
    )
    return try reading(client.buffer(from: array))
  }

  /// How much each token of some rows looks at each before it in a layer: a vector for each row and head.
  func attentionPatterns(_ layer: Int) throws -> VectorRows {
    let all = try states[layer].copyToHost().values(as: Float.self)
    let count = patternRows * length * configuration.width
    let part = HostArray(
      Array(all.prefix(count)),
      shape: [patternRows, length, configuration.width]
    )
    let input = try client.buffer(from: part)
    let results = try patternProgram([input] + layers[order[layer]].dropLast())
    return VectorRows(try results[0].copyToHost().values(as: Float.self), width: length * length)
  }

  /// A residual stream, or what is added to it, token by token.
  func vectors(_ buffer: Buffer) throws -> VectorRows {
    VectorRows(try buffer.copyToHost().values(as: Float.self), width: configuration.width)
  }
}

/// What a model says at each token.
struct Reading {
  /// How many of the likeliest tokens are looked at.
  static let choiceCount = 5

  /// The negative log-likelihood of each next token, nats, row by row.
  let losses: [Double]
  /// The likeliest tokens at each place, the likeliest first.
  let choices: [Int32]
  /// Tokens of a row.
  let rowLength: Int

  /// The mean loss of each row.
  var rowLosses: [Double] {
    stride(from: 0, to: losses.count, by: rowLength).map { start in
      losses[start..<start + rowLength].reduce(0, +) / Double(rowLength)
    }
  }

  /// The share of the likeliest tokens that another reading has in common, from some token on.
  func overlap(with other: Reading, from first: Int) -> Double {
    let size = choices.count / losses.count
    let shares = (first..<losses.count).map { place -> Double in
      let mine = Set(choices[place * size..<(place + 1) * size])
      let theirs = other.choices[place * size..<(place + 1) * size]
      return Double(theirs.count(where: mine.contains)) / Double(size)
    }
    return shares.reduce(0, +) / Double(max(shares.count, 1))
  }
}
