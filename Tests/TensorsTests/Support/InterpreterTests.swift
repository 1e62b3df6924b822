import Arrays
import ReferenceInterpreter
import StableHLO
import Testing

/// The interpreter on its own, against results worked out by hand.
@Suite struct InterpreterTests {
  private let x = TypedValue(ValueID(0), TensorType(.uint8, [2]))
  private let y = TypedValue(ValueID(1), TensorType(.uint8, [2]))

  private func module(_ instructions: [Instruction], results: [TypedValue]) -> Module {
    Module(
      name: "test",
      body: Block(parameters: [x], instructions: instructions, results: results)
    )
  }

  @Test func wholeNumbersWrapAround() throws {
    let doubled = module(
      [.operation(.binary(.add), operands: [x, x], results: [y])],
      results: [y]
    )
    let input = HostArray([100, 200] as [UInt8])
    #expect(try evaluate(doubled, arguments: [input]) == [HostArray([200, 144] as [UInt8])])
  }

  @Test func argumentsAreChecked() {
    let identity = module([], results: [x])
    #expect(throws: InterpreterError.argumentCount(expected: 1, found: 0)) {
      try evaluate(identity, arguments: [])
    }
    let other = HostArray([1, 2] as [Int32])
    #expect(
      throws: InterpreterError.argumentType(index: 0, expected: x.type, found: other.type)
    ) { try evaluate(identity, arguments: [other]) }
  }

  @Test func aValueHasToBeDefined() {
    #expect(throws: InterpreterError.undefinedValue(number: 1)) {
      try evaluate(module([], results: [y]), arguments: [HostArray([1, 2] as [UInt8])])
    }
  }

  @Test func customCallsNeedAStandIn() {
    let target = CustomCallTarget(name: "unknown", resultTypes: [y.type])
    let calling = module(
      [.operation(.customCall(target), operands: [x], results: [y])],
      results: [y]
    )
    let input = HostArray([1, 2] as [UInt8])
    #expect(throws: InterpreterError.unknownCustomCall(name: "unknown")) {
      try evaluate(calling, arguments: [input])
    }
    let wrong = HostArray([1.0])
    #expect(
      throws: InterpreterError.customCallResults(
        name: "unknown",
        expected: [y.type],
        found: [wrong.type]
      )
    ) {
      try Interpreter(customCalls: ["unknown": { _ in [wrong] }])
        .evaluate(calling, arguments: [input])
    }
  }
}
