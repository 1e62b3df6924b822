import Arrays
import EspalierTestSupport
import PJRT
import Testing

@Suite struct BufferTests {
  /// Every element type goes to the device, through a program, and back with all its bits.
  @Test(arguments: ElementType.allCases, [[], [0], [1], [5], [2, 3], [3, 0, 2], [2, 1, 3, 2]])
  func roundTrip(elementType: ElementType, dimensions: [Int]) throws {
    let type = TensorType(elementType, Shape(dimensions))
    let bytes = (0..<type.byteCount).map { (index: Int) -> UInt8 in
      elementType == .bool ? UInt8(index % 2) : UInt8(truncatingIfNeeded: 37 &* index &+ 1)
    }
    let array = HostArray(bytes: bytes, type: type)
    let client = try TestPlugin.client()
    let buffer = try client.buffer(from: array)
    #expect(buffer.type == type)
    #expect(try buffer.copyToHost() == array)

    let extents = dimensions.map { "\($0)x" }.joined()
    let program = try client.compile(
      stableHLO: Programs.identity("tensor<\(extents)\(elementType.rawValue)>")
    )
    #expect(program.resultTypes == [type])
    #expect(try program.execute([buffer])[0].copyToHost() == array)
  }

  /// The plugin may not keep looking at the caller's memory.
  @Test func theUploadIsACopy() throws {
    let client = try TestPlugin.client()
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 1)
    let type = TensorType(.uint8, [1 << 20])
    let buffer = try client.buffer(copying: UnsafeRawBufferPointer(memory), type: type)
    memory.initializeMemory(as: UInt8.self, repeating: 2)
    #expect(try buffer.copyToHost().bytes.allSatisfy { $0 == 1 })
  }

  @Test func copyingFillsTheCallersMemory() throws {
    let client = try TestPlugin.client()
    let buffer = try client.buffer(from: HostArray([1.5, -2.5] as [Double]))
    try buffer.waitUntilReady()
    var values = [0.0, 0.0]
    try values.withUnsafeMutableBytes { try buffer.copy(into: $0) }
    #expect(values == [1.5, -2.5])
  }

  @Test func memoryOfAnotherSizeIsRefused() throws {
    let client = try TestPlugin.client()
    let buffer = try client.buffer(from: HostArray([1, 2] as [Float]))
    var short = [UInt8](repeating: 0, count: 7)
    let error = #expect(throws: PJRTError.self) {
      try short.withUnsafeMutableBytes { try buffer.copy(into: $0) }
    }
    #expect(error == .byteCountMismatch(type: "float32[2]", needed: 8, given: 7))
    #expect(error?.description == "float32[2]: takes 8 bytes; got 7")
    #expect(throws: PJRTError.byteCountMismatch(type: "float32[2]", needed: 8, given: 7)) {
      try short.withUnsafeBytes {
        try client.buffer(copying: $0, type: TensorType(.float32, [2]))
      }
    }
  }

  /// Were they not freed, they would take four gigabytes.
  @Test func buffersThatAreLetGoAreFreed() throws {
    let client = try TestPlugin.client()
    let array = HostArray(zeros: TensorType(.uint8, [1 << 20]))
    let before = try ResidentMemory.byteCount()
    for _ in 0..<4096 {
      _ = try client.buffer(from: array)
    }
    #expect(try ResidentMemory.byteCount() - before < 2 << 30)
  }
}
