import Arrays
import EspalierTestSupport
import PJRT
import StableHLO
import Tensors
import Testing

/// Programs that several devices of the processor run together.
@Suite struct DistributionTests {
  private static let client = Result<Client, any Error> {
    try Client(plugin: Plugin(path: TestPlugin.path), options: [.cpuDeviceCount(4)])
  }

  private func engine(cacheFolder: String? = nil) throws -> Engine {
    Engine(
      client: try Self.client.get(),
      cacheFolder: cacheFolder,
      settings: ["xla_backend_optimization_level": "0"]
    )
  }

  private static let types = [TensorType(.float64, [8, 12]), TensorType(.float64, [12, 4])]

  private func arrays() -> [HostArray] {
    var draw = Draw("distributed", 0)
    return Self.types.map { draw.reals($0.shape) }
  }

  /// A step of descent on `mean(tanh(x w)²)`: the new weights, which take the old ones' place, and the loss.
  private func step() throws -> TracedFunction {
    try TracedFunction("step", parameters: Self.types, donating: [1: 0]) { inputs in
      let loss = inputs[0].dot(inputs[1]).hyperbolicTangent().squared().mean()
      return [inputs[1] - gradient(of: loss, withRespectTo: [inputs[1]])[0], loss]
    }
  }

  @Test(
    "However a step's operands lie on devices, it is that of one device",
    arguments: [2, 4],
    [TensorSharding.replicated, .split(axis: 0), .split(axis: 1)]
  )
  func devicesChangeNothing(deviceCount: Int, weights: TensorSharding) throws {
    let (engine, arrays) = (try engine(), arrays())
    let alone = try engine.compile(step())(arrays)
    for rows in [TensorSharding.replicated, .split(axis: 0), .split(axis: 1)] {
      let program = try engine.compile(
        step().distributed(
          over: deviceCount,
          parameters: [rows, weights],
          results: [weights, .replicated]
        )
      )
      #expect(program.executable.deviceCount == deviceCount)
      func arguments() throws -> [DistributedTensor] {
        try zip(arrays, [rows, weights]).map {
          try DistributedTensor($0, sharding: $1, on: DeviceMesh(engine, deviceCount: deviceCount))
        }
      }
      let given = try arguments()
      let results = try program(given)
      #expect(try given[1].parts.allSatisfy { try $0.isDeleted })
      #expect(results.map(\.type) == alone.map(\.type))
      #expect(results.map(\.sharding) == [weights, .replicated])
      let part = weights.partShape(of: Self.types[1].shape, deviceCount: deviceCount)
      #expect(results[0].parts.map(\.type.shape) == (0..<deviceCount).map { _ in part })
      for (found, expected) in zip(results, alone) {
        let pairs = zip(try found.copyToHost().reals, expected.reals)
        #expect(pairs.allSatisfy { abs($0 - $1) < 1e-12 }, "\(rows)")
      }
      // The same bits when it is run again.
      let again = try program(arguments())
      for (found, other) in zip(results, again) {
        #expect(try found.copyToHost() == other.copyToHost())
      }
    }
  }

  @Test func aDistributedProgramIsFoundOnDisk() throws {
    let folder = try TemporaryFolder()
    func run() throws -> (Program.Origin, HostArray) {
      let engine = try engine(cacheFolder: folder / "cache")
      let program = try engine.compile(
        step().distributed(
          over: 2,
          parameters: [.split(axis: 0), .replicated],
          results: [.replicated, .replicated]
        )
      )
      let tensors = try zip(arrays(), [TensorSharding.split(axis: 0), .replicated]).map {
        try DistributedTensor($0, sharding: $1, on: DeviceMesh(engine, deviceCount: 2))
      }
      return (program.origin, try program(tensors)[0].copyToHost())
    }
    let (first, second) = (try run(), try run())
    #expect([first.0, second.0] == [.compiled, .disk])
    #expect(first.1 == second.1)
  }

  /// Programs of one device take tensors on it as they take its buffers.
  @Test func oneDeviceNeedsNoDistribution() throws {
    let engine = try engine()
    let program = try engine.compile(step())
    let tensors = try arrays().map {
      try DistributedTensor($0, sharding: .split(axis: 0), on: DeviceMesh(engine))
    }
    #expect(tensors.map(\.sharding) == [.replicated, .replicated])
    #expect(try program(tensors).map { try $0.copyToHost() } == program(arrays()))
  }

  /// A constraint moves values between devices and changes none; its gradient is constrained where that is asked for.
  @Test(arguments: [TensorSharding.replicated, .split(axis: 0), .split(axis: 1)], [true, false])
  func constraintsChangeNothing(sharding: TensorSharding, constrainsGradient: Bool) throws {
    let engine = try engine()
    func function(isConstrained: Bool) throws -> TracedFunction {
      try TracedFunction("step", parameters: Self.types) { inputs in
        let product = inputs[0].dot(inputs[1])
        let lying =
          isConstrained
          ? product.constrained(to: sharding, constrainsGradient: constrainsGradient) : product
        let loss = lying.hyperbolicTangent().squared().mean()
        return [loss] + gradient(of: loss, withRespectTo: inputs)
      }
    }
    let constrained = try function(isConstrained: true)
    let expected = try engine.compile(function(isConstrained: false))(arrays())
    #expect(try engine.compile(constrained)(arrays()) == expected)
    let rows: [TensorSharding] = [.split(axis: 0), .replicated]
    let spread = try constrained.distributed(
      over: 2,
      parameters: rows,
      results: [.replicated] + rows
    )
    let calls = spread.module.text.split(separator: "\n").filter { $0.contains("@Sharding") }
    #expect(calls.count == (constrainsGradient ? 2 : 1))
    #expect(calls.allSatisfy { $0.contains("mhlo.sharding = \"\(Self.text(sharding))\"") })
    let arguments = try zip(arrays(), rows).map {
      try DistributedTensor($0, sharding: $1, on: DeviceMesh(engine, deviceCount: 2))
    }
    for (found, expected) in zip(try engine.compile(spread)(arguments), expected) {
      let pairs = zip(try found.copyToHost().reals, expected.reals)
      #expect(pairs.allSatisfy { abs($0 - $1) < 1e-12 })
    }
  }

  /// A call from values `[n, 4]` to themselves times n, which tells how many rows it is given.
  private static let rowCounter = Result<Void, any Error> {
    let call = CustomCall(name: "espalier_test_row_counter") { frame in
      CustomCallFrame.handle(frame) { call in
        guard let input = call.input(0)?.values(as: Double.self),
          let output = call.output(0)?.mutableValues(as: Double.self)
        else { return .failure("needs one float64 array in and out") }
        for index in input.indices { output[index] = input[index] * Double(input.count / 4) }
        return .success
      }
    }
    try client.get().register(customCall: call)
  }

  private func timesRows(_ tensor: Tensor) -> Tensor {
    let target = CustomCallTarget(
      name: "espalier_test_row_counter",
      resultTypes: [tensor.type],
      isPerDevice: true
    )
    return Tensor.customCall(target, [tensor]) { _, _, cotangents in
      [self.timesRows(cotangents[0])]
    }[0]
  }

  /// Each device makes such a call on its rows, wherever its operand lay; also in a loop and its gradient.
  @Test(arguments: [
    (1, TensorSharding.replicated), (2, .replicated), (4, .split(axis: 0)), (2, .split(axis: 1)),
  ])
  func callsAreMadePerDevice(deviceCount: Int, rows: TensorSharding) throws {
    try Self.rowCounter.get()
    let engine = try engine()
    func function(_ times: @escaping (Tensor) -> Tensor) throws -> TracedFunction {
      try TracedFunction("called", parameters: Self.types) { inputs in
        let loop = scan(over: [], initial: [inputs[0].dot(inputs[1])], length: 3) { carry, _ in
          let next = times(carry[0].hyperbolicTangent()) * 0.5
          return ([next], [next])
        }
        let loss = loop.outputs[0].squared().mean()
        return [loss] + gradient(of: loss, withRespectTo: inputs)
      }
    }
    let expected = try engine.compile(function { $0 * Double(8 / deviceCount) })(arrays())
    let program = try engine.compile(
      function(timesRows).distributed(
        over: deviceCount,
        parameters: [rows, .replicated],
        results: [.replicated, rows, .replicated]
      )
    )
    let mesh = DeviceMesh(engine, deviceCount: deviceCount)
    let arguments = try zip(arrays(), [rows, .replicated]).map {
      try DistributedTensor($0, sharding: $1, on: mesh)
    }
    for (found, expected) in zip(try program(arguments), expected) {
      let pairs = zip(try found.copyToHost().reals, expected.reals)
      #expect(pairs.allSatisfy { abs($0 - $1) < 1e-10 })
    }
  }

  private static func text(_ sharding: TensorSharding) -> String {
    switch sharding {
    case .replicated: "{replicated}"
    case .split(let axis): axis == 0 ? "{devices=[2,1]<=[2]}" : "{devices=[1,2]<=[2]}"
    }
  }

  @Test(
    "A distribution that does not fit its function is refused",
    arguments: [
      (0, [TensorSharding.replicated, .replicated], [TensorSharding.replicated, .replicated]),
      (2, [.replicated], [.replicated, .replicated]),
      (2, [.replicated, .replicated], [.replicated]),
      (3, [.split(axis: 0), .replicated], [.replicated, .replicated]),
      (2, [.split(axis: 2), .replicated], [.replicated, .replicated]),
      (2, [.replicated, .replicated], [.replicated, .split(axis: 0)]),
      (2, [.replicated, .split(axis: 0)], [.split(axis: 1), .replicated]),
    ]
  )
  func misfitsAreRefused(
    deviceCount: Int,
    parameters: [TensorSharding],
    results: [TensorSharding]
  ) throws {
    let step = try step()
    #expect(throws: TraceError.self) {
      try step.distributed(over: deviceCount, parameters: parameters, results: results)
    }
  }

  @Test func tensorsThatLieDifferentlyAreRefused() throws {
    let engine = try engine()
    let program = try engine.compile(
      step().distributed(
        over: 2,
        parameters: [.split(axis: 0), .replicated],
        results: [.replicated, .replicated]
      )
    )
    func tensor(_ index: Int, _ sharding: TensorSharding, _ deviceCount: Int) throws
      -> DistributedTensor
    {
      try DistributedTensor(
        arrays()[index],
        sharding: sharding,
        on: DeviceMesh(engine, deviceCount: deviceCount)
      )
    }
    let weights = try tensor(1, .replicated, 2)
    for wrong in [
      try tensor(0, .split(axis: 1), 2), try tensor(0, .split(axis: 0), 4),
      try tensor(0, .replicated, 1),
    ] {
      let error = #expect(throws: ProgramError.self) { try program([wrong, weights]) }
      #expect(
        error.map {
          "\($0)".hasPrefix("step: argument 0 needs to lie on devices as split(axis: 0)")
        }
          == true
      )
    }
    #expect(
      throws: ProgramError.unevenParts(Self.types[0], axis: 0, deviceCount: 3)
    ) {
      try DistributedTensor(
        arrays()[0],
        sharding: .split(axis: 0),
        on: DeviceMesh(engine, deviceCount: 3)
      )
    }
  }
}
