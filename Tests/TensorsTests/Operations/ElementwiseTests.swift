import Arrays
import StableHLO
import Tensors
import Testing

@Suite struct ElementwiseTests {
  /// Where each function is smooth; functions with steps are drawn away from them.
  private static let domains: [UnaryFunction: ClosedRange<Double>] = [
    .logarithm: 0.2...3, .logarithmOfOnePlus: -0.7...3, .reciprocalSquareRoot: 0.2...3,
    .squareRoot: 0.2...3,
  ]

  @Test func functionsOfOneTensor() throws {
    var cases: [OperationCase] = []
    for function in UnaryFunction.allCases where ![.not, .isFinite].contains(function) {
      for index in 0..<2 {
        var draw = Draw("\(function)", index)
        let input = draw.reals(draw.shape(), Self.domains[function] ?? -2...2)
        cases.append(
          OperationCase("\(function) \(input.type)", [input]) { [$0[0].applying(function)] }
        )
      }
    }
    try check("unary", cases)
  }

  @Test func functionsOfTwoTensors() throws {
    var cases: [OperationCase] = []
    let functions: [BinaryFunction] = [
      .add, .subtract, .multiply, .divide, .maximum, .minimum, .power, .remainder,
    ]
    for function in functions {
      for index in 0..<4 {
        var draw = Draw("\(function)", index)
        let (left, right) = draw.stretchablePair()
        let range = function == .power ? 0.3...2.0 : -2.0...2.0
        var inputs = [draw.reals(left, range), draw.reals(right, range)]
        if [.divide, .remainder].contains(function) { inputs[1] = draw.reals(right, 0.3...2) }
        cases.append(
          OperationCase("\(function) \(left) \(right)", inputs) { inputs in
            switch function {
            case .add: [inputs[0] + inputs[1]]
            case .subtract: [inputs[0] - inputs[1]]
            case .multiply: [inputs[0] * inputs[1]]
            case .divide: [inputs[0] / inputs[1]]
            case .maximum: [inputs[0].maximum(inputs[1])]
            case .minimum: [inputs[0].minimum(inputs[1])]
            case .power: [inputs[0].power(inputs[1])]
            default: [inputs[0] % inputs[1]]
            }
          }
        )
      }
    }
    try check("binary", cases)
  }

  @Test func numbersOnEitherSide() throws {
    var draw = Draw("numbers", 0)
    let x = draw.reals([2, 3], 0.5...2)
    try check(
      "numbers",
      [
        OperationCase("x + 2", [x]) { [$0[0] + 2] }, OperationCase("2 + x", [x]) { [2 + $0[0]] },
        OperationCase("x - 2", [x]) { [$0[0] - 2] }, OperationCase("2 - x", [x]) { [2 - $0[0]] },
        OperationCase("x * 2", [x]) { [$0[0] * 2] }, OperationCase("2 * x", [x]) { [2 * $0[0]] },
        OperationCase("x / 2", [x]) { [$0[0] / 2] }, OperationCase("2 / x", [x]) { [2 / $0[0]] },
        OperationCase("-x", [x]) { [-$0[0]] }, OperationCase("x²", [x]) { [$0[0].squared()] },
        OperationCase("x³", [x]) { [$0[0].power(3)] },
        OperationCase("x⁻²", [x]) { [$0[0].power(-2)] },
      ]
    )
  }

  @Test func selectAndClamp() throws {
    var cases: [OperationCase] = []
    for index in 0..<6 {
      var draw = Draw("select", index)
      let (left, right) = draw.stretchablePair()
      let condition = draw.truths(draw.chance(30) ? .scalar : left)
      cases.append(
        OperationCase(
          "select \(condition.type) \(left) \(right)",
          [condition, draw.reals(left), draw.reals(right)]
        ) { [.select($0[0], $0[1], otherwise: $0[2])] }
      )
      let shape = draw.shape()
      let bounds = draw.chance(50) ? shape : .scalar
      cases.append(
        OperationCase(
          "clamp \(shape) by \(bounds)",
          [draw.reals(shape), draw.reals(bounds, -1.5...0), draw.reals(bounds, 0...1.5)]
        ) { [$0[0].clamped(from: $0[1], to: $0[2])] }
      )
      cases.append(
        OperationCase("clamp \(shape) to a range", [draw.reals(shape)]) {
          [$0[0].clamped(to: -0.7...0.9)]
        }
      )
    }
    try check("select_clamp", cases)
  }

  @Test func comparisonsAndLogic() throws {
    var cases: [OperationCase] = []
    for index in 0..<4 {
      var draw = Draw("compare", index)
      let shape = draw.shape()
      let integers = [draw.integers(shape, -1...1), draw.integers(shape, -1...1)]
      let truths = [draw.truths(shape), draw.truths(shape)]
      for (inputs, kind) in [
        (integers, "int32"), (truths, "bool"), ([draw.reals(shape), draw.reals(shape)], "float64"),
      ] {
        cases.append(
          OperationCase("comparisons of \(kind) \(shape)", inputs, order: .never) {
            let (x, y) = ($0[0], $0[1])
            return [x .== y, x .!= y, x .< y, x .<= y, x .> y, x .>= y]
          }
        )
      }
      for (inputs, kind) in [(integers, "int32"), (truths, "bool")] {
        cases.append(
          OperationCase("logic of \(kind) \(shape)", inputs, order: .never) {
            let (x, y) = ($0[0], $0[1])
            return [x .& y, x .| y, x .^ y, .!x]
          }
        )
      }
    }
    try check("comparisons", cases)
  }

  /// At the joint of two pieces each operand gets half, so that the parts still add up to the whole.
  @Test func equalOperandsShareTheCotangent() throws {
    let results = try run([HostArray([1.0, 2]), HostArray([1.0, 3])]) { inputs in
      let sum = (inputs[0].maximum(inputs[1]) + inputs[0].minimum(inputs[1])).sum()
      let peak = inputs[0].maximum(inputs[1]).sum()
      return gradient(of: sum, withRespectTo: inputs) + gradient(of: peak, withRespectTo: inputs)
    }
    #expect(results.map(\.reals) == [[1, 1], [1, 1], [0.5, 0], [0.5, 1]])
  }

  @Test func powersAtZeroAndOfNegativeNumbers() throws {
    let base = HostArray([0.0, 0, 0, -2, -2])
    let exponent = HostArray([0.0, 1, 2, 2, 3])
    let results = try run([base, exponent]) { inputs in
      let power = inputs[0].power(inputs[1])
      let byBase = gradient(of: power.sum(), withRespectTo: [inputs[0]])[0]
      return [power, byBase, gradient(of: byBase.sum(), withRespectTo: [inputs[0]])[0]]
    }
    #expect(results[0].reals == [1, 0, 0, 4, -8])
    #expect(results[1].reals == [0, 1, 0, -4, 12])
    #expect(results[2].reals == [0, 0, 2, 2, -12])
  }
}

extension Draw {
  /// Two shapes that stretch to a common one.
  mutating func stretchablePair() -> (Shape, Shape) {
    let common = shape().dimensions
    func thinned(_ draw: inout Draw) -> Shape {
      let axes = common.map { draw.chance(25) ? 1 : $0 }
      return Shape(Array(axes.dropFirst(draw.chance(25) ? draw.integer(0...axes.count) : 0)))
    }
    return (thinned(&self), thinned(&self))
  }
}
