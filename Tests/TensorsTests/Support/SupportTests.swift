import Arrays
import ReferenceInterpreter
import StableHLO
import Tensors
import Testing

/// The checks themselves: that they find what they look for.
@Suite struct SupportTests {
  @Test func theWorstElementIsNamed() {
    withKnownIssue {
      expectClose([1, 2, 3.5, 4], [1, 2, 3, 4.1], Tolerance(.float64), "list")
    } matching: { issue in
      issue.comments.contains { $0.rawValue.contains("element 2 is 3.5, expected 3.0") }
    }
  }

  @Test func infinityAndNaNAreNoSmallErrors() {
    let tolerance = Tolerance(.float32)
    #expect(tolerance.excess(.infinity, 1) == .infinity)
    #expect(tolerance.excess(.nan, 1) == .infinity)
    #expect(tolerance.excess(1, .nan) == .infinity)
    #expect(tolerance.excess(.infinity, -.infinity) == .infinity)
    #expect(tolerance.excess(.nan, .nan) == 0)
    #expect(tolerance.excess(-.infinity, -.infinity) == 0)
    #expect(tolerance.excess(1 + 0x1p-24, 1) < 1)
  }

  /// A wrong gradient is found, and so is a wrong gradient of a right one.
  @Test func differencesFindWrongGradients() throws {
    var draw = Draw("wrong", 0)
    let input = draw.reals([2])
    try withKnownIssue {
      try check(
        "wrong",
        [OperationCase("half", [input]) { [$0[0].withoutGradient() * $0[0]] }]
      )
    } matching: { issue in
      issue.comments.contains { $0.rawValue.contains("half: gradient") }
    }
  }

  @Test func drawnNumbersKeepTheirDistance() {
    var draw = Draw("distance", 0)
    let numbers = (0..<400).map { _ in draw.number() }.sorted()
    let gaps = zip(numbers, numbers.dropFirst()).map { $1 - $0 }
    #expect(gaps.allSatisfy { $0 > 4e-3 })
    #expect(numbers.allSatisfy { abs($0 * 2 - ($0 * 2).rounded()) > 4e-3 })
  }
}
