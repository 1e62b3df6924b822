import Arrays
import EspalierTestSupport
import PJRT
import Synchronization
import Testing

@Suite struct CustomCallTests {
  /// `output = factor * input`, and one line for every way the call can be wrong.
  private static let scale = CustomCall(name: "espalier.test.scale") { frame in
    CustomCallFrame.handle(frame) { call in
      guard call.inputCount == 1, call.outputCount == 1, call.input(1) == nil,
        let input = call.input(0), let output = call.output(0)
      else { return .failure("scale: needs one input and one output") }
      guard let values = input.values(as: Float.self),
        let results = output.mutableValues(as: Float.self)
      else { return .failure("scale: needs float32") }
      guard let factor = call.attribute("factor", as: Float.self) else {
        return .failure("scale: needs the factor")
      }
      for index in values.indices {
        results[index] = factor * values[index]
      }
      return .success
    }
  }

  /// What the handler saw of its frame.
  private struct Sight: Equatable {
    var dimensions: [Int]
    var elementTypes: [ElementType?]
    var int64: Int64?
    var int32: Int32?
    var double: Double?
    var flag: Bool?
    var text: String?
    var list: [Double]?
    var wrongType: Float?
    var missing: Float?
    var missingText: String?
    var textAsNumber: Float?
  }

  private static let sight = Mutex<Sight?>(nil)

  private static let look = CustomCall(name: "espalier.test.look") { frame in
    CustomCallFrame.handle(frame) { call in
      guard let input = call.input(0) else { return .failure("look: needs an input") }
      let sight = Sight(
        dimensions: (0..<input.rank).map(input.dimension),
        elementTypes: [input.elementType, call.input(1)?.elementType, call.output(0)?.elementType],
        int64: call.attribute("long"),
        int32: call.attribute("short"),
        double: call.attribute("double"),
        flag: call.attribute("flag"),
        text: call.stringAttribute("text"),
        list: call.arrayAttribute("list", of: Double.self).map(Array.init),
        wrongType: call.attribute("double"),
        missing: call.attribute("missing"),
        missingText: call.stringAttribute("double"),
        textAsNumber: call.attribute("text")
      )
      CustomCallTests.sight.withLock { $0 = sight }
      guard let result = call.output(0)?.mutableValues(as: Int64.self), result.count == 1 else {
        return .failure("look: needs one int64 out")
      }
      result[0] = Int64(input.elementCount)
      return .success
    }
  }

  /// A name is registered once in a process.
  private static let registration = Result<Void, any Error> {
    let client = try TestPlugin.client()
    try client.register(customCall: scale)
    try client.register(customCall: look)
  }

  private func scaleProgram(type: String, attributes: String) -> String {
    """
    module @scale {
      func.func public @main(%a: tensor<4x\(type)>) -> tensor<4x\(type)> {
        %0 = stablehlo.add %a, %a : tensor<4x\(type)>
        %1 = stablehlo.custom_call @espalier.test.scale(%0) {
          api_version = 4 : i32, backend_config = {\(attributes)}
        } : (tensor<4x\(type)>) -> tensor<4x\(type)>
        %2 = stablehlo.add %1, %1 : tensor<4x\(type)>
        return %2 : tensor<4x\(type)>
      }
    }
    """
  }

  @Test func aProgramCallsSwift() throws {
    try Self.registration.get()
    let client = try TestPlugin.client()
    let program = try client.compile(
      stableHLO: scaleProgram(type: "f32", attributes: "factor = 3.0 : f32")
    )
    let input = try client.buffer(from: HostArray([1, 2, 3, 4] as [Float]))
    let output = try program.execute([input])[0]
    #expect(try output.copyToHost().values(as: Float.self) == [12, 24, 36, 48])
  }

  @Test func aReloadedProgramCallsSwift() throws {
    try Self.registration.get()
    let client = try TestPlugin.client()
    let compiled = try client.compile(
      stableHLO: scaleProgram(type: "f32", attributes: "factor = 0.5 : f32")
    )
    let program = try client.load(serialized: compiled.serialize())
    let input = try client.buffer(from: HostArray([1, 2, 3, 4] as [Float]))
    let output = try program.execute([input])[0]
    #expect(try output.copyToHost().values(as: Float.self) == [2, 4, 6, 8])
  }

  @Test(arguments: [
    ("f32", "", "scale: needs the factor"),
    ("f32", "factor = 3.0 : f64", "scale: needs the factor"),
    ("i32", "factor = 3.0 : f32", "scale: needs float32"),
  ])
  func aFailureOfTheHandlerReachesTheReader(type: String, attributes: String, words: String) throws
  {
    try Self.registration.get()
    let client = try TestPlugin.client()
    let program = try client.compile(stableHLO: scaleProgram(type: type, attributes: attributes))
    let elementType = try #require(ElementType(rawValue: type))
    let input = try client.buffer(from: HostArray(zeros: TensorType(elementType, [4])))
    let error = #expect(throws: PJRTError.self) { try program.execute([input])[0].copyToHost() }
    guard case .call(_, .invalidArgument, let message) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(message.contains(words))
  }

  @Test func theHandlerSeesShapesAndAttributes() throws {
    try Self.registration.get()
    let client = try TestPlugin.client()
    let program = try client.compile(
      stableHLO: """
        module @look {
          func.func public @main(%a: tensor<2x0x3xbf16>, %b: tensor<i1>) -> tensor<i64> {
            %0 = stablehlo.custom_call @espalier.test.look(%a, %b) {
              api_version = 4 : i32,
              has_side_effect = true,
              backend_config = {
                long = -5 : i64, short = 7 : i32, double = 0.25 : f64, flag = true,
                text = "some text", list = array<f64: 1.0, 2.5>
              }
            } : (tensor<2x0x3xbf16>, tensor<i1>) -> tensor<i64>
            return %0 : tensor<i64>
          }
        }
        """
    )
    let empty = try client.buffer(from: HostArray(zeros: TensorType(.bfloat16, [2, 0, 3])))
    let flag = try client.buffer(from: HostArray(scalar: true))
    let output = try program.execute([empty, flag])[0]
    #expect(try output.copyToHost() == HostArray(scalar: Int64(0)))
    #expect(
      Self.sight.withLock { $0 }
        == Sight(
          dimensions: [2, 0, 3],
          elementTypes: [.bfloat16, .bool, .int64],
          int64: -5,
          int32: 7,
          double: 0.25,
          flag: true,
          text: "some text",
          list: [1, 2.5],
          wrongType: nil,
          missing: nil,
          missingText: nil,
          textAsNumber: nil
        )
    )
  }

  @Test func anUnknownNameIsRefused() throws {
    let client = try TestPlugin.client()
    let text = """
      module {
        func.func public @main(%a: tensor<4xf32>) -> tensor<4xf32> {
          %0 = stablehlo.custom_call @espalier.test.nobody(%a) {api_version = 4 : i32}
            : (tensor<4xf32>) -> tensor<4xf32>
          return %0 : tensor<4xf32>
        }
      }
      """
    let error = #expect(throws: PJRTError.self) {
      let input = try client.buffer(from: HostArray(zeros: TensorType(.float32, [4])))
      return try client.compile(stableHLO: text).execute([input])[0].copyToHost()
    }
    guard case .call(_, _, let message) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(message.contains("espalier.test.nobody"))
  }

  @Test func aNameIsTakenOnce() throws {
    try Self.registration.get()
    let client = try TestPlugin.client()
    let other = CustomCall(name: Self.scale.name) { frame in
      CustomCallFrame.handle(frame) { _ in .failure("the second of the name") }
    }
    #expect(throws: PJRTError.customCallNameTaken(name: other.name, platform: "Host")) {
      try client.register(customCall: other)
    }
    try client.register(customCall: Self.scale)
    let program = try client.compile(
      stableHLO: scaleProgram(type: "f32", attributes: "factor = 3.0 : f32")
    )
    let input = try client.buffer(from: HostArray([1, 2, 3, 4] as [Float]))
    let output = try program.execute([input])[0]
    #expect(try output.copyToHost().values(as: Float.self) == [12, 24, 36, 48])
  }
}
