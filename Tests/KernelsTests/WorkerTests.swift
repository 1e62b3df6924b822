import Arrays
import EspalierTestSupport
import KernelInterface
import PJRT
import Tensors
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@testable import Kernels

/// Kernels give the same bits however many threads they run on.
@Suite(.needsKernels) struct WorkerTests {
  /// One or two of each kernel, with work for several threads.
  static func cases() -> [KernelCase] {
    var draw = Draw("workers")
    let products =
      MatrixProductTests.layouts(150, 211, 2100)
      + MatrixProductTests.layouts(37, 61, 19)
    return products.map { MatrixProductTests.product($0, &draw) }
      + AttentionTests.Documents.allCases.map {
        AttentionTests.attention(
          AttentionTests.shape(2, 210, heads: 6, keyHeads: 3, size: 24),
          $0,
          &draw
        )
      }
      + [false, true].map {
        CrossEntropyTests.entropy(
          CrossEntropyShape(tokens: 1100, width: 33, classes: 70, projectionIsTransposed: $0),
          &draw
        )
      }
      + [
        ElementwiseTests.norm([500, 77], &draw),
        ElementwiseTests.addingNorm([5, 100, 77], usingSum: true, &draw),
        ElementwiseTests.gatedUnit([70_001], &draw),
        QuantizedMatrixTests.product([3], depth: 777, columns: 301, &draw),
        CachedAttentionTests.attention(
          CachedAttentionShape(
            batch: 2,
            length: 2,
            headCount: 6,
            keyHeadCount: 3,
            headSize: 50,
            capacity: 1200
          ),
          starts: [1198, 900],
          &draw
        ),
        ThresholdedAscentTests.ascent(
          ThresholdedAscentShape(
            seedCount: 2,
            patchCount: 3,
            sizeCount: 2,
            imageCount: 400,
            dimension: 30,
            stepCount: 4,
            halvingCount: 20
          ),
          sizes: [150, 400],
          isShared: false,
          &draw
        ),
      ]
  }

  @Test("Results are the same bits with 1, 2, 3 and 7 workers, and when run again")
  func workersChangeNothing() throws {
    let cases = Self.cases()
    let inputs = cases.flatMap(\.inputs)
    for set in TestedKernels.all {
      func program(_ workers: Int) throws -> KernelProgram {
        try KernelProgram(
          "workers",
          cases,
          library: TestedKernels.library(set, workerCount: workers)
        )
      }
      let alone = try program(1).results(inputs)
      for workers in [2, 3, 7] {
        let program = try program(workers)
        for _ in 0..<3 {
          let found = try program.results(inputs)
          for (label, range) in zip(program.labels, program.groups) {
            #expect(found[range] == alone[range], "\(set.name), \(workers) workers: \(label)")
          }
        }
      }
    }
  }

  @Test("A client with one thread runs kernels that ask for more, to the same bits")
  func oneThread() async {
    await #expect(processExitsWith: .success) {
      // XLA asks this variable how many threads its pool gets.
      setenv("NPROC", "1", 1)
      let cases = WorkerTests.cases()
      let inputs = cases.flatMap(\.inputs)
      for set in TestedKernels.all {
        let results = try [1, 3].map { workers in
          let library = try TestedKernels.library(set, workerCount: workers)
          return try KernelProgram("one_thread", cases, library: library).results(inputs)
        }
        #expect(results[0] == results[1], "\(set.name)")
      }
    }
  }
}
