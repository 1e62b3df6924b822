import Foundation
import Laboratory
import Reports
import Testing

@testable import LocalityLab

@Suite struct ExperimentTests {
  private static func laboratory(_ change: (inout LocalityLaboratory.Size) -> Void = { _ in })
    throws
    -> LocalityLaboratory
  {
    var size = LocalityLaboratory.Size.full
    size.seeds = [1, 2, 3]
    size.regimes = [.fixed]
    (size.patches, size.fixedDimensions) = ([2, 3], [4, 6])
    size.sigma = 0.25
    size.limit = 128
    (size.tablePatches, size.drawCount) = ([1, 2], 2000)
    change(&size)
    return LocalityLaboratory(engine: try TestEngine.shared(), sweep: Sweep(), size: size)
  }

  private static let samples = Result { try laboratory().run(.samples) }

  /// The search, its floors and fits are in the record.
  @Test func sampleCountsHaveTheirFloors() throws {
    let record = try Self.samples.get()
    let needed = record.points.on(LabKey("needed-samples", by: "thresholded"))
    #expect(needed.count == 6)
    #expect(needed.allSatisfy { $0.value >= 4 && $0.low ?? 0 <= $0.value })
    #expect(record.points.on(LabKey("needed-samples", by: "floor")).count == 6)
    #expect(record.fits.allSatisfy { $0.section == .samples(.fixed) } && record.fits.count == 8)
    #expect(record.checks.count == 2)
  }

  /// Two runs give the same numbers, and a sweep that was interrupted goes on from its cells and ends at the same record.
  @Test func anInterruptedSearchEndsAtTheSameRecord() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "locality-\(ProcessInfo.processInfo.processIdentifier).jsonl").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let whole = try Self.laboratory()
    func run() throws -> (record: LabRecord, reused: Int) {
      let sweep = Sweep(path: path)
      let lab = LocalityLaboratory(engine: whole.engine, sweep: sweep, size: whole.size)
      return (try lab.run(.samples), sweep.reusedCount)
    }
    let first = try run()
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    try (lines.prefix(4).joined(separator: "\n") + "\n")
      .write(toFile: path, atomically: true, encoding: .utf8)
    let second = try run()
    #expect(first.reused == 0 && second.reused == 4)
    #expect(second.record == first.record)
    #expect(try Self.samples.get() == first.record)
  }

  /// The page of a record says what was not run, and asks before it tells.
  @Test func eachRegimeHasItsSection() throws {
    let study = LocalityLaboratory.study(of: [.samples: try Self.samples.get()], facts: [])
    #expect(study.sections.count == Regime.allCases.count)
    let run = study.sections.filter { !$0.tables.isEmpty }
    #expect(run.count == 1 && run[0].lesson != nil && run[0].sliderFigures.count == 1)
    #expect(run[0].figures.count == 2)
    #expect(study.page.contains("This regime was not run."))
  }

  @Test func rulesAgreeWithTheirFormulas() throws {
    let record = try Self.laboratory().run(.bayes)
    #expect(record.holds, "\(record.checks.filter { !$0.holds })")
    #expect(record.seeds.isEmpty)
  }

  private static let changes: [String: @Sendable (inout LocalityLaboratory.Size) -> Void] = [
    "patches: needs whole numbers from 1 up; got 0": { $0.patches = [4, 0] },
    "dimensions: needs whole numbers from 1 up; got none": { $0.fixedDimensions = [] },
    "dimensions: needs whole numbers from 1 up; got -3": { $0.fallingDimensions = [-3] },
    "sigma: needs a number above 0; got 0.0": { $0.sigma = 0 },
    "sigma: needs a number above 0; got -1.0": { $0.sigma = -1 },
    "sigma: needs a number above 0; got nan": { $0.sigma = .nan },
    "target: needs an error above 0 and below 0.5; got 0.5": { $0.target = 0.5 },
    "seeds: needs two at least, or there are no intervals; got 1": { $0.seeds = [1] },
  ]

  /// Sizes are checked before anything is computed, each in one sentence.
  @Test(arguments: changes.keys.sorted()) func badSizesAreRefused(message: String) throws {
    var size = LocalityLaboratory.Size.full
    let change = try #require(Self.changes[message])
    change(&size)
    let error = #expect(throws: LocalityError.self) { try size.validate() }
    #expect(error?.description == message)
  }

  @Test func aTargetBelowTheBestRuleIsRefusedWithTheGap() throws {
    var size = LocalityLaboratory.Size.full
    (size.target, size.regimes, size.patches) = (0.04, [.falling], [4])
    let error = #expect(throws: LocalityError.self) { try size.validate() }
    guard case .targetBelowBest(let target, let best, let patches, let sigma) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(target == 0.04 && patches == 4 && sigma == 0.35)
    #expect(abs(best - 0.0466) < 2e-3)
    #expect(
      error?.description.contains("is \(((best - target) * 1e4).rounded() / 1e4) below") == true
    )
  }

  @Test func aGridThatDoesNotFitIsRefused() throws {
    var size = LocalityLaboratory.Size.full
    (size.patches, size.fallingDimensions) = ([1 << 20], [1 << 20])
    let error = #expect(throws: LocalityError.self) { try size.validate() }
    #expect(error?.description.contains("1048576 patches of 1048576 numbers need ") == true)
  }
}
