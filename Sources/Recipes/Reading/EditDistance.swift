/// How many bytes must be added, removed, changed or swapped with a neighbour to turn one word
/// into another.
///
/// - Complexity: O(m·n) for words of m and n bytes.
/// - Note: The restricted Damerau-Levenshtein distance: no byte takes part in two edits.
func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first.utf8)
  let b = Array(second.utf8)
  var rows = [Array(0...b.count)]
  for i in 1..<(a.count + 1) {
    var row = [i]
    for j in 1..<(b.count + 1) {
      let changed = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      var best = min(changed, rows[i - 1][j] + 1, row[j - 1] + 1)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        best = min(best, rows[i - 2][j - 2] + 1)
      }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}

/// The known word nearest to an unknown one, if it is near enough to be what was meant.
///
/// - Parameters:
///   - word: The unknown word.
///   - known: The words to choose from; of equally near ones the first is taken.
/// - Returns: A word at most a third of the unknown word's length away (but at least one), or nil.
package func nearest(to word: String, among known: [String]) -> String? {
  // A word this long is no slip of the hand, and comparing it would cost time for nothing.
  guard word.utf8.count <= 64 else { return nil }
  let folded = word.lowercased().filter { $0 != "_" && $0 != "-" }
  let limit = max(1, folded.utf8.count / 3)
  // A difference in length takes as many edits at least.
  let candidates = known.filter { abs($0.utf8.count - folded.utf8.count) <= limit }
  return candidates.map { (name: $0, distance: editDistance(folded, $0.lowercased())) }
    .filter { $0.distance <= limit }
    .min { $0.distance < $1.distance }?
    .name
}
