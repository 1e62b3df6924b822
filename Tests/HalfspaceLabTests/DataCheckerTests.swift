import Foundation
import Laboratory
import Randomness
import Testing

@testable import HalfspaceLab

@Suite struct DataCheckerTests {
  /// A table of points of a law, with further normal columns.
  static func table(
    _ law: HalfspaceLaw,
    count: Int,
    map: ([Double]) -> [Double] = { $0 }
  ) -> LabelledTable {
    let stream = RandomStream(seed: 7).named("test")
    let points = (0..<count).map { law.point(at: $0, of: stream) }
    return LabelledTable(
      columns: ["a", "b"],
      rows: points.map { map([$0.x.x, $0.x.y]) },
      labels: points.map(\.label)
    )
  }

  private func check(_ table: LabelledTable) throws -> DataFindings {
    try DataChecker(engine: TestEngine.shared()).check(table, file: "data.csv")
  }

  /// On the hard law the density jumps, and the second phase brings what it should.
  @Test func theHardLawIsRough() throws {
    let law = try HalfspaceLaw.hard(optimum: 0.01)
    let findings = try check(Self.table(law, count: 8000))
    #expect(findings.regime == .rough)
    #expect(findings.difference.low > 0)
    #expect(findings.methods.map(\.name).prefix(2) == ["logistic", "two-phase"])
    #expect(findings.methods[1].risk.value < 0.75 * findings.methods[0].risk.value)
    #expect(!findings.isSeparable && !findings.isBounded)
  }

  @Test func normalPointsAreSmooth() throws {
    let law = try HalfspaceLaw.checked(.gaussian, .farQuadrant(mass: 0.01))
    let findings = try check(Self.table(law, count: 4000))
    #expect(findings.regime == .smooth)
    let exact = law.zeroOneRisk(angle: GaussianFormulas.farQuadrantAngle(mass: 0.01))
    #expect(findings.methods[0].risk.low < exact && exact < findings.methods[0].risk.high)
  }

  @Test func heavyTailsAreOutside() throws {
    let findings = try check(
      Self.table(.noisy(.student(degrees: 2.1), .random(rate: 0.1)), count: 4000)
    )
    #expect(findings.regime == .outside)
  }

  /// Weights of separable data stay in the ball, and nothing hangs.
  @Test func separableDataGetsTheBoundedAnswer() throws {
    let findings = try check(Self.table(.noisy(.gaussian, .random(rate: 0)), count: 500))
    #expect(findings.regime == .separable)
    #expect(findings.isSeparable && findings.isBounded)
    // The intercept counts as a weight in the ball.
    #expect((18...20).contains(findings.methods[0].norm))
    #expect(findings.radius == 20)
    #expect(findings.methods[0].risk.value < 0.05)
    #expect(findings.prediction.contains("norm at most 20,"))
  }

  /// A linear map of the features and a shift change what the weights are, not what they decide.
  @Test func linearMapsChangeNoRisk() throws {
    let law = HalfspaceLaw.noisy(.gaussian, .massart(rate: 0.3))
    let own = try check(Self.table(law, count: 2000))
    let mapped = try check(
      Self.table(law, count: 2000) { [3 * $0[0] - 2 * $0[1] + 100, 0.01 * $0[1] - 5] }
    )
    #expect(own.methods.map(\.risk) == mapped.methods.map(\.risk))
    // The map's transpose takes its weights to those of the rows as they were.
    let (w, v) = (own.methods[0].halfspace, mapped.methods[0].halfspace)
    #expect(abs(3 * v.weights[0] - w.weights[0]) < 1e-6)
    #expect(abs(-2 * v.weights[0] + 0.01 * v.weights[1] - w.weights[1]) < 1e-6)
    #expect(abs(100 * v.weights[0] - 5 * v.weights[1] + v.intercept - w.intercept) < 1e-5)
  }

  @Test func columnsThatSayNothingAreNamed() throws {
    let law = HalfspaceLaw.noisy(.gaussian, .random(rate: 0.1))
    #expect(throws: HalfspaceError.constantColumn(file: "data.csv", column: "b")) {
      try check(Self.table(law, count: 200) { [$0[0], 0.1] })
    }
    #expect(throws: HalfspaceError.collinearColumn(file: "data.csv", column: "b")) {
      try check(Self.table(law, count: 200) { [$0[0], 3 - 2 * $0[0]] })
    }
  }

  /// Each column gets the message that is true of it.
  @Test func columnsThatMakeAnswersWorthlessAreNamed() throws {
    let law = HalfspaceLaw.noisy(.gaussian, .random(rate: 0.1))
    var row = 0
    func checked(_ second: @escaping (Int, Double, Double) -> Double) -> String? {
      row = 0
      let labels = Self.table(law, count: 200).labels
      let table = Self.table(law, count: 200) { point in
        defer { row += 1 }
        return [point[0], second(row, point[0], labels[row])]
      }
      return #expect(throws: HalfspaceError.self) { try check(table) }?.description
    }
    let index =
      "data.csv: b: numbers the rows, which says nothing about other rows; leave the column out"
    #expect(checked { row, _, _ in Double(row) } == index)
    #expect(checked { row, _, _ in 1e6 - 3 * Double(row) } == index)
    // In another order, such as after sorting by something else.
    #expect(checked { row, _, _ in Double(1000 + row * 77 % 200) } == index)
    #expect(
      checked { _, a, _ in a } == "data.csv: b: is the column a again; leave one of them out"
    )
    let labels =
      "data.csv: b: is the labels again, so that nothing is left to learn; leave the column out"
    #expect(checked { _, _, label in label } == labels)
    #expect(checked { _, _, label in label > 0 ? 7 : 9 } == labels)
    #expect(
      checked { row, a, _ in a * 1e300 }?.hasPrefix(
        "data.csv: b: needs numbers between 1e-250 and 1e250 in size, the largest is "
      ) == true
    )
    #expect(checked { _, a, _ in a * 1e-300 }?.contains("take another unit") == true)
    #expect(
      checked { _, a, _ in -a }
        == "data.csv: b: is a linear function of the columns before it; leave it out"
    )
  }

  /// Numbers whose squares are no numbers, and numbers that differ little for their size.
  @Test(arguments: [(1e200, 0), (1e-200, 0), (0x1p-700, 0), (1, 1e9), (0x1p-40, 1)])
  func theSizeOfNumbersChangesNoRisk(scale: Double, shift: Double) throws {
    let law = HalfspaceLaw.noisy(.gaussian, .massart(rate: 0.3))
    let own = try check(Self.table(law, count: 1000))
    let sized = try check(Self.table(law, count: 1000) { [scale * $0[0] + shift, $0[1]] })
    #expect(sized.regime == own.regime)
    for (one, other) in zip(own.methods, sized.methods) {
      #expect(abs(one.risk.value - other.risk.value) <= 0.01)
      #expect(other.halfspace.weights.allSatisfy { $0.isFinite && $0 != 0 })
      let weight = other.halfspace.weights[0] * scale
      #expect(abs(weight / one.halfspace.weights[0] - 1) < 0.01)
    }
  }

  /// The ideal numbers of normal points: density 1, a tail of 0.5, next to no change with the angle.
  @Test func normalPointsLookNormal() {
    let stream = RandomStream(seed: 3).named("normal")
    let numbers = stream.normals(count: 40_000)
    let statistics = PlaneStatistics(
      (0..<20_000).map { Vector(numbers[2 * $0], numbers[2 * $0 + 1]) }
    )
    #expect((0.75...1).contains(statistics.centralDensity))
    #expect((0.48...0.6).contains(statistics.tailScale))
    #expect((0.02...0.15).contains(statistics.angularChange))
  }

  @Test func findingsBecomeARecord() throws {
    let findings = try check(
      Self.table(.noisy(.gaussian, .massart(rate: 0.3)), count: 400)
    )
    let record = findings.record(file: "data.csv", seed: 4)
    #expect(record.experiment == "halfspaces-check" && record.seeds == [4])
    #expect(record.points.on(LabKey("risk")).count == findings.methods.count + 1)
    let weight = LabKey(
      "weight",
      labels: ["file": "data.csv", "method": "two-phase", "feature": "b"]
    )
    #expect(record.points.value(weight) == findings.methods[1].halfspace.weights[1])
  }
}
