import Generation
import Kernels
import LanguageModels
import PJRT
import SavedModels
import Tensors

/// Says how probable continuations are behind their contexts.
///
/// ```swift
/// let encoder = try ContinuationEncoder(tokenizer)
/// let scorer = try ContinuationScorer(model, engine: engine, kernels: kernels)
/// let scores = try scorer.scores([encoder.request(context: "2 + 2 =", continuation: " 4")])
/// ```
///
/// Requests whose tokens differ only in the last one share their computation, so that a question with choices of one token
/// costs as much as one choice. Rows are read in batches of about equal length.
public final class ContinuationScorer {
  /// The tokens that are read at once, about.
  private static let batchTokenCount = 4096

  private let programs: ScoringPrograms
  /// The most tokens that the model sees.
  public let contextLength: Int

  /// Copies a model's parameters to the engine's device.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - engine: What runs it.
  ///   - kernels: The kernels it calls; nil leaves everything to XLA.
  /// - Throws: `SavedModelError`, `SafetensorsError` or `PJRTError`.
  public init(_ model: SavedModel, engine: Engine, kernels: KernelLibrary?) throws {
    contextLength = model.configuration.contextLength
    programs = ScoringPrograms(
      Llama(model.configuration, kernels: kernels),
      parameters: try model.parameters(on: engine.client),
      engine: engine
    )
  }

  /// Scores continuations.
  ///
  /// - Parameters:
  ///   - requests: What is asked for. Of one that is longer than the model sees the first tokens are left out.
  ///   - progress: Told how many rows of how many were read.
  /// - Returns: A score each.
  /// - Throws: ``EvaluationError/continuationTooLong(tokenCount:limit:)``, `TraceError` or `PJRTError`.
  public func scores(
    _ requests: [ScoringRequest],
    progress: (_ done: Int, _ of: Int) throws -> Void = { _, _ in }
  ) throws -> [ContinuationScore] {
    let rows = try rows(of: requests)
    var scores = requests.map {
      ContinuationScore(
        logLikelihood: 0,
        isGreedy: true,
        tokenCount: $0.continuation.count,
        tokensLeftOut: max(0, $0.context.count + $0.continuation.count - 1 - contextLength)
      )
    }
    var start = 0
    while start < rows.count {
      let batch = batch(of: rows[start...])
      try score(batch, requests, into: &scores)
      start += batch.count
      try progress(start, rows.count)
    }
    return scores
  }

  /// The rows that are read for requests, the shortest first.
  private func rows(of requests: [ScoringRequest]) throws(EvaluationError) -> [Row] {
    var rows: [Row] = []
    var places: [[Int32]: Int] = [:]
    for (index, request) in requests.enumerated() {
      let tokens = try input(of: request)
      if let place = places[tokens] {
        rows[place].requests.append(index)
      } else {
        places[tokens] = rows.count
        rows.append(Row(tokens: tokens, requests: [index]))
      }
    }
    return rows.sorted { ($0.tokens.count, $0.requests[0]) < ($1.tokens.count, $1.requests[0]) }
  }

  /// The tokens that the model reads for a request: all but the last, of those that it can see.
  private func input(of request: ScoringRequest) throws(EvaluationError) -> [Int32] {
    guard request.continuation.count <= contextLength else {
      throw .continuationTooLong(tokenCount: request.continuation.count, limit: contextLength)
    }
    return (request.context + request.continuation).dropLast().suffix(contextLength)
  }

  /// The first rows, as many as are read at once.
  private func batch(of rows: ArraySlice<Row>) -> [Row] {
    // They are sorted by length, and one more row makes all as long as itself.
    var count = 0
    for row in rows {
      guard count == 0 || (count + 1) * paddedLength(row.tokens.count) <= Self.batchTokenCount
      else { break }
      count += 1
    }
    return Array(rows.prefix(count))
  }

  private func score(
    _ batch: [Row],
    _ requests: [ScoringRequest],
    into scores: inout [ContinuationScore]
  ) throws {
    let length = paddedLength(batch.last?.tokens.count ?? 1)
    // What stands behind a row's end is seen by nothing that is asked for.
    let padded = batch.map { $0.tokens + Array(repeating: 0, count: length - $0.tokens.count) }
    let missing = ProgramSize.powerOfTwo(atLeast: batch.count) - batch.count
    let hidden = try programs.read(padded + Array(repeating: padded[0], count: missing))
    let places = batch.enumerated().flatMap { number, row in
      row.requests.flatMap { request -> [Place] in
        let targets = requests[request].continuation
        let first = number * length + row.tokens.count - targets.count
        return targets.enumerated().map { Place(request: request, row: first + $0, target: $1) }
      }
    }
    for start in stride(from: 0, to: places.count, by: ScoringPrograms.placeCount) {
      let part = places[start..<min(start + ScoringPrograms.placeCount, places.count)]
      let found = try programs.score(hidden, at: part.map(\.row), targets: part.map(\.target))
      for (place, score) in zip(part, found) {
        scores[place.request].logLikelihood += Double(score.logLikelihood)
        scores[place.request].isGreedy = scores[place.request].isGreedy && score.isGreedy
      }
    }
  }

  /// Tokens that are read, and the requests that they are read for.
  private struct Row {
    let tokens: [Int32]
    var requests: [Int]
  }

  /// A token that is scored, and behind which row of the hidden states it stands.
  private struct Place {
    let request: Int
    let row: Int
    let target: Int32
  }

  /// The next of the lengths that programs are compiled for: powers of two and one between each pair.
  private func paddedLength(_ count: Int) -> Int {
    let power = ProgramSize.powerOfTwo(atLeast: max(count, 16))
    let between = power / 4 * 3
    return min(contextLength, count <= between ? between : power)
  }
}
