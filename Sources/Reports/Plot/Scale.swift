import Foundation

/// How numbers are laid along an axis, and which of them are named there.
struct Scale: Hashable, Sendable {
  /// A named number.
  struct Tick: Hashable, Sendable {
    var value: Double
    var label: String
  }

  /// The smallest number on the axis.
  let lower: Double
  /// The largest number on the axis.
  let upper: Double
  /// Whether equal ratios, instead of equal differences, are equally far apart.
  let isLogarithmic: Bool
  /// What is added to numbers before ratios are taken; with 1 there is a place for 0.
  var offset = 0.0
  /// The named numbers, rising.
  let ticks: [Tick]

  /// Where a number lies, 0 at the lower end and 1 at the upper end.
  func position(of value: Double) -> Double {
    isLogarithmic
      ? log((value + offset) / (lower + offset)) / log((upper + offset) / (lower + offset))
      : (value - lower) / (upper - lower)
  }

  /// A scale with equal steps between two numbers.
  ///
  /// The ticks are the multiples of 1, 2 or 5 times a power of ten inside the range.
  /// - Parameters:
  ///   - lower: The lower end, a finite number.
  ///   - upper: The upper end; if it is not above the lower end the range is widened.
  ///   - count: The most ticks there may be, at least 2.
  /// - Returns: A scale with at least one tick unless the range is narrower than its numbers' rounding.
  static func linear(from lower: Double, to upper: Double, atMost count: Int) -> Scale {
    let (lower, upper) = widened(lower, upper)
    let step = tickStep(span: upper - lower, atMost: count)
    let decimals = max(0, -Int(log10(step * 1.000_001).rounded(.down)))
    // Multiples are counted as whole numbers so that no rounding error adds up along the axis.
    let first = Int((lower / step - 1e-9).rounded(.up))
    let last = Int((upper / step + 1e-9).rounded(.down))
    let ticks = (first...max(first, last)).map { multiple in
      let value = Double(multiple) * step
      return Tick(value: value, label: label(multiple == 0 ? 0 : value, decimals: decimals))
    }
    return Scale(lower: lower, upper: upper, isLogarithmic: false, ticks: ticks)
  }

  /// A scale with equal ratios between two positive numbers.
  ///
  /// The ticks are the numbers of the densest usual series whose neighbours stay far enough apart.
  /// - Parameters:
  ///   - lower: The lower end, positive.
  ///   - upper: The upper end, above the lower one.
  ///   - distance: The least distance between two ticks, as a share of the axis.
  /// - Returns: The scale.
  static func logarithmic(from lower: Double, to upper: Double, apart distance: Double) -> Scale {
    let bare = Scale(lower: lower, upper: upper, isLogarithmic: true, ticks: [])
    func fits(_ ticks: [Tick]) -> Bool {
      zip(ticks, ticks.dropFirst()).allSatisfy {
        bare.position(of: $1.value) - bare.position(of: $0.value) >= distance
      }
    }
    let usual: [[Double]] = [
      [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5],
      [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9],
      [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 4, 5, 7], [1, 1.5, 2, 3, 5, 7],
      [1, 2, 3, 5], [1, 2, 5], [1, 3], [1],
    ]
    for mantissas in usual {
      let ticks = multiples(of: mantissas, from: lower, to: upper)
      if ticks.count >= 2, fits(ticks) { return bare.with(ticks) }
    }
    // Over many powers of ten every other one is named, or every third.
    let powers = multiples(of: [1], from: lower, to: upper)
    for step in 2..<max(3, powers.count) {
      let ticks = powers.filter { Int(log10($0.value).rounded()).isMultiple(of: step) }
      if ticks.count >= 2, fits(ticks) { return bare.with(ticks) }
    }
    // A range too narrow for powers of ten is almost straight: equal steps will do.
    let ticks = linear(from: lower, to: upper, atMost: max(2, Int(0.8 / distance))).ticks
    return bare.with(ticks.filter { $0.value > 0 })
  }

  /// A scale from 0 with equal ratios of numbers and one, for counts.
  ///
  /// - Parameters:
  ///   - counts: What may be named, rising; the last one ends the axis and is always named.
  ///   - distance: The least distance between two ticks, as a share of the axis.
  /// - Returns: The scale.
  static func counts(_ counts: [Int], apart distance: Double) -> Scale {
    let upper = Double(counts.last ?? 1)
    let bare = Scale(lower: 0, upper: upper, isLogarithmic: true, offset: 1, ticks: [])
    var ticks: [Tick] = []
    func name(_ count: Int) { ticks.append(Tick(value: Double(count), label: "\(count)")) }
    for count in counts.dropLast() {
      let place = bare.position(of: Double(count))
      let before = ticks.last.map { bare.position(of: $0.value) } ?? -.infinity
      if place - before > distance, 1 - place > distance { name(count) }
    }
    counts.suffix(1).forEach(name)
    return bare.with(ticks)
  }

  private func with(_ ticks: [Tick]) -> Scale {
    Scale(
      lower: lower,
      upper: upper,
      isLogarithmic: isLogarithmic,
      offset: offset,
      ticks: ticks
    )
  }

  /// The products of mantissas and powers of ten in a range.
  private static func multiples(of mantissas: [Double], from lower: Double, to upper: Double)
    -> [Tick]
  {
    let exponents = Int(log10(lower).rounded(.down))...Int(log10(upper).rounded(.down))
    // More than a dozen powers of ten need no numbers in between.
    guard exponents.count <= 12 || mantissas.count == 1 else { return [] }
    return exponents.flatMap { exponent in
      mantissas.map { mantissa in
        let value = mantissa * pow(10, Double(exponent))
        let decimals = max(0, -exponent + (mantissa.rounded() == mantissa ? 0 : 1))
        return Tick(value: value, label: label(value, decimals: decimals))
      }
    }.filter { (lower * (1 - 1e-9)...upper * (1 + 1e-9)).contains($0.value) }
  }

  /// The smallest 1, 2 or 5 times a power of ten that cuts a span into fewer than `count` parts.
  private static func tickStep(span: Double, atMost count: Int) -> Double {
    let raw = span / Double(max(2, count) - 1)
    let power = pow(10, log10(raw).rounded(.down))
    return ([1, 2, 5].first { $0 * power >= raw * (1 - 1e-9) } ?? 10) * power
  }

  /// A number with so many decimals, or with an exponent if that would be long.
  private static func label(_ value: Double, decimals: Int) -> String {
    decimals > 6 || abs(value) >= 1e7
      ? NumberText.brief(value) : NumberFormat.fixed(value, digits: decimals)
  }

  /// The range, or if it is empty one around it.
  private static func widened(_ lower: Double, _ upper: Double) -> (Double, Double) {
    // Beyond these sizes a step or a span would be zero or infinite.
    let sizes = [abs(lower), abs(upper)]
    guard sizes.allSatisfy({ $0 < 1e300 }), sizes.contains(where: { $0 > 1e-280 }) else {
      return (0, 1)
    }
    // Below this the difference would drown in the rounding of the ends.
    let least = max(abs(lower), abs(upper)) * 1e-9
    if upper - lower > least, upper > lower { return (lower, upper) }
    let half = lower == 0 ? 0.5 : abs(lower) * 0.05
    return (lower - half, lower + half)
  }
}
