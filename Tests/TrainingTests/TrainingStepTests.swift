import Arrays
import EspalierTestSupport
import Foundation
import Growing
import LanguageModels
import PJRT
import Tensors
import Testing

@testable import Training

/// What a step does with the state besides training it, and what an evaluation measures.
@Suite struct TrainingStepTests {
  @Test("A step is given the state's memory: the old buffers are gone and the new lie there")
  func stepTakesTheStatesMemory() throws {
    let parity = try LlamaParity.shared()
    var training = try parity.training()
    let old = training.state.buffers
    let places = try old.map { try $0.memoryAddress() }
    _ = try training.step([parity.batch(0)], rate: 1e-3)
    for buffer in old { #expect(try buffer.isDeleted) }
    #expect(try training.state.buffers.map { try $0.memoryAddress() } == places)
    #expect(try training.state.buffers.allSatisfy { try !$0.isDeleted })
  }

  @Test("Every tensor of the state changes in a step but the rate of zero")
  func everyTensorIsTrained() throws {
    let parity = try LlamaParity.shared()
    var training = try parity.training()
    let start = try training.state.arrays()
    _ = try training.step([parity.batch(0)], rate: 0)
    let still = try training.state.arrays()
    _ = try training.step([parity.batch(1)], rate: 1e-3)
    let moved = try training.state.arrays()
    for entry in training.state.layout.entries {
      #expect(moved[entry.name] != still[entry.name], "\(entry.name)")
    }
    for entry in training.state.layout.modelEntries {
      #expect(still[entry.name] == start[entry.name], "\(entry.name)")
    }
    #expect(moved["steps.layers"] == HostArray([2, 2] as [Int32]))
    #expect(moved["steps.shared"] == HostArray(scalar: Int32(2)))
  }

  @Test("A grown state fits the step of its depth and starts where the copied layers were")
  func grownStateFitsTheDeeperStep() throws {
    let parity = try LlamaParity.shared()
    var state = try parity.state(tied: true, optimizer: parity.optimizer)
    let growth = GrowthStep(map: try LayerMap(copying: [0, 1, 1], sourceDepth: 2))
    try state.grow(by: growth) { specification, _ in
      HostArray(zeros: TensorType(.float32, specification.layerShape))
    }
    let step = TrainingStep(
      model: Llama(state.layout.configuration, layerExecution: .scan),
      optimizer: parity.optimizer,
      batchSize: parity.golden.batchSize
    )
    var training = try TestTraining(step, state: state)
    let (first, _) = try training.step([parity.batch(0)], rate: 1e-3)
    let (second, _) = try training.step([parity.batch(0)], rate: 1e-3)
    #expect(first.isFinite && second < first)
    #expect(try training.state.arrays()["steps.layers"] == HostArray([2, 2, 2] as [Int32]))
  }

  /// Every token begins a document, so nothing is to be predicted: no loss, no gradient, and training goes
  /// on behind it.
  @Test(arguments: [1, 2])
  func aBatchWithoutATargetTeachesNothing(accumulation: Int) throws {
    let parity = try LlamaParity.shared()
    var training = try parity.training(accumulation: accumulation, separatesDocuments: true)
    let shape = parity.segments.shape
    let alone = HostArray((0..<shape.elementCount).map(Int32.init), shape: shape)
    let (loss, norm) = try training.step([parity.batch(0), alone], rate: 1e-3)
    #expect(loss == 0)
    #expect(norm == 0)
    for (name, array) in try training.state.arrays() where name.contains("Moment") {
      #expect(array.doubles.allSatisfy { $0 == 0 }, "\(name)")
    }
    // The next loss is that of the parameters as they are now, by a program of its own.
    let given = [parity.batch(0), parity.segments]
    let evaluation = EvaluationStep(
      model: Llama(parity.configuration(tied: true)),
      batchSize: parity.golden.batchSize,
      separatesDocuments: true
    )
    let program = try TestTraining.quickEngine().compile(evaluation.traced())
    let inputs = try given.map { try TestPlugin.client().buffer(from: $0) }
    let results = try program(training.state.modelBuffers + inputs)
      .map { try $0.copyToHost().doubles[0] }
    let (next, _) = try training.step(given, rate: 1e-3)
    let expected = results[0] / results[1]
    #expect(Tolerance(.float32, roundings: 32).mismatch("loss", [next], [expected]) == nil)
  }

  @Test(
    "The evaluation's total is the sum computed by hand from the logits",
    arguments: [false, true]
  )
  func evaluationIsTheSumByHand(separatesDocuments: Bool) throws {
    let parity = try LlamaParity.shared()
    let configuration = parity.configuration(tied: true)
    let (rows, length) = (parity.golden.batchSize, configuration.contextLength)
    let step = EvaluationStep(
      model: Llama(configuration),
      batchSize: rows,
      separatesDocuments: separatesDocuments
    )
    let state = try parity.state(tied: true, optimizer: parity.optimizer)
    let batch = parity.batch(3)
    let given = separatesDocuments ? [batch, parity.segments] : [batch]
    let inputs = try given.map { try TestPlugin.client().buffer(from: $0) }
    let program = try TestTraining.quickEngine().compile(step.traced())
    let results = try program(state.modelBuffers + inputs).map { try $0.copyToHost().doubles[0] }

    let logits = try logits(configuration, state, given)
    let tokens = batch.values(as: Int32.self)
    let segments = parity.segments.values(as: Int32.self)
    var (total, count) = (0.0, 0.0)
    for row in 0..<rows {
      for position in 0..<length {
        let place = row * (length + 1) + position
        if separatesDocuments && segments[place] != segments[place + 1] { continue }
        let scores = logits[row * length + position]
        let largest = scores.max() ?? 0
        let partition = scores.reduce(0) { $0 + exp($1 - largest) }
        total += largest + log(partition) - scores[Int(tokens[place + 1])]
        count += 1
      }
    }
    #expect(results[1] == count)
    #expect(Tolerance(.float32, roundings: 32).mismatch("total", [results[0]], [total]) == nil)
  }

  /// The logits of each position, from the model itself.
  private func logits(
    _ configuration: LlamaConfiguration,
    _ state: DeviceState,
    _ given: [HostArray]
  ) throws -> [[Double]] {
    let types = state.layout.modelEntries.map(\.type) + given.map(\.type)
    let count = state.layout.modelEntries.count
    let length = configuration.contextLength
    let program = try TestTraining.quickEngine().program("logits", parameters: types) { inputs in
      let rows = inputs[count...].map { $0.sliced(0..<length, alongAxis: 1) }
      return [
        Llama(configuration).logits(
          tokens: rows[0],
          segments: rows.count > 1 ? rows[1] : nil,
          parameters: LlamaParameters(
            configuration: configuration,
            tensors: Array(inputs.prefix(count))
          )
        )
      ]
    }
    let client = try TestPlugin.client()
    let inputs = try given.map { try client.buffer(from: $0) }
    let flat = try program(state.modelBuffers + inputs)[0].copyToHost().doubles
    let width = configuration.vocabularySize
    return stride(from: 0, to: flat.count, by: width).map { Array(flat[$0..<$0 + width]) }
  }
}
