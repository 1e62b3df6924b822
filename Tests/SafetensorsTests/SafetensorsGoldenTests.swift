import Arrays
import Foundation
import Safetensors
import Testing

/// Against files the reference implementation wrote (Tests/Oracles/safetensors_golden.py).
@Suite struct SafetensorsGoldenTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/safetensors").path

  /// What the script stores, in another order than the file's.
  private static let tensors: [NamedArray] = [
    NamedArray("scalar", HostArray(scalar: Float(7))),
    NamedArray(
      "layers.query",
      HostArray(
        [0, -0.0, 1.5, -2.25, .infinity, .greatestFiniteMagnitude] as [Float],
        shape: [2, 3]
      )
    ),
    NamedArray("layers.steps", HostArray([-1, .max] as [Int32])),
    NamedArray(
      "embedding",
      HostArray(
        bytes: [0x80, 0x3F, 0x00, 0xC0, 0x80, 0x7F],
        type: TensorType(.bfloat16, [3, 1])
      )
    ),
    NamedArray("float64", HostArray([0.1, -1e300])),
    NamedArray("int64", HostArray([Int64.min])),
    NamedArray("uint8", HostArray([0, 1, 254, 255] as [UInt8])),
    NamedArray("uint32", HostArray([UInt32.max])),
    NamedArray("uint64", HostArray([UInt64.max])),
    NamedArray("bool", HostArray([true, false, true])),
    NamedArray("empty", HostArray(zeros: TensorType(.float32, [0, 4]))),
    NamedArray("quoted \"name\"\n\u{E9}\u{1F33F}\u{1}", HostArray([9] as [UInt8])),
  ]

  @Test func referenceFileReadsBackToTheElement() throws {
    let file = try SafetensorsFile.open(Self.folder + "/golden.safetensors")
    #expect(file.metadata == ["format": "pt"])
    #expect(Set(file.names) == Set(Self.tensors.map(\.name)))
    for tensor in Self.tensors {
      #expect(try file.type(of: tensor.name) == tensor.array.type, "\(tensor.name)")
      #expect(try file.array(named: tensor.name) == tensor.array, "\(tensor.name)")
    }
    #expect(try Set(file.arrays()) == Set(Self.tensors))
    #expect(file.unsupportedTensors.isEmpty)
  }

  @Test func writtenFileIsTheReferenceByteForByte() throws {
    let sink = MemorySink()
    try SafetensorsFile.write(TensorSource(Self.tensors), metadata: ["format": "pt"], to: sink)
    let golden = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/golden.safetensors"))
    #expect(sink.bytes == Array(golden))
  }

  @Test func foreignElementTypeSpoilsOnlyItsTensor() throws {
    let file = try SafetensorsFile.open(Self.folder + "/half.safetensors")
    #expect(try file.array(named: "scalar") == HostArray(scalar: Float(7)))
    #expect(!file.isSupported("half") && file.isSupported("scalar"))
    #expect(file.unsupportedTensors.map(\.name) == ["half"])
    #expect(file.unsupportedTensors.map(\.elementType) == ["F16"])
    let expected = SafetensorsError.unsupportedElementType(
      path: file.path,
      name: "half",
      found: "F16"
    )
    #expect(throws: expected) { try file.type(of: "half") }
    #expect(throws: expected) { try file.array(named: "half") }
    #expect(throws: expected) { try file.arrays() }
  }
}
