import EspalierTestSupport
import Foundation
import Randomness
import Testing

@testable import Parquet

@Suite struct DamagedParquetTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func bytes(of name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(fixtures)/\(name).parquet")))
  }

  private func message(reading bytes: [UInt8]) throws -> String {
    let path = try folder.write(bytes, to: "damaged.parquet")
    let error = try #require(throws: ParquetError.self) { try texts(path) }
    return error.description
  }

  /// Whether a damaged file still gives rows; else it gives one sentence, and nothing else may happen.
  private func read(_ bytes: [UInt8]) throws -> Bool {
    let path = try folder.write(bytes, to: "damaged.parquet")
    do {
      _ = try texts(path)
      return true
    } catch let error as ParquetError {
      #expect(error.description.hasPrefix(path + ": "))
      #expect(!error.description.contains("\n"))
      return false
    }
  }

  @Test func aFileThatIsNoParquetIsNamed() throws {
    let whole = try bytes(of: "polars")
    #expect(try message(reading: []).contains("is no Parquet file"))
    #expect(try message(reading: Array("PAR1 and then text".utf8)).contains("is no Parquet file"))
    #expect(try message(reading: whole.dropLast()).contains("is no Parquet file"))
    #expect(try message(reading: whole.dropLast(4) + "PARE".utf8).contains("encrypted"))
    let long: [UInt8] = [0xFF, 0xFF, 0xFF, 0x7F]
    #expect(
      try message(reading: whole.dropLast(8) + long + "PAR1".utf8)
        .contains("states 2147483647 bytes, more than there are")
    )
    #expect(
      try message(reading: Array(whole.prefix(4) + whole.suffix(4) + whole.suffix(4))).contains(
        ": "
      )
    )
  }

  @Test func aPagesChecksumIsChecked() throws {
    var whole = try bytes(of: "pyarrow-checksums")
    // Inside the first text of the first dictionary page.
    let place = try #require(whole.firstRange(of: Array("beginning".utf8))).lowerBound
    whole[place] ^= 1
    #expect(try message(reading: whole).contains("checksum is another than its bytes have"))
  }

  @Test(arguments: [
    "polars", "duckdb-v2", "fastparquet", "pyarrow-zstd-1", "pyarrow-delta-byte-array-2",
    "pyarrow-plain-1",
  ])
  func damageAnywhereIsASentenceOrOtherRows(name: String) throws {
    let whole = try bytes(of: name)
    var random = RandomStream(seed: 7).makeGenerator()
    var failures = 0
    for _ in 0..<250 {
      var damaged = whole
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let place = Int.random(in: 0..<damaged.count, using: &random)
        damaged[place] = UInt8.random(in: 0...255, using: &random)
      }
      failures += try read(damaged) ? 0 : 1
    }
    #expect(failures > 50)
  }

  @Test(arguments: ["duckdb-v1", "pyarrow-gzip-2"])
  func aFileThatLacksAPieceIsASentence(name: String) throws {
    let whole = try bytes(of: name)
    for start in stride(from: 4, to: whole.count - 12, by: 37) {
      let cut = Array(whole[..<start] + whole[min(start + 11, whole.count - 8)...])
      _ = try read(cut)
    }
    for end in stride(from: 0, to: whole.count, by: 41) {
      #expect(try !read(Array(whole[..<end])))
    }
  }
}
