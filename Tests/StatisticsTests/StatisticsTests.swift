import Testing

@testable import Statistics

@Suite struct StatisticsTests {
  /// The usual table of Student's t at 97.5 %; with one degree it is the tangent of an angle.
  @Test(arguments: [(1.0, 12.706205), (2, 4.302653), (4, 2.776445), (9, 2.262157), (39, 2.022691)])
  func quantilesAreThoseOfTheTable(degrees: Double, quantile: Double) {
    let found = StudentDistribution(degrees: degrees).upperQuantile(0.025)
    #expect(abs(found - quantile) < 1e-6)
  }

  @Test func tailsMirrorEachOther() {
    let law = StudentDistribution(degrees: 3)
    #expect(law.upperTail(of: 0) == 0.5)
    #expect(abs(law.upperTail(of: 1.3) + law.upperTail(of: -1.3) - 1) < 1e-14)
  }

  @Test func meansHaveTheIntervalOfTheirSpread() {
    // Deviation 1 and three values: half the interval is 4.302653/√3.
    let estimate = Estimate.mean(of: [1, 2, 3])
    #expect(estimate.value == 2)
    #expect(abs(estimate.high - 2 - 2.484138) < 1e-6)
    #expect(abs(estimate.low + estimate.high - 4) < 1e-12)
  }

  /// Intervals by scipy.stats.binomtest(...).proportion_ci(method="wilson").
  @Test(arguments: [(7, 20, 0.1811918241, 0.5671457233), (0, 10, 0, 0.2775327999)])
  func sharesHaveWilsonsInterval(count: Int, total: Int, low: Double, high: Double) {
    let share = Estimate.share(count, of: total)
    #expect(share.value == Double(count) / Double(total))
    #expect(abs(share.low - low) < 1e-9 && abs(share.high - high) < 1e-9)
  }

  /// Of +1, -1 and 0 for each case, the mean and 1.96 of its deviations.
  @Test func pairedDifferencesAreMeansOfSigns() {
    let found = Estimate.pairedDifference(onlyFirst: 30, onlySecond: 10, of: 100)
    let variance = (0.4 - 0.2 * 0.2) / 100
    #expect(abs(found.value - 0.2) < 1e-15)
    #expect(abs(found.high - found.value - 1.959963985 * variance.squareRoot()) < 1e-9)
    #expect(Estimate.pairedDifference(onlyFirst: 0, onlySecond: 0, of: 5).high == 0)
  }

  @Test func aSingleValueSaysNothingAboutItsError() {
    #expect(Estimate.mean(of: [5]).low == -.infinity)
  }

  @Test func powersAreFoundExactly() {
    let x = [0.01, 0.1, 1, 10]
    let fit = LineFit.powerLaw(x: x, y: x.map { 3 * ($0 * $0.squareRoot()) })
    #expect(abs(fit.slope.value - 1.5) < 1e-12)
    #expect(fit.slope.high - fit.slope.low < 1e-6)
  }

  /// Anscombe's first set of points, whose slope is 0.5001 with standard error 0.1179.
  @Test func slopesHaveTheirInterval() {
    let x: [Double] = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    let slope = LineFit(x: x, y: y).slope
    #expect(abs(slope.value - 0.500091) < 1e-6)
    #expect(abs(slope.high - slope.value - 2.262157 * 0.117906) < 1e-5)
  }

  @Test func intervalsAreApartOnlyWithoutACommonNumber() {
    let low = Estimate(value: 1, low: 0, high: 2)
    #expect(low.isApart(from: Estimate(value: 3, low: 2.5, high: 4)))
    #expect(!low.isApart(from: Estimate(value: 3, low: 2, high: 4)))
  }
}
