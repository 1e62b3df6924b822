import EspalierTestSupport
import Foundation
import Testing

/// What one command has compiled, the next one finds.
@Suite struct ProgramCacheTests {
  /// Options that XLA reads from the environment are part of what a program was compiled with.
  @Test func programsOfOtherFlagsAreNotUsed() async throws {
    let folder = try await Workshop.ready().copy()
    let flags = "--xla_backend_optimization_level=0 --xla_cpu_multi_thread_eigen=false"
    let other = EspalierProcess(folder: folder.path, environment: ["XLA_FLAGS": flags])
    var origins: [[String]] = []
    for run in ["first", "second"] {
      let outcome = try await other.run(["train", "tiny.yaml", "--run", run])
      try #require(outcome.code == 0, "\(outcome.errors)")
      origins.append(
        outcome.errorLines.filter { $0.contains(" the training step for 1 layer in ") }
          .map { String($0.prefix { $0 != " " }) }
      )
    }
    // The workshop's own run has compiled the same text with its own flags before.
    #expect(origins == [["compiled"], ["loaded"]])
  }
}
