import Arrays
import Corpus
import EspalierTestSupport
import Foundation
import Testing

@testable import ModelExport

/// Files for llama.cpp: the fixture's were read by the `gguf` package, tensor by tensor.
@Suite struct GGUFTests {
  /// `ESPALIER_RECORD=1` writes the files anew; then run `Tests/Oracles/exported_llama.py`.
  @Test(arguments: [ExportedElements.float32, .float16, .bfloat16, .q8])
  func aFileIsTheOneThatOthersRead(elements: ExportedElements) throws {
    let sample = try SampleModel()
    let recorded = "\(SampleModel.fixture)/\(elements.rawValue).gguf"
    try sample.export.writeGGUF(to: sample.folder / "model.gguf", elements: elements)
    if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil {
      try sample.folder.read("model.gguf").write(to: URL(fileURLWithPath: recorded))
    }
    let expected = try Data(contentsOf: URL(fileURLWithPath: recorded))
    #expect(try sample.folder.read("model.gguf") == expected)
  }

  @Test func rowsThatBlocksDoNotDivideAreRefused() throws {
    let sample = try SampleModel { $0.width = 24 }
    #expect(throws: ExportError.rows(tensor: "token_embd.weight", length: 24, block: 32)) {
      try sample.export.writeGGUF(to: sample.folder / "model.gguf", elements: .q8)
    }
    #expect(!FileManager.default.fileExists(atPath: sample.folder / "model.gguf"))
  }

  @Test func aFileIsNotReplaced() throws {
    let sample = try SampleModel()
    try sample.folder.write("mine", to: "model.gguf")
    #expect(throws: ExportError.exists(path: sample.folder / "model.gguf")) {
      try sample.export.writeGGUF(to: sample.folder / "model.gguf")
    }
  }

  /// IEEE 754: the nearest of all numbers that half precision has, found by looking at each.
  @Test func halfPrecisionIsTheNearestNumber() {
    #expect(HalfPrecision.bits(of: 0) == 0)
    #expect(HalfPrecision.bits(of: -0.0) == 0x8000)
    #expect(HalfPrecision.bits(of: 1) == 0x3C00)
    #expect(HalfPrecision.bits(of: 65_504) == 0x7BFF)
    #expect(HalfPrecision.bits(of: 65_519) == 0x7BFF)
    #expect(HalfPrecision.bits(of: 65_520) == 0x7C00)
    #expect(HalfPrecision.bits(of: -.infinity) == 0xFC00)
    #expect(HalfPrecision.bits(of: .nan) & 0x7FFF > 0x7C00)
    for bits in stride(from: UInt16(0), to: 0x7C00, by: 7) {
      let (value, next) = (Self.value(bits), Self.value(bits + 1))
      #expect(HalfPrecision.bits(of: value) == bits)
      guard next.isFinite else { continue }
      #expect(HalfPrecision.bits(of: -(value + (next - value) * 0.49)) == bits | 0x8000)
      #expect(HalfPrecision.bits(of: value + (next - value) * 0.51) == bits + 1)
      // Halfway goes to the even one.
      let even = bits.isMultiple(of: 2) ? bits : bits + 1
      #expect(HalfPrecision.bits(of: value + (next - value) / 2) == even)
    }
  }

  /// The number that bits of half precision mean.
  private static func value(_ bits: UInt16) -> Float {
    let (exponent, fraction) = (Int(bits >> 10), Float(bits & 0x3FF))
    if exponent == 31 { return .infinity }
    return exponent == 0
      ? fraction * 0x1p-24
      : (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
  }
}
