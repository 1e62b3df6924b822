import EspalierTestSupport
import Randomness
import Statistics
import Testing

@testable import Studies

/// A study whose gap is known: scores fall with the loss along one line, and one method's lie higher.
private struct SimulatedStudy {
  /// How much higher the second method scores at equal loss.
  var gap = 0.0
  /// The deviation of a run's scores from its method's line, the same at all its checkpoints.
  var runDeviation = 0.02
  var seedCount = 8
  var checkpointCount = 4
  var itemCount = 25
  /// How much higher the second method's losses are.
  var lossOffset = 0.0

  /// The checkpoints, where an item is right where the run's ability exceeds what the item takes.
  func points(_ number: Int, tasks: [String] = ["copying"]) -> [IsoplotPoint] {
    (0..<seedCount).flatMap { seed in
      ["plain", "grown"].enumerated().flatMap { method, name in
        let run = RandomStream(seed: UInt64(number)).indexed(UInt64(seed)).named(name)
        return (0..<checkpointCount).map { checkpoint in
          let loss =
            3 - 0.25 * Double(checkpoint) + 0.02 * run.named("loss").normal(at: UInt64(checkpoint))
            + lossOffset * Double(method)
          let scores = tasks.map { task in
            let ability =
              1.1 - 0.25 * loss + gap * Double(method)
              + runDeviation * run.named(task).normal(at: 0)
            // Items are graded evenly, so that the mean is the ability, but for a rest that is a step's height.
            return (
              task,
              (0..<itemCount).map { (Double($0) + 0.5) / Double(itemCount) < ability ? 1.0 : 0 }
            )
          }
          return IsoplotPoint(
            method: name,
            seed: UInt64(seed),
            step: 100 * checkpoint,
            loss: loss,
            scores: Dictionary(uniqueKeysWithValues: scores)
          )
        }
      }
    }
  }

  func comparison(_ number: Int, drawCount: Int = 1) throws -> IsoplotComparison {
    let isoplot = try Isoplot(
      points(number),
      baseline: "plain",
      settings: .init(drawCount: drawCount)
    )
    return isoplot.comparisons[0]
  }
}

@Suite struct IsoplotTests {
  /// Worked out by hand: lines of slope -1 whose heights differ by 0.25, on losses of which 2 to 3 are common.
  @Test func theGapIsTheDistanceOfTheLinesInTheCommonLosses() throws {
    func point(_ method: String, _ loss: Double, _ score: Double) -> IsoplotPoint {
      IsoplotPoint(
        method: method,
        seed: 1,
        step: Int(1000 - 100 * loss),
        loss: loss,
        scores: ["t": [score, score]]
      )
    }
    let plain = [(3.0, 0.0), (2.5, 0.5), (2, 1), (1, 7)].map { point("plain", $0.0, $0.1) }
    let grown = [(4.0, 9.0), (3, 0.25), (2, 1.25)].map { point("grown", $0.0, $0.1) }
    let comparison = try Isoplot(plain + grown, baseline: "plain").comparisons[0]
    let task = try #require(comparison.tasks.first)
    let lines = try #require(task.lines)
    #expect(lines.losses == 2...3)
    #expect(abs(lines.value - 0.25) < 1e-12 && abs(lines.line.slope + 1) < 1e-12)
    // One seed has two arrangements, which are as extreme as each other, and no interval of losses.
    #expect(task.test?.probability == 1 && task.test?.arrangementCount == 2)
    #expect(comparison.finalLosses == nil)
    #expect(comparison.seeds == [1] && task.itemCount == 2)
  }

  @Test func lossesThatDoNotMeetHaveNoGap() throws {
    var study = SimulatedStudy()
    study.lossOffset = 5
    let task = try #require(try study.comparison(0).tasks.first)
    #expect(task.lines == nil && task.gap == nil && task.test == nil && task.regression == nil)
    #expect(task.adjustedProbability == nil)
  }

  /// The test's level: of 256 arrangements 12 are below 5 % on both sides, and where methods change nothing
  /// every arrangement is as likely.
  @Test func noGapIsFoundAsOftenAsTheLevelSays() throws {
    let count = 200
    let found = try (0..<count).count { number in
      try #require(SimulatedStudy().comparison(number).tasks[0].test).probability <= 0.05
    }
    #expect(binomialBounds(trials: count, probability: 12.0 / 256, chance: 1e-4).contains(found))
  }

  /// A gap of one and a half deviations of a pair's difference; a t-test of eight such pairs finds 95.1 % of them
  /// (Tests/Oracles/hypothesis_tests.py).
  @Test func aKnownGapIsFoundAsOftenAsItsPowerSays() throws {
    var study = SimulatedStudy()
    study.gap = 1.5 * study.runDeviation * 2.0.squareRoot()
    let count = 100
    let comparisons = try (0..<count).map { try study.comparison($0) }
    let found = comparisons.count { $0.tasks[0].test?.probability ?? 1 <= 0.05 }
    let bounds = binomialBounds(trials: count, probability: 0.9509518, chance: 1e-4)
    #expect(bounds.contains(found))
    let gaps = comparisons.compactMap { $0.tasks[0].lines?.value }
    let mean = Estimate.mean(of: gaps, confidence: 0.9999)
    // Items make scores steps of 1/25; the mean over many losses is off by less than a tenth of one.
    #expect(abs(mean.value - study.gap) < (mean.high - mean.low) / 2 + 0.004)
  }

  /// The percentile interval of few seeds is too short by (n - 1)/n in its square and by normal in place of t: with
  /// eight seeds a nominal 95 % cover about 90 %.
  @Test func intervalsCoverTheGapAboutAsOftenAsTheySay() throws {
    var study = SimulatedStudy()
    study.gap = 0.05
    let count = 60
    let covered = try (0..<count).count { number in
      let gap = try #require(try study.comparison(number, drawCount: 80).tasks[0].gap)
      return gap.low <= study.gap && study.gap <= gap.high
    }
    #expect(binomialBounds(trials: count, probability: 0.9, chance: 1e-3).contains(covered))
  }

  @Test func probabilitiesAreAdjustedForTheNumberOfTasks() throws {
    let points = SimulatedStudy(gap: 0.05).points(3, tasks: ["a", "b", "c"])
    let tasks = try Isoplot(points, baseline: "plain", settings: .init(drawCount: 1))
      .comparisons[0].tasks
    #expect(tasks.map(\.task) == ["a", "b", "c"])
    let plain = tasks.compactMap(\.test?.probability)
    #expect(tasks.compactMap(\.adjustedProbability) == HolmAdjustment.adjusted(plain))
    // The other way gives about the same gap.
    for task in tasks {
      let (gap, regression) = (try #require(task.gap), try #require(task.regression))
      #expect(abs(gap.value - regression.gap.value) < 0.01)
    }
  }

  @Test func lossesAreEqualWithinTheMarginOrNot() throws {
    let equal = try #require(try SimulatedStudy(lossOffset: 0).comparison(1).finalLosses)
    let apart = try #require(try SimulatedStudy(lossOffset: 0.05).comparison(1).finalLosses)
    #expect(abs(equal.margin.upperBound / (0.005 * 2.25) - 1) < 0.05)
    #expect(apart.probability > 0.5 && equal.probability < apart.probability)
  }

  @Test func itemsOfSeedsAreDrawnApart() throws {
    let points = SimulatedStudy().points(5)
    let intervals = try [Isoplot.Settings.Items.shared, .ownOfSeeds].map { items in
      let settings = Isoplot.Settings(drawCount: 50, items: items)
      return try #require(
        try Isoplot(points, baseline: "plain", settings: settings).comparisons[0].tasks[0].gap
      )
    }
    #expect(intervals[0].value == intervals[1].value && intervals[0] != intervals[1])
  }

  @Test func whatCannotBeComparedIsSaidInASentence() throws {
    func message(_ points: [IsoplotPoint], baseline: String = "plain") -> String? {
      do {
        _ = try Isoplot(points, baseline: baseline, settings: .init(drawCount: 1))
        return nil
      } catch { return "\(error)" }
    }
    func point(
      _ method: String,
      seed: UInt64 = 0,
      loss: Double = 2,
      scores: [Double] = [1, 0]
    ) -> IsoplotPoint {
      IsoplotPoint(method: method, seed: seed, step: 10, loss: loss, scores: ["t": scores])
    }
    #expect(
      message([point("plain"), point("grown")], baseline: "best")
        == "baseline: needs a method of the runs, grown, plain; got best"
    )
    #expect(message([point("plain")]) == "an isoplot needs runs of two methods; all are of plain")
    #expect(
      message([point("plain"), point("grown", seed: 1)])
        == "grown and plain are compared seed by seed and have no seed in common; train both with "
        + "the same seeds"
    )
    #expect(
      message([point("plain"), point("grown", loss: .nan)])
        == "grown, seed 0, step 10: the loss is no finite number, so nothing can be compared with "
        + "it; leave the checkpoint out"
    )
    #expect(
      message([point("plain"), point("grown", scores: [])])
        == "grown, seed 0, step 10: task t needs finite scores, one an item; evaluate it again"
    )
    #expect(
      message([point("plain"), point("grown", scores: [1])])
        == "task t has 1 items at grown, seed 0, step 10 and 2 at plain, seed 0, step 10; evaluate "
        + "both on the same items"
    )
  }
}
