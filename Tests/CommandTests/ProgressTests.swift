import Reports
import Testing

@testable import espalier

@Suite struct ProgressTests {
  @Test func theRateIsThatOfTheLastSeconds() {
    var meter = RateMeter()
    #expect(meter.rate == nil)
    meter.note(0, at: 100)
    #expect(meter.rate == nil)
    meter.note(10, at: 102)
    #expect(meter.rate == 5)
    // A long time later the slow start is forgotten.
    for second in 0...100 { meter.note(Double(100 + 2 * second), at: Double(200 + second)) }
    #expect(meter.rate == 2)
    meter.restart()
    #expect(meter.rate == nil)
  }

  @Test func oneMomentHasNoRate() {
    var meter = RateMeter()
    meter.note(1, at: 5)
    meter.note(2, at: 5)
    #expect(meter.rate == nil)
  }

  @Test func barIsDrawnInBothAlphabets() {
    let bar = ProgressBar(title: "midas", fraction: 0.5, details: ["step 6/12", "loss 3.210"])
    #expect(
      bar.line(width: 80, characters: .unicode)
        == "midas  50% ██████░░░░░░  step 6/12  loss 3.210"
    )
    #expect(
      bar.line(width: 80, characters: .ascii) == "midas  50% ######......  step 6/12  loss 3.210"
    )
  }

  /// However narrow the terminal, the line leaves its last column free.
  @Test(arguments: 1...130) func barFitsTheTerminal(width: Int) {
    let bar = ProgressBar(
      title: "a run with a long name",
      fraction: 0.123,
      details: ["step 123456/1000000", "loss 3.210", "left 12:34:56", "12,345 tokens/s"]
    )
    #expect(bar.line(width: width, characters: .unicode).count < width)
  }

  @Test(arguments: [-1, 0, 0.999, 1, 7, .nan]) func anyFractionIsDrawn(fraction: Double) {
    let line = ProgressBar(title: "x", fraction: fraction, details: [])
      .line(width: 60, characters: .ascii)
    #expect(line.count { $0 == "#" } + line.count { $0 == "." } == 12)
    #expect(line.contains("100%") == (fraction >= 1))
  }

  @Test func numbersAreWrittenForPeople() {
    #expect(
      [0, 7, 999, 1000, 1_638_400, -1234].map(NumberFormat.grouped) == [
        "0", "7", "999", "1,000", "1,638,400", "-1,234",
      ]
    )
    #expect(NumberFormat.grouped(.min) == "-9,223,372,036,854,775,808")
    #expect(
      [0, 999, 1000, 999_949, 999_950, 4_100_000].map(NumberFormat.bytes) == [
        "0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "4.1 MB",
      ]
    )
    #expect(
      [0, 59.6, 61, 3599, 3600, -5, .infinity, .nan].map(NumberFormat.duration) == [
        "0:00", "1:00", "1:01", "59:59", "1:00:00", "0:00", "-", "-",
      ]
    )
    #expect(NumberFormat.operations(15.2e12) == "15.2 TFLOP")
    #expect(counted(1, "layer") + ", " + counted(1200, "layer") == "1 layer, 1,200 layers")
  }
}
