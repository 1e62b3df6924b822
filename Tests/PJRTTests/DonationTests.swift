import Arrays
import EspalierTestSupport
import PJRT
import Testing

@Suite struct DonationTests {
  private func donated() throws -> (program: LoadedExecutable, given: Buffer, other: Buffer) {
    let client = try TestPlugin.client()
    return (
      try client.compile(stableHLO: Programs.addInPlace),
      try client.buffer(from: HostArray([Float](repeating: 1, count: 1024))),
      try client.buffer(from: HostArray([Float](repeating: 2, count: 1024)))
    )
  }

  @Test func theOutputTakesTheInputsMemory() throws {
    let (program, given, other) = try donated()
    let address = try given.memoryAddress()
    let output = try program.execute([given, other])[0]
    #expect(try output.memoryAddress() == address)
    #expect(try given.isDeleted)
    #expect(try other.isDeleted == false)
    #expect(try output.copyToHost().values() == [Float](repeating: 3, count: 1024))
  }

  @Test func aDonatedBufferCannotBeGivenAgain() throws {
    let (program, given, other) = try donated()
    _ = try program.execute([given, other])
    let error = #expect(throws: PJRTError.self) { try program.execute([given, other]) }
    guard case .call(let name, let code, let message) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(name == "PJRT_LoadedExecutable_Execute")
    #expect(code == .invalidArgument)
    #expect(message.contains("donated"))
  }

  @Test func aDonatedBufferCannotBeRead() throws {
    let (program, given, other) = try donated()
    _ = try program.execute([given, other])
    #expect(throws: PJRTError.self) { try given.copyToHost() }
    #expect(throws: PJRTError.self) { try given.memoryAddress() }
    #expect(given.type == TensorType(.float32, [1024]))
  }

  @Test func oneBufferCannotBeDonatedAndRead() throws {
    let (program, given, _) = try donated()
    #expect(throws: PJRTError.self) { try program.execute([given, given]) }
  }
}
