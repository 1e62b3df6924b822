import Arrays
import StableHLO
import Tensors
import Testing

/// What a user does wrong and reads in return, word for word.
struct Mistake: CustomTestStringConvertible, Sendable {
  let message: String
  let make: @Sendable ([Tensor]) -> [Tensor]

  init(_ message: String, _ make: @escaping @Sendable ([Tensor]) -> [Tensor]) {
    self.message = message
    self.make = make
  }

  var testDescription: String { message }
}

@Suite struct MistakeTests {
  /// x is float32[8, 256], n is int32[3], t is bool[3], s is a float32 scalar.
  private static let parameters = [
    TensorType(.float32, [8, 256]), TensorType(.int32, [3]), TensorType(.bool, [3]),
    TensorType(.float32, []),
  ]

  /// The message of the error that tracing a function throws.
  private func message(_ body: ([Tensor]) -> [Tensor]) -> String? {
    do throws(TraceError) {
      _ = try TracedFunction(
        "model",
        parameters: Self.parameters,
        fileID: "App/main.swift",
        line: 3,
        body: body
      )
      return nil
    } catch {
      return error.description
    }
  }

  private static let file = "App/Model.swift"

  static let mistakes: [Mistake] = [
    Mistake(
      "Model.swift:41: dot: 256 (axis 1 of the left) is not 8 (axis 0 of the right); "
        + "got float32[8, 256] and float32[8, 256]"
    ) { [$0[0].dot($0[0], fileID: file, line: 41)] },
    Mistake("Model.swift:41: dot: the element types differ; got float32[8, 256] and int32[3]") {
      [$0[0].dot($0[1], fileID: file, line: 41)]
    },
    Mistake(
      "Model.swift:41: dot: the left axes [-1] are not all among the 0 axes; got float32[] and float32[]"
    ) {
      [$0[3].dot($0[3], fileID: file, line: 41)]
    },
    Mistake(
      "after main.swift:3: add: the shapes do not stretch to a common one; "
        + "got float32[8, 256] and int32[3]"
    ) { [$0[0] + $0[1]] },
    Mistake("after main.swift:3: multiply: the element types differ; got int32[3] and bool[3]") {
      [$0[1] * $0[2]]
    },
    Mistake("after main.swift:3: add: does not take bool; got bool[3] and bool[3]") {
      [$0[2] + $0[2]]
    },
    Mistake("after main.swift:3: not: does not take float32; got float32[]") { [.!$0[3]] },
    Mistake("after main.swift:3: constant: 0.5 is no int32") { [$0[1] + 0.5] },
    Mistake("Model.swift:41: constant: -1.0 is no uint8") { _ in
      [Tensor(-1, .uint8, fileID: file, line: 41)]
    },
    Mistake("Model.swift:41: constant: 3000000000.0 is no int32") { _ in
      [Tensor(3e9, .int32, fileID: file, line: 41)]
    },
    Mistake("Model.swift:41: exponential: does not take int32; got int32[3]") {
      [$0[1].applying(.exponential, fileID: file, line: 41)]
    },
    Mistake(
      "Model.swift:41: reshape: [3, 5] has 15 elements, not 2048; got float32[8, 256]"
    ) { [$0[0].reshaped(to: [3, 5], fileID: file, line: 41)] },
    Mistake(
      "Model.swift:41: reshape: [-1, -1] needs extents from 0 up, and -1 once at most; "
        + "got int32[3]"
    ) { [$0[1].reshaped(to: [-1, -1], fileID: file, line: 41)] },
    Mistake(
      "Model.swift:41: reshape: [2, 1] has 2 elements, not 3; got int32[3]"
    ) { [$0[1].reshaped(to: [2, -1], fileID: file, line: 41)] },
    Mistake("Model.swift:41: transpose: [0] does not order 2 axes; got float32[8, 256]") {
      [$0[0].transposed([0], fileID: file, line: 41)]
    },
    Mistake("Model.swift:41: transpose: axes [0, 0] name an axis twice; got float32[8, 256]") {
      [$0[0].transposed([0, 0], fileID: file, line: 41)]
    },
    Mistake(
      "Model.swift:41: broadcast: axis 0 of extent 3 does not stretch to 4 in [4]; got int32[3]"
    ) { [$0[1].broadcast(to: [4], fileID: file, line: 41)] },
    Mistake(
      "Model.swift:41: insertingAxis: there is no place 4 among 1 axes; got int32[3]"
    ) { [$0[1].insertingAxis(at: 4, fileID: file, line: 41)] },
    Mistake("Model.swift:41: slice: 2..<9 is not inside axis 0 of extent 8; got float32[8, 256]") {
      [$0[0].sliced(2..<9, alongAxis: 0, fileID: file, line: 41)]
    },
    Mistake("Model.swift:41: slice: there is no axis 2; got float32[8, 256]") {
      [$0[0].sliced(0..<1, alongAxis: 2, fileID: file, line: 41)]
    },
    Mistake("Model.swift:41: slice: the stride 0 of axis 0 is not positive; got int32[3]") {
      [$0[1].slice(from: [0], to: [3], strides: [0], fileID: file, line: 41)]
    },
    Mistake("Model.swift:41: split: axis 0 cannot be cut into 2 equal parts; got int32[3]") {
      $0[1].split(into: 2, alongAxis: 0, fileID: file, line: 41)
    },
    Mistake(
      "Model.swift:41: concatenate: the ranks differ; got float32[8, 256] and float32[]"
    ) { [.concatenate([$0[0], $0[3]], alongAxis: 0, fileID: file, line: 41)] },
    Mistake("Model.swift:41: concatenate: needs an operand") { _ in
      [.concatenate([], alongAxis: 0, fileID: file, line: 41)]
    },
    Mistake("Model.swift:41: pad: axis 0 would have the extent -1; got int32[3] and int32[]") {
      [
        $0[1].padded(with: Tensor(0, .int32), low: [-4], high: [0], fileID: file, line: 41)
      ]
    },
    Mistake("Model.swift:41: reverse: axes [1] are not all among the 1 axes; got int32[3]") {
      [$0[1].reversed(alongAxes: [1], fileID: file, line: 41)]
    },
    Mistake(
      "Model.swift:41: reduce sum: axes [2] are not all among the 2 axes; got float32[8, 256]"
    ) {
      [$0[0].sum(axes: [2], fileID: file, line: 41)]
    },
    Mistake("Model.swift:41: reduce maximum: does not take bool; got bool[3]") {
      [$0[2].maximum(fileID: file, line: 41)]
    },
    Mistake("Model.swift:41: sort: there is no axis 1; got int32[3]") {
      [$0[1].sorted(alongAxis: 1, fileID: file, line: 41).values]
    },
    Mistake("Model.swift:41: largest: the last axis does not have 4 elements; got int32[3]") {
      [$0[1].largest(4, fileID: file, line: 41).indices]
    },
    Mistake("Model.swift:41: largest: the last axis does not have -1 elements; got int32[3]") {
      [$0[1].largest(-1, fileID: file, line: 41).values]
    },
    Mistake(
      "Model.swift:41: gather: the indices are not integers; got float32[8, 256] and float32[]"
    ) { [$0[0].gatheringRows(at: $0[3], fileID: file, line: 41)] },
    Mistake(
      "Model.swift:41: scatterAdd: the updates' batch axes are not the indices' [3]; "
        + "got float32[8, 256] and int32[3] and float32[8, 256]"
    ) { [$0[0].addingRows($0[0], at: $0[1], fileID: file, line: 41)] },
    Mistake(
      "Model.swift:41: dynamicSlice: needs 2 integer scalars for the start; got float32[8, 256]"
    ) { [$0[0].dynamicSlice(at: [], sizes: [1, 1], fileID: file, line: 41)] },
    Mistake(
      "Model.swift:41: select: the condition is not bool; got int32[3] and int32[3] and int32[3]"
    ) { [.select($0[1], $0[1], otherwise: $0[1], fileID: file, line: 41)] },
    Mistake(
      "Model.swift:41: convolution: a window of 0 axes needs input and kernel of rank 2; "
        + "got float32[8, 256] and float32[]"
    ) { [$0[0].convolved(with: $0[3], fileID: file, line: 41)] },
    Mistake("Model.swift:41: bitcast: uint8 and float32 differ in size; got float32[]") {
      [$0[3].bitcast(to: .uint8, fileID: file, line: 41)]
    },
    Mistake("Model.swift:41: iota: a bool holds no index") { _ in
      [.indices(TensorType(.bool, [2]), alongAxis: 0, fileID: file, line: 41)]
    },
    Mistake("Model.swift:41: scan: needs a length, since it has no inputs") { inputs in
      scan(over: [], initial: [inputs[0]], fileID: file, line: 41) { carry, _ in (carry, []) }.carry
    },
    Mistake("Model.swift:41: scan: the length -1 is negative") { inputs in
      scan(over: [], initial: [inputs[0]], length: -1, fileID: file, line: 41) { carry, _ in
        (carry, [])
      }.carry
    },
    Mistake("Model.swift:41: scan: every input needs a leading axis of extent 8; got int32[3]") {
      scan(over: [$0[0], $0[1]], initial: [], fileID: file, line: 41) { _, slices in
        ([], slices)
      }.outputs
    },
    Mistake("Model.swift:41: scan: an input needs a leading axis; got float32[]") {
      scan(over: [$0[3]], initial: [], fileID: file, line: 41) { _, slices in
        ([], slices)
      }.outputs
    },
    Mistake(
      "Model.swift:41: loop: the body needs to give back [float32[]]; got [float32[8, 256]]"
    ) { inputs in
      scan(over: [inputs[0]], initial: [inputs[3]], fileID: file, line: 41) { _, _ in
        ([inputs[0]], [])
      }.carry
    },
    Mistake(
      "Model.swift:41: loop: the body needs to give back [float32[], bool[]]; "
        + "got [float32[], int32[3]]"
    ) { inputs in
      whileLoop(initial: [inputs[3]], fileID: file, line: 41) { _ in
        inputs[1]
      } body: {
        $0
      }
    },
    Mistake("Model.swift:41: gradient: needs a floating-point scalar; got float32[8, 256]") {
      gradient(of: $0[0], withRespectTo: [$0[0]], fileID: file, line: 41)
    },
    Mistake("Model.swift:41: gradient: needs a floating-point scalar; got int32[]") {
      gradient(of: $0[1].sum(), withRespectTo: [$0[0]], fileID: file, line: 41)
    },
    Mistake(
      "Model.swift:41: gradient: needs one cotangent an output, of its type; "
        + "got float32[8, 256] and float32[]"
    ) {
      vectorJacobianProduct(
        of: [$0[0]],
        cotangents: [$0[3]],
        withRespectTo: [$0[0]],
        fileID: file,
        line: 41
      )
    },
    Mistake("Model.swift:41: bitcast is not differentiable; convert by value instead") {
      let bits = ($0[3] * 2).bitcast(to: .uint32).bitcast(to: .float32, fileID: file, line: 41)
      return gradient(of: bits, withRespectTo: [bits])
        + gradient(
          of: ($0[3] * 2).bitcast(to: .float32, fileID: file, line: 41),
          withRespectTo: [$0[3]]
        )
    },
    Mistake(
      "Model.swift:41: whileLoop is not differentiable; "
        + "use scan, whose number of iterations is known"
    ) { inputs in
      let result = whileLoop(initial: [inputs[3]], fileID: file, line: 41) {
        $0[0] .< Tensor(3, .float32)
      } body: {
        [$0[0] + 1]
      }
      return gradient(of: result[0], withRespectTo: [inputs[3]])
    },
  ]

  @Test(arguments: mistakes)
  func messagesNameTheUsersLine(mistake: Mistake) {
    #expect(message(mistake.make) == mistake.message)
  }

  /// An operator knows no caller's line, so it names the line on which its left operand was made.
  @Test func operatorsNameTheirOperandsLine() {
    let message = message { inputs in
      let reduced = inputs[0].sum(axes: [0], fileID: "App/Model.swift", line: 17)
      return [(reduced + inputs[1].converted(to: .float32)).exponential()]
    }
    #expect(
      message
        == "after Model.swift:17: add: the shapes do not stretch to a common one; "
        + "got float32[256] and float32[3]"
    )
  }

  @Test func theFirstMistakeSurvivesLaterOnes() {
    let message = message { inputs in
      var wrong = inputs[0].dot(inputs[0], fileID: "App/Model.swift", line: 12)
      wrong = wrong.reshaped(to: [7]).sum(axes: [3]) + inputs[1]
      let looped = scan(over: [wrong], initial: [wrong]) { carry, _ in ([carry[0].sum()], carry) }
      let stopped = whileLoop(initial: looped.carry) {
        $0[0]
      } body: {
        $0 + $0
      }
      let sorted = optimizationBarrier(stopped)[0].sorted().values.largest(3).values
      let parts = sorted.split(into: 2, alongAxis: 0)
      let target = CustomCallTarget(name: "none", resultTypes: [parts[1].type, parts[0].type])
      let called = Tensor.customCall(target, parts)[1]
      return gradient(of: called.mean(), withRespectTo: [inputs[0]])
    }
    #expect(message?.hasPrefix("Model.swift:12: dot: 256") == true)
  }

  @Test func aMistakeThatNothingUsesIsNone() {
    let message = message { inputs in
      _ = inputs[0].dot(inputs[0])
      return [inputs[0]]
    }
    #expect(message == nil)
  }

  /// A value of a loop's body does not exist outside; the line that uses it is named.
  @Test func aBodysTensorDoesNotLeaveIt() {
    let used = message { inputs in
      var leaked = inputs[3]
      _ = scan(over: [inputs[0]], initial: []) { _, slices in
        leaked = slices[0].sum()
        return ([], [])
      }
      return [leaked.applying(.sine, fileID: "App/Model.swift", line: 41)]
    }
    #expect(
      used
        == "Model.swift:41: a float32[] of one loop body or function is used in another; "
        + "pass it on as a result"
    )
    let returned = message { inputs in
      var leaked = inputs[3]
      _ = scan(over: [inputs[0]], initial: [], fileID: "App/Model.swift", line: 9) { _, slices in
        leaked = slices[0]
        return ([], [])
      }
      return [leaked]
    }
    #expect(
      returned
        == "Model.swift:9: a float32[256] of one loop body or function is used in another; "
        + "pass it on as a result"
    )
  }

  @Test func aTensorOfAnotherFunctionIsAMistake() throws {
    var foreign: [Tensor] = []
    _ = try TracedFunction("one", parameters: Self.parameters) {
      foreign = $0
      return $0
    }
    let message = message { [$0[3] + foreign[3]] }
    #expect(message?.contains("of one loop body or function is used in another") == true)
  }

  @Test func donationsNeedAPlaceOfTheirOwnType() {
    func message(_ name: String, _ donating: [Int: Int]) -> String? {
      do throws(TraceError) {
        _ = try TracedFunction(
          name,
          parameters: [TensorType(.float32, [2]), TensorType(.float32, [2])],
          donating: donating,
          fileID: "App/main.swift",
          line: 3
        ) { [$0[0] + $0[1], $0[0].sum()] }
        return nil
      } catch {
        return error.description
      }
    }
    #expect(message("step", [0: 0]) == nil)
    #expect(
      message("step", [0: 1])
        == "main.swift:3: step: a donated parameter and its result need one type; "
        + "got float32[2] and float32[]"
    )
    #expect(
      message("step", [0: 2])
        == "main.swift:3: step: there is no parameter 0 to donate to a result 2"
    )
    #expect(
      message("step", [7: 0])
        == "main.swift:3: step: there is no parameter 7 to donate to a result 0"
    )
    #expect(
      message("step", [0: 0, 1: 0])
        == "main.swift:3: step: two parameters are donated to one result"
    )
    #expect(
      message("a step", [:])
        == "main.swift:3: a step: a function's name needs to be letters, digits and underscores"
    )
  }
}
