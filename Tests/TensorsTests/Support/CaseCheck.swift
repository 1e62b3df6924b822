import Arrays
import EspalierTestSupport
import PJRT
import ReferenceInterpreter
import StableHLO
import Tensors
import Testing

/// Checks cases in one program: all results against the interpreter, all gradients and the gradients of
/// gradients against difference quotients.
///
/// The cases do not depend on each other, so one run with one number of each case moved gives a
/// difference quotient of each.
func check(
  _ name: String,
  _ cases: [OperationCase],
  tolerance: Tolerance = Tolerance(.float64, operations: 256),
  interpreter: Interpreter = Interpreter(),
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let batch = try CaseBatch(name, cases)
  try batch.compareWith(interpreter, tolerance, sourceLocation)
  try batch.compareWithDifferences(sourceLocation)
}

/// Several cases in one compiled program.
private struct CaseBatch {
  let cases: [OperationCase]
  let function: TracedFunction
  let program: Program
  /// What each result of the program is, for messages.
  let labels: [String]
  /// For each case, where the gradients begin among the results.
  let gradientPlaces: [Int]
  /// For each case, where the gradients of the slope begin among the results.
  let slopeGradientPlaces: [Int]

  init(_ name: String, _ cases: [OperationCase]) throws {
    var labels: [String] = ["losses", "slopes"]
    var gradientPlaces: [Int] = []
    var slopeGradientPlaces: [Int] = []
    var draw = Draw("weights of \(name)", 0)
    let function = try TracedFunction(name, parameters: cases.flatMap { $0.inputs.map(\.type) }) {
      var parameters = $0[...]
      var losses: [Tensor] = []
      var slopes: [Tensor] = []
      var results: [Tensor] = []
      for operation in cases {
        let own = Array(parameters.prefix(operation.inputs.count))
        parameters.removeFirst(own.count)
        let made = DifferentiatedCase(operation, own, &draw)
        losses.append(made.loss.reshaped(to: [1]))
        slopes.append(made.slope.reshaped(to: [1]))
        results += made.outputs
        labels += made.outputs.indices.map { "\(operation.name), result \($0)" }
        gradientPlaces.append(2 + results.count)
        results += made.gradients
        labels += operation.differentiable.map { "\(operation.name), gradient by input \($0)" }
        slopeGradientPlaces.append(2 + results.count)
        results += made.slopeGradients
        labels += made.slopeGradients.indices.map { "\(operation.name), slope's gradient \($0)" }
      }
      return [.concatenate(losses, alongAxis: 0), .concatenate(slopes, alongAxis: 0)] + results
    }
    self.cases = cases
    self.function = function
    program = try quickEngine().compile(function)
    self.labels = labels
    self.gradientPlaces = gradientPlaces
    self.slopeGradientPlaces = slopeGradientPlaces
  }

  private var inputs: [HostArray] { cases.flatMap(\.inputs) }

  func compareWith(
    _ interpreter: Interpreter,
    _ tolerance: Tolerance,
    _ location: SourceLocation
  ) throws {
    let found = try program(inputs)
    let expected = try interpreter.evaluate(function.module, arguments: inputs)
    for (index, label) in labels.enumerated() {
      expectClose(found[index], expected[index], tolerance, label, sourceLocation: location)
    }
  }

  /// The central difference with steps h and 2h, extrapolated: the error is of the order h⁴.
  func compareWithDifferences(_ location: SourceLocation) throws {
    let results = try program(inputs)
    let step = 5e-4
    var losses = cases.map { _ in [Double]() }
    var slopes = cases.map { _ in [Double]() }
    for number in 0..<(cases.map(\.freedom).max() ?? 0) {
      let moved = try [step, -step, 2 * step, -2 * step].map { step in
        try sums(cases.flatMap { $0.inputs(moving: number, by: step) })
      }
      for (index, operation) in cases.enumerated() where number < operation.freedom {
        func quotient(_ sum: (Int) -> Double) -> Double {
          (8 * (sum(0) - sum(1)) - (sum(2) - sum(3))) / (12 * step)
        }
        losses[index].append(quotient { moved[$0].losses[index] })
        slopes[index].append(quotient { moved[$0].slopes[index] })
      }
    }
    for (index, operation) in cases.enumerated() {
      let count = operation.differentiable.count
      func flat(_ start: Int) -> [Double] { results[start..<start + count].flatMap(\.reals) }
      let tolerance = Tolerance(relative: 2e-8)
      expectClose(
        flat(gradientPlaces[index]),
        losses[index],
        tolerance,
        "\(operation.name): gradient",
        sourceLocation: location
      )
      if operation.order == .twice {
        expectClose(
          flat(slopeGradientPlaces[index]),
          slopes[index],
          tolerance,
          "\(operation.name): gradient of the gradient",
          sourceLocation: location
        )
      }
    }
  }

  private func sums(_ inputs: [HostArray]) throws -> (losses: [Double], slopes: [Double]) {
    let client = program.executable.client
    let results = try program(inputs.map { try client.buffer(from: $0) })
    return (try results[0].copyToHost().reals, try results[1].copyToHost().reals)
  }
}
