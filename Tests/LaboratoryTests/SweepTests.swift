import EspalierTestSupport
import Files
import Foundation
import Testing

@testable import Laboratory

@Suite struct SweepTests {
  private let folder: TemporaryFolder
  private var path: String { folder / "cells.jsonl" }

  init() throws {
    folder = try TemporaryFolder()
  }

  @Sendable private func point(_ value: Double) -> LabPoint {
    LabKey("risk", labels: ["method": "m"], coordinates: ["optimum": 0.1]).point(value)
  }

  @Test func finishedCellsAreNotComputedAgain() throws {
    let first = try Sweep(path: path).cell("a") { [point(1)] }
    let second = try Sweep(path: path).cell("a") {
      Issue.record("computed again")
      return []
    }
    #expect(first == second)
    #expect(try Sweep(path: path).cell("b") { [point(2)] } == [point(2)])
  }

  @Test func aCutOffLineIsComputedAgain() throws {
    _ = try Sweep(path: path).cell("a") { [point(1)] }
    _ = try Sweep(path: path).cell("b") { [point(2)] }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try String(text.dropLast(5)).write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try Sweep(path: path).cell("b") { [point(3)] } == [point(3)])
    let third = Sweep(path: path)
    #expect(try third.cell("a") { [] } == [point(1)])
    #expect(try third.cell("b") { [] } == [point(3)])
  }

  @Test func everyFailureLeavesWholeCells() throws {
    func add(_ cell: String, _ value: Double, _ disk: any FileSystem) throws {
      _ = try Sweep(path: "a.jsonl", in: disk).cell(cell) { [point(value)] }
    }
    let trial = try WriterTrial(.appending) {
      try add("a", 1, $0)
    } write: {
      try add("b", 2, $0)
    }
    #expect(trial.problems().isEmpty)
  }

  /// Cells of the first format name no key; they are computed again.
  @Test func cellsOfAnotherFormatAreComputedAgain() throws {
    let old =
      #"{"key":"a","points":[{"law":"l","method":"m","quantity":"risk","source":"sampled","value":1}]}"#
    try (old + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try Sweep(path: path).cell("a") { [point(2)] } == [point(2)])
    #expect(try Sweep(path: path).cell("a") { [] } == [point(2)])
  }

  /// Cells that are computed together come back in the order of their keys, and each is kept for itself; one
  /// that fails takes none of the others with it.
  @Test func cellsMayBeComputedTogether() throws {
    struct Failure: Error {}
    let first = Sweep(path: path)
    _ = try first.cell("b") { [point(2)] }
    #expect(throws: Failure.self) {
      try first.cells(["a", "b", "c"]) { place in
        if place == 2 { throw Failure() }
        return [point(1)]
      }
    }
    let second = Sweep(path: path)
    let points = try second.cells(["a", "b", "c"]) { place in
      #expect(place == 2)
      return [point(3)]
    }
    #expect(points == [point(1), point(2), point(3)])
    #expect(second.reusedCount == 2)
  }

  @Test func progressRises() throws {
    var counts: [Int] = []
    let sweep = Sweep { counts.append($0.doneCount) }
    sweep.plan(4)
    for cell in 0..<4 { _ = try sweep.cell("\(cell)") { [] } }
    #expect(counts == [0, 1, 2, 3])
    #expect(sweep.reusedCount == 0)
    _ = try sweep.cell("1") { [point(1)] }
    #expect(sweep.reusedCount == 1)
  }
}
