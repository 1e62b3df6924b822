import Foundation
import GrowthSelection
import Testing

@Suite struct LagAnalysisTests {
  /// Four strategies, lags 0, 10, 20 and 40, two seeds: misleading at 0, right from 20 on.
  private func losses() throws -> LagLosses {
    try LagLosses(
      strategies: ["a", "b", "c", "d"],
      lags: [0, 10, 20, 40],
      losses: [
        [[4, 3, 2, 1], [3, 3.5, 2.5, 2], [2, 4, 3, 3], [1, 5, 4, 4]],
        [[4, 3, 2, 1], [3, 2.5, 2.5, 2], [2, 4, 3, 4], [1, 5, 4, 3]],
      ]
    )
  }

  @Test func figuresAreThoseWorkedOutByHand() throws {
    let analysis = LagAnalysis(try losses(), drawCount: 200)
    // The first seed: reversed at 0, equal afterwards. The second: ranks 4 3 2 1 against 1 2 4 3 give
    // 1 - 6 * 18 / 60 = -0.8 at 0, 2 1 3 4 gives 1 - 6 * 4 / 60 = 0.6 at 10, and 1 2 3 4 gives
    // 1 - 6 * 2 / 60 = 0.8 at 20.
    let expected = [-0.9, 0.8, 0.9, 1]
    for (point, rho) in zip(analysis.points, expected) {
      let figure = try #require(point.spearman)
      #expect(abs(figure.value - rho) < 1e-12, "lag \(point.lag)")
      #expect(figure.low <= figure.value && figure.value <= figure.high)
    }
    #expect(analysis.points.map(\.lag) == [0, 10, 20, 40])
    // At 0 d is best and ends 3 and 2 above a; at 10 the second seed takes b, 1 above.
    #expect(analysis.points.map(\.regret?.value) == [2.5, 0.5, 0, 0])
    #expect(analysis.points.map(\.hitRate) == [0, 0.5, 1, 1])
    #expect(analysis.settledLag == 10)
    // Ranks 1 2 3 4 against 1 2 4 3.
    #expect(try abs(#require(analysis.noiseCeiling) - 0.8) < 1e-12)
  }

  @Test func oneSeedHasNoNoiseCeiling() throws {
    let one = try LagLosses(
      strategies: ["a", "b"],
      lags: [0, 5],
      losses: [[[1, 2], [1, 3]]]
    )
    let analysis = LagAnalysis(one, drawCount: 50)
    #expect(analysis.noiseCeiling == nil)
    #expect(analysis.points[0].spearman == nil)
    #expect(analysis.settledLag == nil)
    let data = try JSONEncoder().encode(analysis)
    #expect(try JSONDecoder().decode(LagAnalysis.self, from: data) == analysis)
  }

  @Test func aSmallerPoolKeepsItsLosses() throws {
    let small = try #require(try losses().keeping { $0 != "b" })
    #expect(small.strategies == ["a", "c", "d"])
    #expect(small.losses[1][1] == [2, 4, 3, 4])
    #expect(try losses().keeping { $0 == "a" } == nil)
  }

  @Test func selectorsChooseAndCharge() throws {
    let losses = try losses()
    func choice(_ selector: LagSelector, seed: Int = 0) throws -> (String, Int) {
      let choice = try selector.choice(of: losses, seed: seed)
      return (losses.strategies[choice.strategy], choice.extraSteps)
    }
    #expect(try choice(.atInitialisation) == ("d", 0))
    #expect(try choice(.atLag(10)) == ("a", 30))
    #expect(try choice(.atLag(10), seed: 1) == ("b", 30))
    #expect(try choice(.windowed(lag: 10, count: 2), seed: 0) == ("c", 30))
    #expect(try choice(.windowed(lag: 20, count: 1), seed: 1) == ("a", 60))
    // At 10, with the lag before it 0, there is no slope.
    #expect(try choice(.slopeAware(lag: 10, weight: 9), seed: 1) == ("b", 30))
    // At 40: a falls by 1 since 20, the others of seed 0 by 0.5 or not at all.
    #expect(try choice(.slopeAware(lag: 40, weight: 1)) == ("a", 120))
    // At 0 c and d stay, at the price of nothing; at 20 c (3) beats d (4).
    #expect(try choice(.successiveHalving([0, 20])) == ("c", 20))
    // At 10 a and b stay, two losers at 10 steps; at 20 b loses.
    #expect(try choice(.successiveHalving([10, 20])) == ("a", 40))
    #expect(throws: LagError.unknownLag(lag: 7, known: [0, 10, 20, 40])) {
      try LagSelector.atLag(7).choice(of: losses, seed: 0)
    }
  }

  @Test func whatCannotBeComparedIsRefusedInOneSentence() {
    func message(_ strategies: [String], _ lags: [Int], _ losses: [[[Double]]]) -> String? {
      #expect(throws: LagError.self) {
        try LagLosses(strategies: strategies, lags: lags, losses: losses)
      }?.description
    }
    #expect(
      message(["a"], [0, 1], [[[1, 2]]])
        == "a pool needs at least two strategies to choose from; got 1"
    )
    #expect(message(["a", "a"], [0, 1], [])?.contains("a is there twice") == true)
    #expect(message(["a", "b"], [0], [])?.contains("got [0]") == true)
    #expect(message(["a", "b"], [0, 3, 3], [])?.contains("[0, 3, 3]") == true)
    #expect(message(["a", "b"], [-1, 3], [])?.contains("[-1, 3]") == true)
    #expect(message(["a", "b"], [0, 1], [])?.contains("at least one seed") == true)
    #expect(message(["a", "b"], [0, 1], [[[1, 2]]])?.contains("seed number 1") == true)
    for loss in [Double.nan, .infinity] {
      #expect(
        message(["a", "b"], [0, 1], [[[1, 2], [1, loss]]])
          == "the loss of b with seed number 1 is not finite; lower the learning rate"
      )
    }
  }
}
