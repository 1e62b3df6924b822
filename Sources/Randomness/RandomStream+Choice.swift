extension RandomStream {
  /// A whole number in `0..<bound` at a position; fair to within `bound` / 2⁶⁴.
  public func wholeNumber(below bound: Int, at index: UInt64) -> Int {
    precondition(bound > 0, "there is no whole number below \(bound)")
    return Int(word(at: index).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Different whole numbers in `0..<bound` in ascending order; every choice is equally likely.
  ///
  /// Takes positions `0..<bound` of the stream. Source: Knuth, "The Art of Computer Programming",
  /// volume 2, section 3.4.2, algorithm S.
  ///
  /// - Complexity: O(bound).
  public func subset(ofSize size: Int, below bound: Int) -> [Int] {
    precondition((0...bound).contains(size), "a subset has no more elements than its set")
    var chosen: [Int] = []
    chosen.reserveCapacity(size)
    for number in 0..<bound where chosen.count < size {
      let left = bound - number
      if wholeNumber(below: left, at: UInt64(number)) < size - chosen.count {
        chosen.append(number)
      }
    }
    return chosen
  }
}
