import Arrays
import EspalierTestSupport
import PJRT
import StableHLO
import Tensors
import Testing

@Suite struct ProgramTests {
  private let pair = [TensorType(.float32, [2]), TensorType(.float32, [2])]

  private func engine() throws -> Engine { Engine(client: try TestPlugin.client()) }

  @Test func argumentsOfOtherTypesAreRefused() throws {
    let program = try engine().program("add", parameters: pair) { [$0[0] + $0[1]] }
    let good = HostArray([1, 2] as [Float])
    #expect(try program([good, good]) == [HostArray([2, 4] as [Float])])
    #expect(throws: ProgramError.argumentCount(program: "add", expected: 2, found: 1)) {
      try program([good])
    }
    let bad = HostArray([1.0, 2])
    #expect(
      throws: ProgramError.argumentType(
        program: "add",
        index: 1,
        expected: pair[1],
        found: bad.type
      )
    ) { try program([good, bad]) }
    let buffer = try program.executable.client.buffer(from: bad)
    #expect(throws: ProgramError.self) { try program([buffer, buffer]) }
    #expect(
      "\(ProgramError.argumentType(program: "add", index: 1, expected: pair[1], found: bad.type))"
        == "add: argument 1 needs to be float32[2]; got float64[2]"
    )
  }

  /// The result takes the argument's memory, and the argument is gone.
  @Test func aDonatedArgumentIsDeleted() throws {
    let type = TensorType(.float32, [1024])
    let program = try engine().program("step", parameters: [type, type], donating: [1: 0]) {
      [$0[1] + 1, $0[0] + $0[1]]
    }
    let client = program.executable.client
    let kept = try client.buffer(from: HostArray(repeating: 1, type: type))
    let given = try client.buffer(from: HostArray(repeating: 2, type: type))
    let address = try given.memoryAddress()
    let results = try program([kept, given])
    #expect(try given.isDeleted)
    #expect(try kept.isDeleted == false)
    #expect(try results[0].memoryAddress() == address)
    #expect(try results[0].copyToHost() == HostArray(repeating: 3, type: type))
    #expect(try results[1].copyToHost() == HostArray(repeating: 3, type: type))
  }

  @Test func tracingTwiceGivesEqualText() throws {
    func trace() throws -> TracedFunction {
      try TracedFunction("same", parameters: [TensorType(.float32, [3, 2])]) { inputs in
        let carry = scan(over: [inputs[0]], initial: [Tensor.zeros(TensorType(.float32, [2]))]) {
          ([($0[0] + $1[0]).sine()], [])
        }.carry[0]
        return gradient(of: carry.sum(), withRespectTo: inputs)
      }
    }
    #expect(try trace().module.text == trace().module.text)
    #expect(try trace().module == trace().module)
  }

  @Test func constantsInheritNothingFromTheirNeighbours() throws {
    let results = try run([]) { _ in [Tensor(1, .float32), Tensor(2, .float32), Tensor(1, .int32)] }
    #expect(results.map(\.reals) == [[1], [2], [1]])
  }

  /// A program may return a parameter, a value twice, or nothing at all.
  @Test func resultsMayRepeat() throws {
    let x = HostArray([1.0, 2])
    #expect(try run([x]) { [$0[0], $0[0], $0[0] + 0] } == [x, x, x])
    #expect(try run([x]) { _ in [] } == [])
  }

  /// Neither building nor releasing a long chain recurses.
  @Test func aChainOfFiftyThousandNodesFitsTheStack() throws {
    let function = try TracedFunction("chain", parameters: [TensorType(.float64, [])]) { inputs in
      var x = inputs[0]
      for _ in 0..<25_000 { x = -(-x) }
      return gradient(of: x, withRespectTo: inputs)
    }
    #expect(function.module.body.instructions.count <= 50_001)
  }
}
