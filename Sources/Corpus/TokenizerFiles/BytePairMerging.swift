/// Merges the symbols of one word, the pair of the lowest rank first and of equal ones the leftmost.
struct BytePairMerging {
  /// A pair that may be merged; it is out of date once either side has changed.
  private struct Candidate {
    let rank: Int32
    let place: Int
    let result: Int32

    static func < (left: Candidate, right: Candidate) -> Bool {
      (left.rank, left.place) < (right.rank, right.place)
    }
  }

  private let merges: [TokenizerJSON.Pair: TokenizerJSON.Merge]
  private var symbols: [Int32]
  /// The symbol behind each; the count for none.
  private var next: [Int]
  private var previous: [Int]
  private var isGone: [Bool]
  /// A heap, the first candidate at its root.
  private var heap: [Candidate] = []

  /// Prepares a word.
  init(_ symbols: [Int32], merges: [TokenizerJSON.Pair: TokenizerJSON.Merge]) {
    self.merges = merges
    self.symbols = symbols
    next = symbols.indices.map { $0 + 1 }
    previous = symbols.indices.map { $0 - 1 }
    isGone = [Bool](repeating: false, count: symbols.count)
  }

  /// The pieces of the word.
  ///
  /// - Complexity: O(n log n) in the number of symbols.
  consuming func run() -> [Int32] {
    for place in symbols.indices { offer(place) }
    while let first = popFirst() {
      let (place, right) = (first.place, isGone[first.place] ? symbols.count : next[first.place])
      guard right < symbols.count,
        merges[.init(left: symbols[place], right: symbols[right])]?.result == first.result
      else { continue }
      symbols[place] = first.result
      isGone[right] = true
      next[place] = next[right]
      if next[right] < symbols.count { previous[next[right]] = place }
      if previous[place] >= 0 { offer(previous[place]) }
      offer(place)
    }
    return symbols.indices.filter { !isGone[$0] }.map { symbols[$0] }
  }

  /// Notes the pair that begins at a place, if it can be merged.
  private mutating func offer(_ place: Int) {
    guard next[place] < symbols.count,
      let merge = merges[.init(left: symbols[place], right: symbols[next[place]])]
    else { return }
    heap.append(Candidate(rank: merge.rank, place: place, result: merge.result))
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func popFirst() -> Candidate? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child] < heap[least] { least = child }
      }
      guard least != parent else { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
