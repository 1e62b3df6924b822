import Arrays
import EspalierTestSupport
import PJRT
import Testing

@Suite struct CompilationTests {
  @Test(arguments: [
    ("", "main"),
    ("module {", "expected"),
    ("not a program at all", "'not' is unknown"),
    ("module { func.func public @main() -> tensor<2xf32> { return } }", "return"),
    (
      "module { func.func public @main(%a: tensor<2xf32>) -> tensor<3xf32> {"
        + " %0 = stablehlo.add %a, %a : tensor<3xf32> return %0 : tensor<3xf32> } }",
      "tensor<2xf32>"
    ),
    (
      "module { func.func public @main(%a: tensor<2xf32>) -> tensor<2xf32> {"
        + " %0 = stablehlo.no_such_operation %a : tensor<2xf32> return %0 : tensor<2xf32> } }",
      "no_such_operation"
    ),
  ])
  func aBadProgramIsRefusedInXLAsWords(text: String, word: String) throws {
    let client = try TestPlugin.client()
    let error = #expect(throws: PJRTError.self) { try client.compile(stableHLO: text) }
    guard case .call(let name, let code, let message) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(name == "PJRT_Client_Compile")
    #expect(code == .invalidArgument || code == .unknown)
    #expect(message.contains(word), "\(message)")
    #expect(error?.description == "PJRT_Client_Compile: \(code): \(message)")
  }

  @Test func aSerializedProgramRunsAgain() throws {
    let client = try TestPlugin.client()
    let bytes = try client.compile(stableHLO: Programs.add).serialize()
    #expect(!bytes.isEmpty)
    let program = try client.load(serialized: bytes)
    #expect(program.name == "add")
    #expect(program.resultTypes == [TensorType(.float32, [4])])
    let input = try client.buffer(from: HostArray([1, 2, 3, 4] as [Float]))
    #expect(
      try program.execute([input, input])[0].copyToHost().values() == [2, 4, 6, 8] as [Float]
    )
  }

  @Test func aSerializedProgramStillDonates() throws {
    let client = try TestPlugin.client()
    let program = try client.load(
      serialized: client.compile(stableHLO: Programs.addInPlace).serialize()
    )
    let given = try client.buffer(from: HostArray([Float](repeating: 1, count: 1024)))
    let other = try client.buffer(from: HostArray([Float](repeating: 2, count: 1024)))
    let output = try program.execute([given, other])[0]
    #expect(try given.isDeleted)
    #expect(try output.copyToHost().values() == [Float](repeating: 3, count: 1024))
  }

  @Test(arguments: [[], [1, 2, 3], Array("not a serialised program".utf8)] as [[UInt8]])
  func bytesThatAreNoProgramAreRefused(bytes: [UInt8]) throws {
    let client = try TestPlugin.client()
    let error = #expect(throws: PJRTError.self) { try client.load(serialized: bytes) }
    guard case .call("PJRT_Executable_DeserializeAndLoad", _, let message) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(!message.isEmpty)
  }

  @Test func memoryIsCounted() throws {
    let client = try TestPlugin.client()
    let plain = try client.compile(stableHLO: Programs.product(extent: 64)).memoryStatistics()
    #expect(plain.argumentByteCount == 2 * 64 * 64 * 4)
    #expect(plain.outputByteCount == 64 * 64 * 4)
    #expect(plain.aliasedByteCount == 0)
    #expect(plain.totalByteCount == 3 * 64 * 64 * 4 + plain.temporaryByteCount)
    let donating = try client.compile(stableHLO: Programs.addInPlace).memoryStatistics()
    #expect(donating.aliasedByteCount == 1024 * 4)
    #expect(donating.totalByteCount == 2 * 1024 * 4 + donating.temporaryByteCount)
  }
}
