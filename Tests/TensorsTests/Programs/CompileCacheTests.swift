import Arrays
import EspalierTestSupport
import Foundation
import PJRT
import StableHLO
import Tensors
import Testing

@Suite struct CompileCacheTests {
  private let root: TemporaryFolder
  private var folder: String { root / "cache" }
  private let input = HostArray([1, 2, 3] as [Float])

  init() throws {
    root = try TemporaryFolder()
  }

  private func engine(
    capacity: Int? = nil,
    settings: [String: String] = [:]
  ) throws -> Engine {
    Engine(
      client: try TestPlugin.client(),
      cacheFolder: folder,
      cacheCapacity: capacity,
      settings: settings
    )
  }

  private func scaling(_ engine: Engine, by factor: Double) throws -> Program {
    try engine.program("scale", parameters: [input.type]) { [$0[0] * factor] }
  }

  private var files: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }
    }
  }

  @Test func programsAreFoundInMemoryAndOnDisk() throws {
    let first = try engine()
    #expect(try scaling(first, by: 2).origin == .compiled)
    #expect(try scaling(first, by: 2).origin == .memory)
    let second = try engine()
    let program = try scaling(second, by: 2)
    #expect(program.origin == .disk)
    #expect(try program([input]) == [HostArray([2, 4, 6] as [Float])])
    #expect(try scaling(second, by: 2).origin == .memory)
  }

  @Test func programsOfOtherTextDoNotMix() throws {
    let first = try engine()
    _ = try scaling(first, by: 2)
    #expect(try scaling(first, by: 3).origin == .compiled)
    let second = try engine()
    #expect(try scaling(second, by: 3)([input]) == [HostArray([3, 6, 9] as [Float])])
    #expect(try scaling(second, by: 2)([input]) == [HostArray([2, 4, 6] as [Float])])
    #expect(try files.count == 2)
  }

  @Test func otherSettingsAreAnotherCompiler() throws {
    _ = try scaling(engine(), by: 2)
    let other = try engine(settings: ["xla_backend_optimization_level": "0"])
    #expect(try scaling(other, by: 2).origin == .compiled)
  }

  /// Cut or altered anywhere, a stored program counts as not there.
  @Test func damagedFilesAreCompiledAgain() throws {
    _ = try scaling(engine(), by: 2)
    let path = try #require(try files.first)
    let whole = try #require(FileManager.default.contents(atPath: path))
    var altered = whole
    altered[3] ^= 1
    var code = whole
    code[whole.count - 100] ^= 1
    for damaged in [Data(), whole.prefix(10), whole.prefix(whole.count / 2), altered, code] {
      try damaged.write(to: URL(fileURLWithPath: path))
      let program = try scaling(engine(), by: 2)
      #expect(program.origin == .compiled)
      #expect(try program([input]) == [HostArray([2, 4, 6] as [Float])])
    }
    #expect(try scaling(engine(), by: 2).origin == .disk)
  }

  /// A file that lies under the name of another program's hash is told apart by its text.
  @Test func aFileUnderAForeignNameIsNotUsed() throws {
    _ = try scaling(engine(), by: 2)
    let two = try #require(try files.first)
    _ = try scaling(engine(), by: 3)
    let three = try #require(try files.first { $0 != two })
    let bytes = try #require(FileManager.default.contents(atPath: three))
    try bytes.write(to: URL(fileURLWithPath: two))
    let program = try scaling(engine(), by: 2)
    #expect(program.origin == .compiled)
    #expect(try program([input]) == [HostArray([2, 4, 6] as [Float])])
  }

  /// A folder that cannot be made costs the cache and nothing else.
  @Test func aFolderThatCannotBeMadeIsNoError() throws {
    try Data().write(to: URL(fileURLWithPath: folder))
    #expect(try scaling(engine(), by: 2).origin == .compiled)
  }

  /// A donation survives the way through the file.
  @Test func storedProgramsDonate() throws {
    for origin in [Program.Origin.compiled, .disk] {
      let program = try engine().program("step", parameters: [input.type], donating: [0: 0]) {
        [$0[0] + 1]
      }
      let buffer = try program.executable.client.buffer(from: input)
      let results = try program([buffer])
      #expect(program.origin == origin)
      #expect(try buffer.isDeleted)
      #expect(try results[0].copyToHost() == HostArray([2, 3, 4] as [Float]))
    }
  }

  /// What was used last stays, whenever it was stored.
  @Test func aFullFolderLosesWhatWasUsedLongestAgo() throws {
    for factor in [2, 3, 4, 5] { _ = try scaling(engine(), by: Double(factor)) }
    let stored = try files
    let sizes = try stored.map {
      try FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int ?? 0
    }
    for path in stored {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_000_000)],
        ofItemAtPath: path
      )
    }
    #expect(try scaling(engine(), by: 2).origin == .disk)
    // Five programs are more than fit, and three quarters of the capacity hold two.
    let capacity = sizes.reduce(0, +) / 4 * 3
    #expect(try scaling(engine(capacity: capacity), by: 6).origin == .compiled)
    #expect(try files.count == 2)
    #expect(try scaling(engine(), by: 2).origin == .disk)
    #expect(try scaling(engine(), by: 6).origin == .disk)
  }

  @Test func oneStoreInSixteenLooksThroughTheFolder() throws {
    let engine = try engine(capacity: 0)
    var counts: [Int] = []
    for factor in 2..<19 {
      _ = try scaling(engine, by: Double(factor))
      counts.append(try files.count)
    }
    #expect(counts == [0] + Array(1...15) + [0])
  }
}
