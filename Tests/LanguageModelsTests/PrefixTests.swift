import Arrays
import EspalierTestSupport
import Foundation
import PJRT
import Tensors
import Testing

@testable import LanguageModels

/// What is seen of a prefix, and the loss of chosen targets.
@Suite struct PrefixTests {
  private static let length = 8

  private static func subject(_ execution: Llama.LayerExecution = .unrolled) -> TestModel {
    TestModel(
      configuration: LlamaConfiguration(
        layerCount: 2,
        width: 16,
        headCount: 4,
        keyValueHeadCount: 2,
        feedForwardWidth: 12,
        vocabularySize: 11,
        contextLength: length
      ),
      elementType: .float64,
      execution: execution
    )
  }

  private static let row = TensorType(.int32, [1, length])
  private static let perRow = TensorType(.int32, [1])

  @Test(
    "A prefix is seen by all of its row, everything else from its place on, within documents",
    arguments: [Llama.LayerExecution.unrolled, .scan],
    [[0, 0, 0, 0, 0, 0, 0, 0], [4, 4, 4, 5, 5, 5, 5, 5]] as [[Int32]]
  )
  func visibility(execution: Llama.LayerExecution, documents: [Int32]) throws {
    let subject = Self.subject(execution)
    let client = try TestPlugin.client()
    let program = try subject.program("prefixes", [Self.row, Self.row, Self.perRow]) {
      weights,
      inputs in
      [
        subject.model.logits(
          tokens: inputs[0],
          visibility: Visibility(segments: inputs[1], prefixLengths: inputs[2]),
          parameters: weights
        )
      ]
    }
    let parameters = try subject.parameters().map { try client.buffer(from: $0) }
    func logits(_ tokens: [Int32], _ prefix: Int) throws -> [[Double]] {
      let inputs = [
        HostArray(tokens, shape: [1, Self.length]), HostArray(documents, shape: [1, Self.length]),
        HostArray([Int32(prefix)], shape: [1]),
      ]
      let flat = try program(parameters + inputs.map { try client.buffer(from: $0) })[0]
        .copyToHost().values(as: Double.self)
      return stride(from: 0, to: flat.count, by: 11).map { Array(flat[$0..<$0 + 11]) }
    }
    let tokens: [Int32] = subject.tokens(rows: 1, length: Self.length).values()
    for prefix in [0, 1, 2, 5, 8] {
      let before = try logits(tokens, prefix)
      for position in 0..<Self.length {
        var other = tokens
        other[position] = (other[position] + 1) % 11
        let after = try logits(other, prefix)
        let changed = (0..<Self.length).filter { before[$0] != after[$0] }
        let expected = (0..<Self.length).filter { query in
          documents[query] == documents[position] && (position <= query || position < prefix)
        }
        #expect(changed == expected, "prefix \(prefix), position \(position)")
      }
    }
  }

  @Test("Without a prefix in any row, attention is causal to the bit")
  func noPrefixIsCausal() throws {
    let subject = Self.subject()
    let program = try subject.program("no_prefix", [Self.row, Self.perRow]) { weights, inputs in
      [
        subject.model.logits(tokens: inputs[0], parameters: weights),
        subject.model.logits(
          tokens: inputs[0],
          visibility: Visibility(prefixLengths: inputs[1]),
          parameters: weights
        ),
      ]
    }
    let client = try TestPlugin.client()
    let inputs =
      subject.parameters() + [
        subject.tokens(rows: 1, length: Self.length), HostArray(zeros: Self.perRow),
      ]
    let found = try program(inputs.map { try client.buffer(from: $0) }).map { try $0.copyToHost() }
    #expect(found[0] == found[1])
  }

  @Test("The loss of chosen targets is the sum by hand, and its gradient that sum's")
  func lossByHand() throws {
    let subject = Self.subject()
    let rows = TensorType(.int32, [3, Self.length])
    let lengths = TensorType(.int32, [3])
    let program = try subject.program("marked_loss", [rows, rows, rows, lengths]) {
      weights,
      inputs in
      let visibility = Visibility(prefixLengths: inputs[3])
      let (total, count) = subject.model.totalLoss(
        tokens: inputs[0],
        targets: inputs[1],
        weights: inputs[2],
        visibility: visibility,
        parameters: weights
      )
      let logits = subject.model.logits(
        tokens: inputs[0],
        visibility: visibility,
        parameters: weights
      )
      return [total, count, logits] + gradient(of: total, withRespectTo: weights).tensors
    }
    let client = try TestPlugin.client()
    let tokens = subject.tokens(rows: 3, length: Self.length, seed: 3)
    let targets = subject.tokens(rows: 3, length: Self.length, seed: 4)
    let places = 0..<3 * Self.length
    let weights = places.map { Int32($0 % 3 == 1 ? 1 : 0) }
    let prefixes = HostArray([0, 3, 8] as [Int32], shape: [3])
    func results(_ weights: [Int32]) throws -> [[Double]] {
      let inputs =
        subject.parameters()
        + [tokens, targets, HostArray(weights, shape: [3, Self.length]), prefixes]
      return try program(inputs.map { try client.buffer(from: $0) })
        .map { try $0.copyToHost().values(as: Double.self) }
    }
    let found = try results(weights)
    let wanted = targets.values(as: Int32.self)
    var total = 0.0
    for place in places where weights[place] == 1 {
      let scores = found[2][place * 11..<(place + 1) * 11]
      let largest = scores.max() ?? 0
      let partition = scores.reduce(0) { $0 + exp($1 - largest) }
      total += largest + log(partition) - scores[scores.startIndex + Int(wanted[place])]
    }
    #expect(found[1] == [8])
    #expect(Tolerance(.float64, roundings: 64).mismatch("total", found[0], [total]) == nil)
    // What does not count has no part in the gradient: the two halves' gradients add up to the whole's.
    let one = try results(places.map { $0 < 9 ? weights[$0] : 0 })
    let two = try results(places.map { $0 < 9 ? 0 : weights[$0] })
    for index in 3..<found.count {
      let sum = zip(one[index], two[index]).map { $0 + $1 }
      #expect(Tolerance(.float64, roundings: 4096).mismatch("gradient", found[index], sum) == nil)
    }
    #expect(try results(places.map { _ in 0 })[3...].allSatisfy { $0.allSatisfy { $0 == 0 } })
  }
}
