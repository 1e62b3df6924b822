import Arrays
import EspalierTestSupport
import PJRT
import Synchronization
import Testing

/// Loops of custom calls on XLA's threads.
@Suite struct CustomCallThreadTests {
  /// What a loop did.
  private struct Sight {
    /// Numbers of workers that are in the body.
    var working: Set<Int> = []
    /// The most of them at once.
    var most = 0
    /// What should not have happened.
    var mistakes: [String] = []
  }

  private static let sights = Mutex<[Int32: Sight]>([:])

  /// Counts how often each index comes: `counts = each()`, with attributes `workers` and `test`.
  private static let each = CustomCall(name: "espalier.test.each") { frame in
    CustomCallFrame.handle(frame) { call in
      guard let counts = call.output(0)?.mutableValues(as: Int32.self),
        let workers = call.attribute("workers", as: Int32.self),
        let test = call.attribute("test", as: Int32.self)
      else { return .failure("each: needs int32 out, and workers and test") }
      for index in counts.indices { counts[index] = 0 }
      let total = Atomic(0)
      call.team(of: Int(workers)).forEach(counts.count) { index, worker in
        CustomCallThreadTests.sights.withLock { sights in
          var sight = sights[test] ?? Sight()
          if !counts.indices.contains(index) { sight.mistakes.append("index \(index)") }
          if worker < 0 || worker >= max(1, workers) { sight.mistakes.append("worker \(worker)") }
          if !sight.working.insert(worker).inserted { sight.mistakes.append("\(worker) twice") }
          sight.most = max(sight.most, sight.working.count)
          sights[test] = sight
        }
        // Not under the lock: the threads run at the same time here.
        counts[index] += 1
        for turn in 0..<(index % 7) * 50 { total.add(turn, ordering: .relaxed) }
        CustomCallThreadTests.sights.withLock { _ = $0[test]?.working.remove(worker) }
      }
      let left = CustomCallThreadTests.sights.withLock { $0[test]?.working.isEmpty ?? true }
      return left ? .success : .failure("each: a worker was still in the loop after its end")
    }
  }

  private static let registration = Result<Void, any Error> {
    try TestPlugin.client().register(customCall: each)
  }

  private static let nextTest = Atomic<Int32>(0)

  /// Runs a loop twice and gives what it saw.
  private func run(_ count: Int, workers: Int32) throws -> Sight {
    try Self.registration.get()
    let test = Self.nextTest.add(1, ordering: .relaxed).newValue
    let program = try TestPlugin.client().compile(
      stableHLO: """
        module @each {
          func.func public @main() -> tensor<\(count)xi32> {
            %0 = stablehlo.custom_call @espalier.test.each() {
              api_version = 4 : i32, has_side_effect = true,
              backend_config = {workers = \(workers) : i32, test = \(test) : i32}
            } : () -> tensor<\(count)xi32>
            return %0 : tensor<\(count)xi32>
          }
        }
        """
    )
    for _ in 0..<2 {
      let result = try program.execute([])[0].copyToHost()
      let once = [Int32](repeating: 1, count: count)
      #expect(result == HostArray(once), "\(count) indices, \(workers) workers")
    }
    return Self.sights.withLock { $0[test] ?? Sight() }
  }

  @Test(
    "Every index comes once, and no two threads share a worker's number at a time",
    arguments: [1, 2, 3, 8, 64] as [Int32]
  )
  func everyIndexOnce(workers: Int32) throws {
    for count in [2, 3, 63, 64, 65, 2_000] {
      let sight = try run(count, workers: workers)
      #expect(sight.mistakes == [])
      #expect(1 <= sight.most && sight.most <= workers)
    }
  }

  @Test("No index is no turn, one index is the caller's", arguments: [1, 4] as [Int32])
  func fewIndices(workers: Int32) throws {
    let nothing = try run(0, workers: workers)
    #expect(nothing.mistakes == [] && nothing.most == 0)
    let one = try run(1, workers: workers)
    #expect(one.mistakes == [] && one.most == 1)
  }

  @Test("A number of workers that makes no sense is one worker", arguments: [0, -3] as [Int32])
  func noWorkers(workers: Int32) throws {
    let sight = try run(20, workers: workers)
    #expect(sight.mistakes == [] && sight.most == 1)
  }
}
