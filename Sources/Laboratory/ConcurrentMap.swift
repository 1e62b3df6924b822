import Dispatch
import Synchronization

extension RandomAccessCollection where Index == Int, Self: Sendable {
  /// The results of a function for each element, in order, computed on all processor cores.
  package func concurrentMap<Result: Sendable>(_ function: @Sendable (Element) -> Result)
    -> [Result]
  {
    let results = Mutex([Result?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { offset in
      let result = function(self[startIndex + offset])
      results.withLock { $0[offset] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}
