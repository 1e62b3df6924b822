import Testing

@testable import Statistics

@Suite struct CorrelationTests {
  /// Worked out by hand.
  @Test func coefficientsAreThoseWorkedOutByHand() throws {
    // Deviations -1.5, -0.5, 0.5, 1.5 and -2, 0, -1, 3: products 3 - 0.5 + 4.5 = 7, squares 5 and 14.
    let pearson = try #require(Correlation.pearson([1, 2, 3, 4], [1, 3, 2, 6]))
    #expect(abs(pearson - 7 / (5.0 * 14).squareRoot()) < 1e-15)
    // Ranks 1 3 2 4: 1 - 6 (0 + 1 + 1 + 0) / (4 * 15).
    let spearman = try #require(Correlation.spearman([1, 2, 3, 4], [1, 3, 2, 6]))
    #expect(abs(spearman - 0.8) < 1e-15)
    #expect(Correlation.spearman([3, 1, 2], [-3, -1, -2]) == -1)
    #expect(Correlation.spearman([0, 1, 10, 1000], [1, 2, 3, 4]) == 1)
  }

  @Test func equalNumbersShareTheirRanks() throws {
    #expect(Correlation.ranks([5, 1, 5, 0, 5]) == [4, 2, 4, 1, 4])
    #expect(Correlation.ranks([]) == [])
  }

  @Test func constantsHaveNoCorrelation() {
    #expect(Correlation.pearson([1, 1, 1], [1, 2, 3]) == nil)
    #expect(Correlation.spearman([1, 2], [7, 7]) == nil)
    #expect(Correlation.pearson([1], [2]) == nil)
  }

  @Test func anIntervalIsRepeatableAndCoversTheMeansNormalOne() throws {
    let values = (0..<100).map { Double($0 * 37 % 101) }
    func mean(_ choice: [[Int]]) -> Double? {
      choice[0].reduce(0) { $0 + values[$1] } / Double(choice[0].count)
    }
    let first = try #require(Bootstrap(seed: 1).interval(over: [100], mean))
    #expect(first == Bootstrap(seed: 1).interval(over: [100], mean))
    #expect(first != Bootstrap(seed: 2).interval(over: [100], mean))
    let normal = Estimate.mean(of: values)
    #expect(first.value == normal.value)
    // The percentile interval's ends stray from the normal one's by the drawing's own noise.
    let width = normal.high - normal.low
    #expect(abs(first.low - normal.low) < 0.1 * width)
    #expect(abs(first.high - normal.high) < 0.1 * width)
    #expect(Bootstrap().interval(over: [3]) { _ in nil } == nil)
  }
}
