import Arrays
import EspalierTestSupport
import Files
import Foundation
import Safetensors
import Testing

@Suite struct SafetensorsWritingTests {
  private let arrays = [
    NamedArray("b", HostArray([1, 2] as [Float])),
    NamedArray("a", HostArray([3, 4, 5] as [Int32])),
  ]

  @Test func fileReadsBackAndLeavesNothingBeside() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/model.safetensors"
    try SafetensorsFile.write(arrays, metadata: ["b": "2", "a": "1"], to: path)
    let file = try SafetensorsFile.open(path)
    #expect(file.names == ["b", "a"])
    #expect(file.metadata == ["a": "1", "b": "2"])
    #expect(try file.arrays() == arrays)
    #expect(try LocalFileSystem().names(inFolder: folder.path) == ["model.safetensors"])
  }

  @Test func headerIsPaddedToEightBytesAndDataAligned() throws {
    for length in 0..<9 {
      let sink = MemorySink()
      let name = String(repeating: "n", count: length)
      try SafetensorsFile.write(TensorSource([NamedArray(name, arrays[0].array)]), to: sink)
      #expect(sink.bytes[0] % 8 == 0)
      #expect(try SafetensorsFile(MemoryFile(sink.bytes), path: "x").names == [name])
    }
  }

  @Test func oneTensorIsFetchedAtATimeInFileOrder() throws {
    var asked: [Int] = []
    let source = TensorSource([
      TensorDescription("byte", TensorType(.uint8, [1])),
      TensorDescription("word", TensorType(.uint64, [1])),
    ]) { index in
      asked.append(index)
      return index == 0 ? HostArray([7] as [UInt8]) : HostArray([8] as [UInt64])
    }
    let sink = MemorySink()
    try SafetensorsFile.write(source, to: sink)
    #expect(asked == [1, 0])
    let read = try SafetensorsFile(MemoryFile(sink.bytes), path: "x")
    #expect(try read.array(named: "word") == HostArray([8] as [UInt64]))
  }

  @Test func failedWriteLeavesTheOldFile() throws {
    struct DeviceLost: Error {}
    let folder = try TemporaryFolder()
    let path = folder.path + "/model.safetensors"
    try SafetensorsFile.write(arrays, to: path)
    let source = TensorSource(arrays.map { TensorDescription($0.name, $0.array.type) }) { index in
      if index == 1 { throw DeviceLost() }
      return arrays[index].array
    }
    #expect(throws: DeviceLost.self) { try SafetensorsFile.write(source, to: path) }
    #expect(try SafetensorsFile.open(path).arrays() == arrays)
    #expect(try LocalFileSystem().names(inFolder: folder.path) == ["model.safetensors"])
  }

  @Test func tensorOfAnotherTypeThanAnnouncedIsRefused() {
    let source = TensorSource([TensorDescription("a", TensorType(.float32, [3]))]) { _ in
      HostArray([1, 2] as [Float])
    }
    #expect(
      throws: SafetensorsError.wrongTensor(
        name: "a",
        expected: "float32[3]",
        found: "float32[2]"
      )
    ) {
      try SafetensorsFile.write(source, to: MemorySink())
    }
  }

  @Test func namesMustDifferAndMustNotBeReserved() {
    #expect(throws: SafetensorsError.duplicateTensor(name: "a")) {
      try SafetensorsFile.write(TensorSource([arrays[1], arrays[1]]), to: MemorySink())
    }
    #expect(throws: SafetensorsError.reservedName) {
      try SafetensorsFile.write(
        TensorSource([NamedArray("__metadata__", arrays[0].array)]),
        to: MemorySink()
      )
    }
  }

  @Test func headerNoReaderWouldAcceptIsNotWritten() {
    let name = String(repeating: "n", count: 100_000_001)
    let error = #expect(throws: SafetensorsError.self) {
      try SafetensorsFile.write(TensorSource([NamedArray(name, arrays[0].array)]), to: MemorySink())
    }
    guard case .tooManyTensors(_, limit: 100_000_000) = error else {
      Issue.record("got \(error.map { "\($0)".prefix(80) } ?? "nothing")")
      return
    }
  }

  @Test func missingFolderIsNamed() {
    let path = "/no/such/folder/x"
    #expect(throws: SafetensorsError.file(.system(.create, path: path, code: ENOENT))) {
      try SafetensorsFile.write(arrays, to: path)
    }
  }

  @Test func everyFailureLeavesTheOldFileOrTheNewOne() throws {
    let trial = try WriterTrial {
      try SafetensorsFile.write([], to: "x", in: $0)
    } write: {
      try SafetensorsFile.write(arrays, to: "x", in: $0)
    }
    #expect(trial.problems().isEmpty)
  }

  @Test(arguments: 0..<100)
  func anyTensorsReadBackToTheByte(seed: UInt64) throws {
    var state = seed &+ 1
    func draw(_ limit: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % limit)
    }
    let tensors = (0..<draw(6)).map { index in
      let type = TensorType(
        ElementType.allCases[draw(UInt64(ElementType.allCases.count))],
        Shape((0..<draw(4)).map { _ in draw(4) })
      )
      let bytes = (0..<type.byteCount).map { _ in
        UInt8(draw(type.elementType == .bool ? 2 : 256))
      }
      return NamedArray("t\(index).\(draw(1000))", HostArray(bytes: bytes, type: type))
    }
    let sink = MemorySink()
    try SafetensorsFile.write(TensorSource(tensors), to: sink)
    let read = try SafetensorsFile(MemoryFile(sink.bytes), path: "x")
    #expect(try Set(read.arrays()) == Set(tensors))
    let again = MemorySink()
    try SafetensorsFile.write(TensorSource(read.arrays().reversed()), to: again)
    #expect(again.bytes == sink.bytes)
  }
}
