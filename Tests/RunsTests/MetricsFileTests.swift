import EspalierTestSupport
import Files
import Foundation
import Testing

@testable import Runs

@Suite struct MetricsFileTests {
  /// A metrics file with a line for each step.
  func write(_ steps: [Int], to path: String) throws {
    let writer = try MetricsWriter(path: path)
    for step in steps { try writer.append(exampleMeasurement(step: step)) }
    try writer.synchronize()
  }

  @Test func measurementsComeBackInTheirOrder() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/metrics.jsonl"
      try write([0, 1, 10, 10, 20], to: path)
      let log = try MetricsReader(path: path).read()
      #expect(log.records == [0, 1, 10, 10, 20].map(exampleMeasurement))
      #expect(log.tornLine == nil)
    }
  }

  @Test func aLineHasTheFieldsByTheirNames() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/metrics.jsonl"
      try write([10], to: path)
      #expect(
        String(decoding: try bytes(of: path), as: UTF8.self)
          == #"{"causalValidationLoss":3.7,"compiledFlops":550000000,"flops":500000000,"#
          + #""gradientNorm":0.5,"growthFlops":20000000,"layers":2,"learningRate":0.001,"loss":3.5,"optimizerFlops":10000000,"samples":[{"prompt":"In the","text":" beginning"}],"seconds":20,"shareOfPeak":0.25,"stage":0,"step":10,"#
          + #""tokens":320,"tokensPerSecond":16,"validationLoss":3.5999999999999996}"# + "\n"
      )
    }
  }

  @Test func aDivergedLossIsKept() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/metrics.jsonl"
      var record = exampleMeasurement(step: 3)
      record.loss = .nan
      record.gradientNorm = .infinity
      try MetricsWriter(path: path).append(record)
      let read = try MetricsReader(path: path).read().records
      #expect(read.count == 1)
      #expect(read.first?.loss?.isNaN == true)
      #expect(read.first?.gradientNorm == .infinity)
    }
  }

  /// However short the file is cut, the whole lines before the cut are read and the rest is reported.
  @Test func aFileCutAnywhereGivesItsWholeLines() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/metrics.jsonl"
      try write([1, 2, 3], to: path)
      let whole = try bytes(of: path)
      let reader = MetricsReader(path: path)
      for length in 0...whole.count {
        let cut = whole.prefix(length)
        let lines = cut.filter { $0 == UInt8(ascii: "\n") }.count
        let tail = cut.reversed().prefix { $0 != UInt8(ascii: "\n") }.count
        let log = try reader.parse(cut)
        #expect(log.records == [1, 2, 3].prefix(lines).map(exampleMeasurement))
        #expect(
          log.tornLine
            == (tail == 0 ? nil : MetricsLog.TornLine(line: lines + 1, byteCount: tail))
        )
      }
    }
  }

  @Test func aTornEndIsCutOffBeforeMoreIsWritten() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/metrics.jsonl"
      try write([1, 2], to: path)
      try put(try bytes(of: path) + Data("{\"step\":3,".utf8), into: path)
      try write([3], to: path)
      let log = try MetricsReader(path: path).read()
      #expect(log.records == [1, 2, 3].map(exampleMeasurement))
      #expect(log.tornLine == nil)
    }
  }

  @Test(arguments: [(0, 0), (1, 1), (9, 1), (10, 3), (15, 3), (20, 4), (99, 4)])
  func resumingTakesOutLaterSteps(step: Int, kept: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/metrics.jsonl"
      let steps = [1, 10, 10, 20]
      try write(steps, to: path)
      let before = try bytes(of: path)
      let writer = try MetricsWriter(path: path, keepingThroughStep: step)
      let after = try bytes(of: path)
      #expect(before.starts(with: after))
      #expect(
        try MetricsReader(path: path).read().records == steps.prefix(kept).map(exampleMeasurement)
      )
      try writer.append(exampleMeasurement(step: 100))
      #expect(try MetricsReader(path: path).read().records.count == kept + 1)
    }
  }

  @Test func aFileThatHoldsSomethingElseIsNotTouched() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/metrics.jsonl"
      let letter = Data("Dear reader,\n".utf8)
      try put(letter, into: path)
      #expect(throws: RunError.malformedMetrics(path: path, line: 1, reason: "is not JSON")) {
        _ = try MetricsWriter(path: path, keepingThroughStep: 0)
      }
      #expect(try bytes(of: path) == letter)
    }
  }

  @Test(arguments: [
    ("", "is not JSON"),
    ("[]", "needs an object; got something else"),
    ("{}", "step: is missing"),
    (
      #"{"step":1.5}"#,
      "holds a number that its field cannot take, such as 1.5 or -1 for a count"
    ),
    (#"{"step":1,"stage":"a"}"#, "stage: needs a whole number; got something else"),
    ("\u{0}\u{0}", "is not JSON"),
  ])
  func aWrongLineIsNamed(line: String, reason: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/metrics.jsonl"
      try write([1], to: path)
      let data = try bytes(of: path) + Data((line + "\n").utf8)
      let error = #expect(throws: RunError.self) { try MetricsReader(path: path).parse(data) }
      let found = error?.description ?? ""
      if line != "{}" {
        #expect(found == "\(path):2: \(reason)")
      } else {
        // Which of the missing fields is named first is the decoder's choice.
        #expect(found.hasPrefix("\(path):2: ") && found.hasSuffix(": is missing"))
      }
    }
  }

  @Test func stepsThatGoBackAreRefused() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/metrics.jsonl"
      try write([5, 4], to: path)
      #expect(throws: RunError.metricsOutOfOrder(path: path, line: 2, step: 4, previous: 5)) {
        try MetricsReader(path: path).read()
      }
    }
  }

  @Test func aMissingFileIsSaidInTheSystemsWords() {
    #expect(
      throws: RunError.cannotRead(
        path: "/nowhere/metrics.jsonl",
        reason: "No such file or directory"
      )
    ) { try MetricsReader(path: "/nowhere/metrics.jsonl").read() }
    #expect(
      throws: RunError.cannotWrite(
        path: "/nowhere/metrics.jsonl",
        reason: "No such file or directory"
      )
    ) { _ = try MetricsWriter(path: "/nowhere/metrics.jsonl") }
  }

  @Test func everyFailureLeavesWholeLines() throws {
    func write(_ steps: [Int], _ disk: any FileSystem) throws {
      let writer = try MetricsWriter(path: "metrics.jsonl", in: disk)
      for step in steps { try writer.append(exampleMeasurement(step: step)) }
      try writer.synchronize()
    }
    let adding = try WriterTrial(.appending) {
      try write([1, 2], $0)
    } write: {
      try write([3], $0)
    }
    #expect(adding.problems().isEmpty)
    let resuming = try WriterTrial {
      try write([1, 2, 3], $0)
    } write: {
      _ = try MetricsWriter(path: "metrics.jsonl", keepingThroughStep: 1, in: $0)
    }
    #expect(resuming.problems().isEmpty)
  }

  #if os(Linux)
  @Test func aFullDiskIsReported() throws {
    // Linux has a device that is always full.
    let writer = try MetricsWriter(opening: "/dev/full")
    #expect(
      throws: RunError.cannotWrite(path: "/dev/full", reason: "No space left on device")
    ) { try writer.append(exampleMeasurement(step: 1)) }
  }
  #endif
}
