import EspalierTestSupport
import Foundation
import Statistics
import Testing

@testable import Laboratory

@Suite struct LabRecordTests {
  private let section = LabSection(rawValue: "section")

  private func record(_ points: [LabPoint] = [], _ checks: [LabCheck] = []) -> LabRecord {
    LabRecord(
      experiment: "test",
      version: 1,
      parameters: ["optima": [0.1]],
      seeds: [1],
      points: points,
      checks: checks
    )
  }

  /// A check without a measurement fails, and its record can still be written and read.
  @Test func recordsKeepNumbersThatAreNone() throws {
    let record = record(
      [],
      [
        section.check("a", .nan, .below(1)),
        section.check("b", .infinity, .close(to: 0, within: 1)),
      ]
    )
    #expect(!record.holds)
    let decoded = try LabRecord.decoder().decode(
      LabRecord.self,
      from: Data(record.json().utf8)
    )
    #expect(decoded.checks[0].measured.isNaN)
    #expect(decoded.checks[1].measured == .infinity)
  }

  @Test func foldersGiveTheirRecordsBack() throws {
    let folder = try TemporaryFolder()
    let lab = LabFolder(path: folder.path)
    #expect(try lab.record("risk") == nil)
    let record = record([LabKey("risk").point(1)])
    try record.json().write(
      toFile: lab.recordFile("risk"),
      atomically: true,
      encoding: .utf8
    )
    #expect(try lab.record("risk") == record)
    try "{}".write(toFile: lab.recordFile("risk"), atomically: true, encoding: .utf8)
    let error = #expect(throws: LabError.self) { try lab.record("risk") }
    #expect(
      error?.description == "\(folder / "risk.json"): is no laboratory's record; delete it or name "
        + "another folder"
    )
  }

  @Test func recordsOfTheFirstFormatAreNamed() throws {
    let folder = try TemporaryFolder()
    let lab = LabFolder(path: folder.path)
    let first = #"{"experiment":"halfspaces-risk","version":2,"points":[{"place":1,"value":2}]}"#
    try first.write(toFile: lab.recordFile("risk"), atomically: true, encoding: .utf8)
    let error = #expect(throws: LabError.self) { try lab.record("risk") }
    #expect(
      error?.description
        == "\(folder / "risk.json"): needs a record of format 2; got format 1; run its "
        + "experiment again in another folder, or delete it"
    )
  }

  /// The columns are the names of all points in one order, whatever the order of the points.
  @Test func tablesHaveAColumnForEachName() {
    let points = [
      LabKey("risk", labels: ["law": "hard"], coordinates: ["optimum": 0.01, "dimension": 2])
        .point(Estimate(value: 0.5, low: 0.25, high: 1)),
      LabKey("norm", labels: ["file": "a, \"b\".csv"], coordinates: ["angle": -0.5]).point(3),
    ]
    let header = "quantity,file,law,angle,dimension,optimum,value,low,high"
    let rows = ["risk,,hard,,2,0.01,0.5,0.25,1", "norm,\"a, \"\"b\"\".csv\",,-0.5,,,3,,"]
    #expect(record(points).csv == ([header] + rows).joined(separator: "\n") + "\n")
    let odd = [LabKey("a", labels: ["file": "b\r\nc"]).point(1), LabKey("\"\u{301}").point(2)]
    #expect(
      record(odd).csv == "quantity,file,value,low,high\na,\"b\r\nc\",1,,\n\"\"\"\u{301}\",,2,,\n"
    )
    #expect(
      record(points.reversed()).csv
        == ([header] + rows.reversed()).joined(separator: "\n") + "\n"
    )
  }

  @Test func keysCoverWhatSharesTheirNames() {
    let points = [0.1, 0.2].flatMap { optimum in
      ["a", "b"].map { method in
        LabKey("risk", labels: ["method": method], coordinates: ["optimum": optimum, "seed": 1])
          .point(optimum)
      }
    }
    let curve = LabKey("risk", labels: ["method": "a"])
    #expect(points.on(curve).map(\.value) == [0.1, 0.2])
    #expect(points.value(curve.at(["optimum": 0.2])) == 0.2)
    #expect(points.on(LabKey("risk")).count == 4)
    #expect(points.on(curve.of("norm")).isEmpty && points.value(curve.of("norm")).isNaN)
    #expect(points.on(curve.at(["dimension": 2])).isEmpty)
    #expect(points[0]["seed"] == 1 && points[0]["dimension"].isNaN)
  }

  @Test func aBrokenBandIsAFailedCheck() {
    #expect(!section.check("slope", 0.8, .range(0.62...0.76)).holds)
    #expect(!section.check("ratio", .nan, .close(to: 1, within: 1)).holds)
    #expect(section.check("norm", 0.5, .below(1)).holds)
    #expect(section.check("slope", 0.7, .range(0.62...0.76)).expected == "0.62...0.76")
    #expect(section.check("ratio", 1, .close(to: 1, within: 0.5)).expected == "1.0 ± 0.5")
  }

  @Test func powerLawsBelongToTheirCurve() throws {
    let key = LabKey("risk", labels: ["method": "a"])
    let fit = try #require(
      section.powerLaw("slope", of: key, over: "optimum", x: [1, 2, 4], y: [3, 12, 48])
    )
    #expect(fit.section == section && fit.key == key && fit.coordinate == "optimum")
    #expect(abs(fit.slope - 2) < 1e-12)
    #expect(section.powerLaw("slope", of: key, over: "optimum", x: [1], y: [3]) == nil)
    let two = section.powerLaw("slope", of: key, over: "optimum", x: [1, 2], y: [3, 6])
    #expect(two?.low == nil && two?.high == nil)
  }
}
