import Arrays
import EspalierTestSupport
import KernelInterface
import Kernels
import PJRT
import StableHLO
import Tensors
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Numbers at the ends of the range, infinite ones, and what is no number.
@Suite(.needsKernels) struct ExtremeValueTests {
  private static func rounding(_ set: KernelSet) -> Double {
    set.elementType == .float64 ? 1e-14 : 1e-6
  }

  /// `silu(x) / (x exp(x))`, near 1, is as far off as the exponential is.
  @Test("The gated unit's exponential is right over its whole range")
  func exponentialOfGates() throws {
    let gates = (0..<5_003).map { -87 * Float($0 + 1) / 5_003 }
    let inverses = gates.map { Float(exp(-Double($0)) / Double($0)) }
    let unit = KernelCase(
      name: "gated unit",
      inputs: [HostArray(gates), HostArray(inverses)]
    ) { library, inputs in
      [
        [
          library?.gatedUnit(gate: inputs[0], up: inputs[1])
            ?? gatedUnitTwin(gate: inputs[0], up: inputs[1])
        ]
      ]
    }
    try check("exponential_of_gates", [unit], within: Self.rounding)
  }

  /// Of two logits one is `x` and the other 0; the gradient by `x`, weighted by `exp(-x)`, is near 1.
  @Test("Cross-entropy's exponential is right over its whole range")
  func exponentialOfLogits() throws {
    let logits = (0..<1_003).map { -87 * Float($0 + 1) / 1_003 }
    let weights = logits.map { Float(exp(-Double($0))) }
    var projection = [Float](repeating: 0, count: 33)
    projection[5] = 1
    var draw = Draw("exponential of logits")
    var entropy = CrossEntropyTests.entropy(
      CrossEntropyShape(
        tokens: logits.count,
        width: 1,
        classes: projection.count,
        projectionIsTransposed: true
      ),
      &draw
    )
    entropy.inputs = [
      HostArray(logits, shape: [logits.count, 1]), HostArray(projection, shape: [33, 1]),
      HostArray([Int32](repeating: 0, count: logits.count)), HostArray(weights),
      HostArray(scalar: 1 as Float),
    ]
    let body = entropy.body
    let gradient = KernelCase(name: "logits", inputs: entropy.inputs) { [body($0, $1)[1]] }
    try check("exponential_of_logits", [gradient], within: Self.rounding)
  }

  @Test("Gates of any size, infinite ones and NaN give what the formula gives, one by one")
  func extremeGates() throws {
    let sizes: [Float] = [
      0, 1e-38, 1e-30, 1e-3, 1, 10, 50, 87, 88, 88.5, 89, 104, 1e3, 1e10, 1e30, 3e38, .infinity,
    ]
    let gates = sizes + sizes.map(-) + [.nan]
    // As many equal elements as make whole vectors, and one alone; each case has a scale of its own.
    let cases = gates.flatMap { gate in
      [1, 16].map { count in
        let inputs = [gate, 0.5, 1].map { HostArray([Float](repeating: $0, count: count)) }
        return KernelCase(name: "\(count) gates of \(gate)", inputs: inputs) { library, inputs in
          let result =
            library?.gatedUnit(gate: inputs[0], up: inputs[1])
            ?? gatedUnitTwin(gate: inputs[0], up: inputs[1])
          guard gate.isFinite else { return [[result]] }
          let gradients = differentiated([result], [inputs[2]], by: [[inputs[0]], [inputs[1]]])
          // What is smaller than a normal number may be zero; 1e-30 is nothing beside 1.
          return gradients.map { group in group + [Tensor(1e-30, inputs[0].elementType)] }
        }
      }
    }
    try check("extreme_gates", cases)
  }

  @Test("What is no number or infinite spreads in products as it does in the twin's")
  func productsWithNaN() throws {
    var draw = Draw("products with NaN")
    let cases = MatrixProductTests.layouts(31, 45, 300).flatMap { shape in
      let product = MatrixProductTests.product(shape, &draw)
      return [
        product.replacing(0, [1_234: .nan]), product.replacing(1, [777: .nan]),
        product.replacing(0, [4_000: .infinity]), product.replacing(1, [40: -.infinity]),
        product.replacing(0, [0: .infinity, 9_299: -.infinity]),
      ]
    }
    try check("products_with_nan", cases)
  }

  @Test("What is no number or infinite spreads in norms and the loss as it does in the twin's")
  func rowsWithNaN() throws {
    var draw = Draw("rows with NaN")
    let norm = ElementwiseTests.norm([70, 37], &draw)
    let sum = ElementwiseTests.addingNorm([70, 37], usingSum: true, &draw)
    let entropies = [true, false].map {
      CrossEntropyTests.entropy(
        CrossEntropyShape(tokens: 50, width: 20, classes: 70, projectionIsTransposed: $0),
        &draw
      )
    }
    let norms = [
      norm.replacing(0, [900: .nan]), norm.replacing(1, [3: .nan]),
      norm.replacing(0, [5: .infinity]).valuesOnly, norm.replacing(2, [77: .nan]),
      norm.replacing(0, [5: 1e15]).valuesOnly,
      sum.replacing(0, [900: .nan]), sum.replacing(1, [36: .nan]),
    ]
    let losses = entropies.flatMap { entropy in
      [
        entropy.replacing(0, [400: .nan]), entropy.replacing(1, [9: .nan]),
        entropy.replacing(3, [2: .nan]), entropy.replacing(0, [400: .infinity]),
      ]
    }
    try check("rows_with_nan", norms + losses)
  }

  @Test("A target that is no class makes the loss and its token's gradient NaN")
  func targetsOutOfRange() throws {
    var draw = Draw("targets")
    for set in TestedKernels.all {
      let library = try TestedKernels.library(set)
      for wrong in [-1, 70, 1 << 30, Int(Int32.min)] {
        var entropy = CrossEntropyTests.entropy(
          CrossEntropyShape(tokens: 50, width: 20, classes: 70, projectionIsTransposed: true),
          &draw
        )
        var targets = entropy.inputs[2].values(as: Int32.self)
        targets[7] = Int32(wrong)
        entropy.inputs[2] = HostArray(targets)
        let program = try KernelProgram("targets", [entropy], library: library)
        let results = try program.results(entropy.inputs)
        #expect(results[0].doubles[0].isNaN)
        let rows = results[1].doubles.enumerated().filter { $0.element.isNaN }.map {
          $0.offset / 20
        }
        #expect(rows == Array(repeating: 7, count: 20))
      }
    }
  }
}

/// The same for attention, where what is hidden must not be seen.
@Suite(.needsKernels) struct ExtremeAttentionTests {
  private static func attention(_ draw: inout Draw) -> KernelCase {
    AttentionTests.attention(shape, .none, &draw).valuesOnly
  }

  private static let shape = AttentionTests.shape(1, 230, heads: 2, keyHeads: 1, size: 8)

  @Test("Scores of any size give weights as the twin does")
  func largeScores() throws {
    var draw = Draw("large scores")
    let attention = AttentionTests.attention(Self.shape, .packed, &draw).valuesOnly
    // Whole powers of two, so that a score's rounding does not grow with the factor; only the few scores
    // that are nearly the greatest could show it, and from 2^20 on there are none.
    let cases = [(0, 0), (10, 10), (40, 40), (46, 46), (-60, 60), (-60, -60)].map { left, right in
      var scaled = attention
      for (input, power) in [(0, left), (1, right)] {
        let values = attention.inputs[input].values(as: Float.self).map {
          $0 * Float(sign: .plus, exponent: power, significand: 1)
        }
        scaled.inputs[input] = HostArray(values, shape: attention.inputs[input].shape)
      }
      return scaled
    }
    try check("large_scores", cases)
  }

  @Test("A query that is no number spoils its own row")
  func queriesWithNaN() throws {
    var draw = Draw("queries with NaN")
    let attention = Self.attention(&draw)
    try check(
      "queries_with_nan",
      [1, 199, 229].map { attention.replacing(0, [$0 * 16 + 3: .nan]) }
    )
  }

  @Test("A key that is no number spoils the rows that see it and no other")
  func keysWithNaN() throws {
    var draw = Draw("keys with NaN")
    let attention = Self.attention(&draw)
    try check(
      "keys_with_nan",
      [0, 17, 193, 229].map { attention.replacing(1, [$0 * 8 + 3: .nan]) }
    )
  }

  @Test(
    "A value that is no number or infinite spoils the rows that see it",
    arguments: [0, 100, 229]
  )
  func valuesWithNaN(token: Int) throws {
    var draw = Draw("values with NaN", token)
    let attention = Self.attention(&draw)
    func results(_ attention: KernelCase, _ library: KernelLibrary?) throws -> [Double] {
      try KernelProgram("values", [attention], library: library)
        .results(attention.inputs)[0].doubles
    }
    let clean = try results(attention, nil)
    for set in TestedKernels.all {
      let library = try TestedKernels.library(set)
      for value in [Float.nan, .infinity, -.infinity] {
        let spoilt = try results(attention.replacing(2, [token * 8 + 3: value]), library)
        for (index, found) in spoilt.enumerated() {
          let (row, coordinate) = (index / 16, index % 8)
          if row >= token, coordinate == 3 {
            #expect(value.isNaN ? found.isNaN : found == Double(value), "row \(row)")
          } else if coordinate != 3 || !found.isNaN {
            // Zero times a hidden value that is no number may be none either, as it is in the twin.
            #expect((found - clean[index]).magnitude <= set.allowedDeviation * 8, "row \(row)")
          }
        }
      }
    }
  }
}
