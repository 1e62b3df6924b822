import Arrays
import EspalierTestSupport
import Foundation
import PJRT
import Testing

@testable import Profiling

@Suite struct ProgramProfileTests {
  private func executable() throws -> LoadedExecutable {
    let path = TestPlugin.packageRoot.path + "/Tests/Fixtures/profiling/program.mlir"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return try TestPlugin.client().compile(stableHLO: text)
  }

  @Test func everyOperationIsRunByItself() throws {
    var shares: [Double] = []
    let profile = try ProgramProfile(of: executable()) { shares.append($0) }
    #expect(profile.untimed.isEmpty)
    #expect(shares == shares.sorted())
    #expect(shares.first == 0)
    let products = profile.operations.filter { $0.kind == .matrixProduct }
    let productCount = products.reduce(0) { $0 + $1.count }
    #expect(productCount == 6)
    let times = profile.operations.map(\.milliseconds)
    #expect(times == times.sorted(by: >))
    #expect(profile.milliseconds > 0)
  }

  @Test func anOperationComputesByItselfWhatItComputesInTheProgram() throws {
    let client = try TestPlugin.client()
    let module = try CompiledModule(executable().optimizedProgram())
    let product = try #require(
      module.operations().first { module.kind(of: $0.instruction) == .matrixProduct }
    )
    let program = try #require(module.program(of: product.instruction, in: product.computation))
    var options = CompileOptions()
    options.runsPasses = false
    let alone = try client.compile(hlo: program.bytes, options: options)
    // A matrix of halves, squared: 64 products of a quarter each.
    let arguments = try program.parameters.map {
      try client.buffer(from: HostArray(repeating: 0.5, type: $0))
    }
    let results = try alone.execute(arguments).map { try $0.copyToHost().values(as: Float.self) }
    #expect(results == [[Float](repeating: 16, count: 64 * 64)])
    #expect(try program.written.allSatisfy { try arguments[$0].isDeleted })
  }
}
