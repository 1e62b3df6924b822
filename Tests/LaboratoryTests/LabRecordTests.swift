import Foundation
import Runs
import Testing

@testable import Laboratory

@Suite struct LabRecordTests {
  private let folder = NSTemporaryDirectory() + "lab-\(UUID().uuidString)"

  private func record(_ checks: [LabCheck]) -> LabRecord {
    LabRecord(
      experiment: "test",
      version: 1,
      parameters: ["optima": [0.1]],
      seeds: [1],
      machine: .current(),
      points: [],
      fits: [],
      checks: checks
    )
  }

  /// A check without a measurement fails, and its record can still be written and read.
  @Test func recordsKeepNumbersThatAreNone() throws {
    let record = record([.below("a", .nan, 1), .close("b", .infinity, to: 0, within: 1)])
    #expect(!record.holds)
    let decoded = try LabRecord.decoder().decode(
      LabRecord.self,
      from: Data(record.json().utf8)
    )
    #expect(decoded.checks[0].measured.isNaN)
    #expect(decoded.checks[1].measured == .infinity)
  }

  @Test func foldersGiveTheirRecordsBack() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let lab = LabFolder(path: folder)
    #expect(try lab.record("risk") == nil)
    let record = record([])
    try record.json().write(
      toFile: lab.recordFile("risk"),
      atomically: true,
      encoding: .utf8
    )
    #expect(try lab.record("risk") == record)
    try "{}".write(toFile: lab.recordFile("risk"), atomically: true, encoding: .utf8)
    let error = #expect(throws: LabError.self) { try lab.record("risk") }
    #expect(
      error?.description == "\(folder)/risk.json: is no laboratory's record; delete it or name "
        + "another folder"
    )
  }
}
