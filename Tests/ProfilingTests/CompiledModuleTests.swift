import EspalierTestSupport
import Foundation
import PJRT
import Testing

@testable import Profiling

/// A module that the plugin compiled, in `Tests/Fixtures/profiling`.
///
/// `ESPALIER_RECORD=1 swift test --filter CompiledModuleTests` compiles `program.mlir` there anew.
@Suite struct CompiledModuleTests {
  private static let folder = TestPlugin.packageRoot.path + "/Tests/Fixtures/profiling"

  static let bytes: [UInt8] = {
    if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil {
      do {
        let text = try String(contentsOfFile: "\(folder)/program.mlir", encoding: .utf8)
        let module = try TestPlugin.client().compile(stableHLO: text).optimizedProgram()
        try Data(module).write(to: URL(fileURLWithPath: "\(folder)/program.hlo"))
      } catch {
        Issue.record("the module cannot be recorded: \(error)")
      }
    }
    return [UInt8](FileManager.default.contents(atPath: "\(folder)/program.hlo") ?? Data())
  }()

  @Test func kindsAndCountsAreThoseOfTheProgram() throws {
    let module = try CompiledModule(Self.bytes)
    var counts: [String: Int] = [:]
    for operation in module.operations() {
      counts[module.kind(of: operation.instruction).name, default: 0] += operation.count
    }
    // One product outside and one in each of five rounds; sines and the loop's counter elementwise.
    #expect(counts["matrix products"] == 6)
    #expect(counts["batched products (attention)"] == 1)
    #expect(counts["gathers and scatters"] == 1)
    #expect(counts["sorting"] == 1)
    #expect(counts["reductions"] == 1)
    #expect(counts["elementwise", default: 0] >= 6)
  }

  @Test func equalOperationsGiveEqualPrograms() throws {
    let module = try CompiledModule(Self.bytes)
    let sines = module.operations().filter { $0.instruction.name.contains("sine") }
    let programs = sines.map { module.program(of: $0.instruction, in: $0.computation) }
    #expect(sines.count == 2)
    #expect(Set(programs).count == 1)
  }

  @Test func operationsKnowTheirLineInTheText() throws {
    let module = try CompiledModule(Self.bytes)
    let sort = try #require(module.operations().first { $0.instruction.opcode == "sort" })
    let text = try String(contentsOfFile: "\(Self.folder)/program.mlir", encoding: .utf8)
    let line = try #require(sort.instruction.source?.line)
    #expect(
      text.split(separator: "\n", omittingEmptySubsequences: false)[line - 1].contains("sort")
    )
  }

  @Test func damagedModulesAreRefusedOrReadButNeverTrap() {
    let bytes = Self.bytes
    #expect(bytes.count > 1000)
    for count in stride(from: 0, to: bytes.count, by: 7) { read(Array(bytes.prefix(count))) }
    for index in stride(from: 0, to: bytes.count, by: 3) {
      var damaged = bytes
      damaged[index] ^= UInt8(1 << (index % 8))
      read(damaged)
    }
  }

  private func read(_ bytes: [UInt8]) {
    // Either outcome is right; what is tested is that there is one.
    guard let module = try? CompiledModule(bytes) else { return }
    for operation in module.operations() {
      _ = module.kind(of: operation.instruction)
      _ = module.program(of: operation.instruction, in: operation.computation)
    }
  }

  @Test func aModuleWithoutAnEntryIsRefused() {
    let error = #expect(throws: WireFormatError.self) { try CompiledModule([]) }
    #expect(
      error?.description == "a compiled program: byte 0: there is no computation 0, the entry"
    )
  }

  @Test func tuplesThatNestTooDeeplyAreRefused() {
    var shape: [UInt8] = [0x10, 13]
    for _ in 0..<40 {
      var outer = WireWriter()
      outer.number(2, 13)
      outer.message(4, shape[...])
      shape = outer.bytes
    }
    #expect(throws: WireFormatError.self) { try CompiledShape(shape[...]) }
  }
}
