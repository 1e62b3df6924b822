import Arrays
import Foundation
import LinearAlgebra
import Randomness
import Tensors

/// A parametrization with what theory says of it.
struct MetricCase: Sendable {
  /// A number a weight, behind which there may be several parameters.
  static let weightCount = 6

  let parametrization: Parametrization
  /// U at the beginning.
  let start: [Double]
  /// How long the duals are that lead to the places that are looked at.
  var reach = 0.1
  /// `1/ρ` of a weight; nil where weights move together.
  var inverseMetric: (@Sendable (Double) -> Double)?
  /// What each weight follows, by its name.
  var potential = "none of these"
  /// Whether the metric is a Hessian at all.
  var isHessian = true
  /// From random numbers to weights that F can make.
  var truth: @Sendable ([Double]) -> [Double] = { $0 }
  /// What descent keeps, and its formula.
  var kept: (formula: String, function: @Sendable (Tensor) -> Tensor)?
  /// How many such functions there are.
  var keptCount = 0

  static let all = [
    square, exponential, cube, difference, product, fourfold, dense, unfriendly,
  ]

  private static func flat(_ value: Double, _ count: Int = weightCount) -> [Double] {
    [Double](repeating: value, count: count)
  }

  private static let square = MetricCase(
    parametrization: Parametrization("u²", parameterCount: weightCount) { $0 * $0 },
    start: flat(0.7),
    inverseMetric: { 4 * $0 },
    potential: "entropy",
    truth: { $0.map(abs) }
  )

  private static let exponential = MetricCase(
    parametrization: Parametrization("exp u", parameterCount: weightCount) { $0.exponential() },
    start: flat(-0.7),
    inverseMetric: { $0 * $0 },
    potential: "Burg",
    truth: { $0.map(abs) }
  )

  private static let cube = MetricCase(
    parametrization: Parametrization("u³", parameterCount: weightCount) { $0 * $0 * $0 },
    start: flat(0.8),
    reach: 0.05,
    inverseMetric: { 9 * pow($0, 4.0 / 3) },
    potential: "power 0.666667",
    truth: { $0.map(abs) }
  )

  private static let difference = MetricCase(
    parametrization: Parametrization("u₊² - u₋²", parameterCount: 2 * weightCount) {
      let parts = $0.split(into: 2, alongAxis: 0)
      return parts[0] * parts[0] - parts[1] * parts[1]
    },
    start: flat(0.5, 2 * weightCount),
    inverseMetric: { 4 * ($0 * $0 + 4 * pow(0.5, 4)).squareRoot() },
    potential: "hypentropy, b = 0.5",
    kept: (
      "u₊u₋",
      {
        let parts = $0.split(into: 2, alongAxis: 0)
        return parts[0] * parts[1]
      }
    ),
    keptCount: weightCount
  )

  private static let product = MetricCase(
    parametrization: Parametrization("u v", parameterCount: 2 * weightCount) {
      let parts = $0.split(into: 2, alongAxis: 0)
      return parts[0] * parts[1]
    },
    start: flat(0.7) + flat(0.1),
    inverseMetric: { (4 * $0 * $0 + 0.48 * 0.48).squareRoot() },
    potential: "hypentropy, b = 0.24",
    kept: (
      "u² - v²",
      {
        let parts = $0.split(into: 2, alongAxis: 0)
        return parts[0] * parts[0] - parts[1] * parts[1]
      }
    ),
    keptCount: weightCount
  )

  private static let fourfold = MetricCase(
    parametrization: Parametrization("u₊v₊ - u₋v₋", parameterCount: 4 * weightCount) {
      let parts = $0.split(into: 4, alongAxis: 0)
      return parts[0] * parts[1] - parts[2] * parts[3]
    },
    start: flat(0.6) + flat(0.2) + flat(0.6) + flat(0.2),
    inverseMetric: { 2 * ($0 * $0 + pow(0.36 + 0.04, 2)).squareRoot() },
    potential: "hypentropy, b = 0.4",
    kept: (
      "(u₊ + v₊)(u₋ + v₋)",
      {
        let parts = $0.split(into: 4, alongAxis: 0)
        return (parts[0] + parts[1]) * (parts[2] + parts[3])
      }
    ),
    keptCount: 3 * weightCount
  )

  /// A.
  private static let mixing = Matrix(
    rowCount: weightCount,
    columnCount: weightCount,
    elements: Matrix(diagonal: flat(1)).elements.plus(
      0.2,
      times: RandomStream(seed: 1).named("dense").normals(count: weightCount * weightCount)
    )
  )

  /// Weights that share their parameters, and still follow a potential.
  private static let dense = MetricCase(
    parametrization: Parametrization("A u²", parameterCount: weightCount) {
      Tensor(HostArray(mixing.elements, shape: [weightCount, weightCount])).dot($0 * $0)
    },
    start: flat(0.7),
    truth: { mixing * $0.map(abs) }
  )

  /// The control: weights that share their parameters and follow none.
  private static let unfriendly = MetricCase(
    parametrization: Parametrization("(u₁u₂, u₂², u₃²)", parameterCount: 3) {
      let parts = $0.split(into: 3, alongAxis: 0)
      let weights = [parts[0] * parts[1], parts[1] * parts[1], parts[2] * parts[2]]
      return Tensor.concatenate(weights, alongAxis: 0)
    },
    start: flat(0.4, 3),
    isHessian: false,
    truth: { $0.map(abs) }
  )

  /// A regression that these weights can fit.
  func regression() throws -> Regression {
    // The control's samples are met one after the other, so that its way is no straight one.
    let strengths = isHessian ? [1, 1, 1] : [3, 0.3]
    let count = isHessian ? Self.weightCount : start.count
    let stream = RandomStream(seed: 1).named("metric \(count)")
    let inputs = Matrix(
      rowCount: strengths.count,
      columnCount: count,
      elements: stream.named("inputs").normals(count: strengths.count * count)
    ).scalingRows(by: strengths)
    return try Regression(inputs, inputs * truth(stream.named("truth").normals(count: count)))
  }
}
