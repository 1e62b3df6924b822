import Arrays
import ReferenceInterpreter
import StableHLO
import Tensors
import Testing

/// Every operation on every element type it takes, at the values where types have their corners.
@Suite struct ElementTypeTests {
  /// Zeros of both signs, ordinary numbers, halves, infinities, NaN and a large number.
  private static let reals: [Float] = [
    0, -0.0, 1, -1, 0.5, 2.5, -2.5, 3, .infinity, -.infinity, .nan, 1e6,
  ]

  /// All pairs of the corner values of a type.
  private static func pairs(_ type: ElementType) -> [HostArray] {
    func pairs<Scalar: HostScalar>(_ values: [Scalar]) -> [HostArray] {
      [
        HostArray(values.flatMap { x in values.map { _ in x } }),
        HostArray(values.flatMap { _ in values }),
      ]
    }
    return switch type {
    case .float32: pairs(reals)
    case .float64: pairs(reals.map(Double.init))
    case .bfloat16: pairs(reals.map(BFloat16.init))
    case .int32: pairs([0, 1, -1, 2, 7, -8, .max, .min] as [Int32])
    case .int64: pairs([0, 1, -1, 2, 7, -8, .max, .min] as [Int64])
    case .uint8: pairs([0, 1, 2, 7, 200, .max] as [UInt8])
    case .uint32: pairs([0, 1, 2, 7, 1 << 31, .max] as [UInt32])
    case .uint64: pairs([0, 1, 2, 7, 1 << 63, .max] as [UInt64])
    case .bool: pairs([false, true])
    }
  }

  private func compare(
    _ name: String,
    _ inputs: [HostArray],
    _ tolerance: Tolerance? = nil,
    _ body: ([Tensor]) -> [(String, Tensor)]
  ) throws {
    var labels: [String] = []
    let function = try TracedFunction(name, parameters: inputs.map(\.type)) {
      let results = body($0)
      labels = results.map(\.0)
      return results.map(\.1)
    }
    let found = try run(inputs) { body($0).map(\.1) }
    let expected = try evaluate(function.module, arguments: inputs)
    for (index, label) in labels.enumerated() {
      expectClose(found[index], expected[index], tolerance, "\(name): \(label)")
    }
  }

  @Test(arguments: ElementType.allCases)
  func functionsOfTwo(type: ElementType) throws {
    try compare("binary", Self.pairs(type)) { inputs in
      let functions = BinaryFunction.allCases.compactMap { function -> (String, Tensor)? in
        var exponent = inputs[1]
        if function == .power && type.isInteger {
          // XLA looks at the low bits of an exponent only; such powers do not fit the type anyway.
          exponent = exponent % Tensor(9, type)
        }
        let result = Tensor.applying(function, inputs[0], exponent)
        return result.error == nil ? ("\(function)", result) : nil
      }
      let comparisons: [(String, Tensor)] = [
        ("==", inputs[0] .== inputs[1]), ("!=", inputs[0] .!= inputs[1]),
        ("<", inputs[0] .< inputs[1]), ("<=", inputs[0] .<= inputs[1]),
        (">", inputs[0] .> inputs[1]), (">=", inputs[0] .>= inputs[1]),
      ]
      return functions + comparisons
    }
  }

  @Test(arguments: ElementType.allCases)
  func functionsOfOne(type: ElementType) throws {
    try compare("unary", [Self.pairs(type)[1]]) { inputs in
      UnaryFunction.allCases.compactMap { function in
        let result = inputs[0].applying(function)
        return result.error == nil ? ("\(function)", result) : nil
      }
    }
  }

  @Test func conversions() throws {
    for type in ElementType.allCases {
      try compare("conversions", [Self.pairs(type)[1]]) { inputs in
        ElementType.allCases.map { ("\(type) to \($0)", inputs[0].converted(to: $0)) }
      }
    }
  }

  @Test func bitsStayWhenReadAsAnotherType() throws {
    try compare(
      "bits",
      [HostArray(Self.reals), HostArray([0, -1, .max, .min] as [Int64])]
    ) { inputs in
      [
        ("uint32", inputs[0].bitcast(to: .uint32)), ("int32", inputs[0].bitcast(to: .int32)),
        ("uint64", inputs[1].bitcast(to: .uint64)), ("float64", inputs[1].bitcast(to: .float64)),
      ]
    }
  }

  /// Gradients in the types that models are trained in.
  @Test(arguments: [ElementType.float32, .bfloat16])
  func gradients(type: ElementType) throws {
    var draw = Draw("gradients \(type)", 0)
    let inputs = [draw.reals([3, 4]), draw.reals([4, 2])]
    try compare("gradients", inputs, Tolerance(type)) { inputs in
      let (x, y) = (inputs[0].converted(to: type), inputs[1].converted(to: type))
      let loss = (x.dot(y).hyperbolicTangent().softmax() * y.sum(axes: [0]).exponential()).mean()
      let flow = gradient(of: loss, withRespectTo: inputs)
      return [("loss", loss), ("by x", flow[0]), ("by y", flow[1])]
    }
  }

  /// Sums, products and rearrangements in the types that models are trained in.
  @Test(arguments: [ElementType.float32, .bfloat16, .int32, .uint32, .int64])
  func operationsOnSeveralElements(type: ElementType) throws {
    var draw = Draw("\(type)", 0)
    let (x, y) = (draw.reals([3, 4], 0...3), draw.reals([4, 2], 0...3))
    try compare("several", [x, y]) { inputs in
      let (x, y) = (inputs[0].converted(to: type), inputs[1].converted(to: type))
      return [
        ("sum", x.sum(axes: [0])), ("maximum", x.maximum(axes: [1])),
        ("product", x.reduced(.product)), ("dot", x.dot(y)),
        ("indices", .indices(TensorType(type, [2, 3]), alongAxis: -1)),
        ("pad", x.padded(with: Tensor(1, type), low: [1, 0], high: [0, 1])),
        ("rows", x.gatheringRows(at: Tensor(HostArray([2, 0] as [Int32])))),
        ("scatter", x.addingRows(x, at: Tensor(HostArray([2, 2, 0] as [Int32])))),
        ("sort", x.sorted().values), ("concatenate", .concatenate([x, x], alongAxis: 0)),
        ("clamp", x.clamped(from: Tensor(1, type), to: Tensor(2, type))),
      ]
    }
  }
}

extension Tensor {
  /// A function of two tensors, by its case.
  static func applying(_ function: BinaryFunction, _ x: Tensor, _ y: Tensor) -> Tensor {
    switch function {
    case .add: x + y
    case .and: x .& y
    case .divide: x / y
    case .maximum: x.maximum(y)
    case .minimum: x.minimum(y)
    case .multiply: x * y
    case .or: x .| y
    case .power: x.power(y)
    case .remainder: x % y
    case .shiftLeft: x.shiftedLeft(by: y)
    case .shiftRightLogical: x.shiftedRight(by: y)
    case .subtract: x - y
    case .xor: x .^ y
    }
  }
}
