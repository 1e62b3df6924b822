import Runs
import Testing

@testable import Reports

@Suite struct ComparisonTests {
  /// A run whose losses fall by a straight line, so that every value in between is known.
  func line(
    _ name: String,
    method: String,
    steps: Int,
    flopsPerStep: Double,
    from loss: Double,
    slope: Double
  ) -> LoadedRun {
    madeUpRun(
      name: name,
      method: method,
      steps: steps,
      metrics: stride(from: 5, through: steps, by: 5).map { step in
        let value = loss - slope * Double(step)
        return measurement(
          step: step,
          loss: value,
          validationLoss: step % 20 == 0 ? value + 1 : nil,
          flopsPerStep: flopsPerStep
        )
      },
      expectedSpeedUp: method == "none" ? 1 : 1.25,
      outcome: OutcomeRecord(status: .completed, finalStep: steps, compileSeconds: 10)
    )
  }

  @Test func numbersFollowFromTheMeasurements() throws {
    let full = line("full", method: "none", steps: 100, flopsPerStep: 10, from: 5, slope: 0.01)
    let grown = line("grown", method: "midas", steps: 100, flopsPerStep: 8, from: 6, slope: 0.01)
    // The baseline need not come first.
    let comparison = Comparison([grown, full])
    #expect(comparison.baseline == 1)
    #expect(comparison.runs[1].relative == nil)
    let result = comparison.runs[0]
    #expect(result.flops == 800)
    #expect(result.trainingSeconds == 400)
    #expect(result.tokens == 400)
    #expect(result.tokensPerSecond == 1)
    #expect(result.smoothingRecords == 2)
    let middle = (100.0 + 95.0) / 2
    #expect(isClose(result.finalTrainingLoss, 6 - 0.01 * middle))
    #expect(isClose(result.finalValidationLoss, 6))
    let relative = try #require(result.relative)
    #expect(relative.flopRatio == 1.25)
    #expect(relative.expectedSpeedUp == 1.25)
    #expect(relative.wallTimeSpeedUp == 1.25)
    #expect(isClose(relative.wallTimeSpeedUpWithCompilation, 510 / 410))
    #expect(isClose(relative.validationLossDifference, 1))
    #expect(isClose(relative.trainingLossDifference, 1))
  }

  /// At 800 FLOPs the baseline is at step 80, and at 4/5 of its time too.
  @Test func lossesAtEqualExpenseAreReadBetweenTheMeasurements() throws {
    let full = line("full", method: "none", steps: 100, flopsPerStep: 10, from: 5, slope: 0.01)
    let grown = line("grown", method: "midas", steps: 100, flopsPerStep: 8, from: 6, slope: 0.01)
    let relative = try #require(Comparison([full, grown]).runs[1].relative)
    for (budget, amount) in [(relative.atEqualFlops, 800.0), (relative.atEqualSeconds, 400)] {
      let budget = try #require(budget)
      #expect(budget.budget == amount)
      #expect(isClose(budget.validationLoss, 6))
      #expect(isClose(budget.baselineValidationLoss, 6 - 0.8))
      #expect(isClose(budget.validationLossDifference, 0.8))
      #expect(isClose(budget.trainingLoss, 6 - 0.975))
      #expect(isClose(budget.baselineTrainingLoss, 5 - 0.775))
    }
  }

  @Test func runsThatDoNotOverlapHaveNoEqualExpense() {
    let cheap = madeUpRun(
      name: "cheap",
      method: "midas",
      metrics: [measurement(step: 1, validationLoss: 3)]
    )
    let dear = madeUpRun(metrics: [measurement(step: 10, validationLoss: 2)])
    let relative = Comparison([dear, cheap]).runs[1].relative
    #expect(relative?.atEqualFlops?.baselineValidationLoss == nil)
    #expect(relative?.atEqualFlops?.validationLossDifference == nil)
    #expect(Comparison([madeUpRun(), cheap]).runs[1].relative?.atEqualFlops == nil)
  }

  @Test func withoutABaselineMethodTheFirstRunIsTheBaseline() {
    let runs = [madeUpRun(name: "a", method: "midas"), madeUpRun(name: "b", method: "stack")]
    #expect(Comparison(runs).baseline == 0)
    #expect(Comparison([]).baseline == nil)
  }

  @Test func aKilledRunIsAsFarAsItsLastMeasurement() {
    let run = madeUpRun(
      metrics: [measurement(step: 30, loss: 2)],
      outcome: OutcomeRecord(finalStep: 20, trainingSeconds: 1, flops: 1, tokens: 1)
    )
    let result = RunResult(run)
    #expect(result.steps == 30)
    #expect(result.flops == 300)
    #expect(result.status == "running")
  }

  @Test func aDivergedRunHasNoFinalLossAndANote() throws {
    let run = madeUpRun(
      name: "lost",
      metrics: [
        measurement(step: 1, loss: 3), measurement(step: 2, loss: .nan, validationLoss: .infinity),
      ]
    )
    let comparison = Comparison([run])
    #expect(comparison.runs[0].finalTrainingLoss == nil)
    #expect(comparison.runs[0].finalValidationLoss == nil)
    #expect(
      comparison.notes == ["lost diverged: at step 2 a loss is not a finite number."]
    )
    #expect(!(try comparison.json()).contains("NaN"))
  }

  @Test func notesNameWhatDiffers() {
    func notes(_ change: (inout LoadedRun) -> Void) -> [String] {
      let records = [measurement(step: 1, loss: 3)]
      // Two seeds each, so that the note about single seeds does not come.
      let first = madeUpRun(name: "a", seed: 0, metrics: records)
      var second = madeUpRun(name: "b", seed: 1, metrics: records)
      change(&second)
      return Comparison([first, second]).notes
    }
    #expect(notes { _ in }.isEmpty)
    #expect(notes { $0.record.machine.coreCount = 3 }.first?.contains("different machines") == true)
    #expect(notes { $0.record.versions.swift = "7" }.first?.contains("different versions") == true)
    #expect(notes { $0.record.corpus.checksum = "1" }.first?.contains("token files") == true)
    #expect(notes { $0.record.model.width = 9 }.first?.contains("differ in size") == true)
    #expect(notes { $0.record.seed = 0 }.first?.contains("single seed") == true)
    #expect(notes { $0.metrics.records[0].tokens = 5 }.first?.contains("numbers of tokens") == true)
    #expect(notes { $0.record.outcome.status = .running }.first?.contains("not finished") == true)
    #expect(
      notes { $0.record.outcome.status = .interrupted }.first?.contains("interrupted") == true
    )
    #expect(
      notes {
        $0.record.outcome = OutcomeRecord(status: .failed, message: "the disk is full")
      }.contains("b failed: the disk is full.")
    )
    #expect(
      notes { $0.metrics.tornLine = .init(line: 9, byteCount: 5) }.first?.contains("line 9") == true
    )
  }
}

@Suite struct LossCurveTests {
  func curve(_ points: [(step: Int, stage: Int, loss: Double)]) -> LossCurve {
    LossCurve(points.map { measurement(step: $0.step, loss: $0.loss, stage: $0.stage) }) { $0.loss }
  }

  @Test func aMeanDoesNotReachOverAGrowth() {
    let smoothed = curve([(1, 0, 8), (2, 0, 6), (3, 0, 4), (4, 1, 9), (5, 1, 7)])
      .smoothed(window: 2)
    #expect(smoothed.points.map(\.loss) == [8, 7, 5, 9, 8])
  }

  @Test func aMeanOverOneRecordIsTheRecord() {
    let bare = curve([(1, 0, 8), (2, 0, 6)])
    #expect(bare.smoothed(window: 1) == bare)
    #expect(curve([]).smoothed(window: 3).points.isEmpty)
  }

  @Test(arguments: [(0, 1), (1, 1), (15, 1), (16, 2), (79, 9), (80, 10), (10_000, 10)])
  func theWindowGrowsWithTheRun(records: Int, window: Int) {
    #expect(LossCurve.window(recordCount: records) == window)
  }

  @Test func betweenTwoPointsALossLiesOnTheirLine() {
    let line = curve([(10, 0, 4), (20, 0, 2)])
    #expect(line.loss(at: 10, on: .steps) == 4)
    #expect(line.loss(at: 15, on: .steps) == 3)
    #expect(line.loss(at: 150, on: .flops) == 3)
    #expect(line.loss(at: 75, on: .seconds) == 3)
    #expect(line.loss(at: 20, on: .steps) == 2)
    #expect(line.loss(at: 9, on: .steps) == nil)
    #expect(line.loss(at: 21, on: .steps) == nil)
    #expect(curve([]).loss(at: 1, on: .steps) == nil)
  }

  @Test func nextToALossThatIsNoNumberNothingIsKnown() {
    let line = curve([(10, 0, 4), (20, 0, .nan), (30, 0, 2)])
    #expect(line.loss(at: 15, on: .steps) == nil)
    #expect(line.loss(at: 20, on: .steps) == nil)
    #expect(line.loss(at: 30, on: .steps) == 2)
  }
}

/// Whether a number is within a few roundings of another of ordinary size.
func isClose(_ number: Double?, _ expected: Double) -> Bool {
  guard let number else { return false }
  return abs(number - expected) <= 1e-12 * max(1, abs(expected))
}
