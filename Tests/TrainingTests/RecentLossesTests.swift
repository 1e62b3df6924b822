import Foundation
import Testing

@testable import Training

@Suite struct RecentLossesTests {
  /// The losses before a step are the same, however many later ones are known.
  @Test func lossesAreThoseOfTheirSteps() throws {
    var losses = RecentLosses(beginningAt: 10)
    #expect(losses.last(1, before: 10) == nil)
    for step in 10..<30 {
      losses.append(Double(step), keeping: 6)
      for end in 10...32 {
        let known = (max(10, step - 5)...step).map(Double.init)
        let wanted = (end - 4..<end).map(Double.init)
        let expected = wanted.allSatisfy(known.contains) ? wanted : nil
        #expect(losses.last(4, before: end).map(Array.init) == expected)
      }
    }
    let copy = try JSONDecoder().decode(
      RecentLosses.self,
      from: JSONEncoder().encode(losses)
    )
    #expect(copy == losses)
  }
}
