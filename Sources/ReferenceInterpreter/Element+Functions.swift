import Arrays
// Foundation: the mathematical functions of the system's library.
import Foundation
import StableHLO

extension Element {
  /// The value of a function of one element.
  func applying(_ function: UnaryFunction) -> Element {
    switch self {
    case .real(let x): Self.applying(function, x)
    case .whole(let n): .whole(Self.applying(function, n))
    case .truth(let t): .truth(!t)
    }
  }

  private static func applying(_ function: UnaryFunction, _ x: Double) -> Element {
    switch function {
    case .absolute: .real(x.magnitude)
    case .ceiling: .real(x.rounded(.up))
    case .cosine: .real(cos(x))
    case .errorFunction: .real(erf(x))
    case .exponential: .real(exp(x))
    case .exponentialMinusOne: .real(expm1(x))
    case .floor: .real(x.rounded(.down))
    case .isFinite: .truth(x.isFinite)
    case .logarithm: .real(log(x))
    case .logarithmOfOnePlus: .real(log1p(x))
    case .logistic: .real(1 / (1 + exp(-x)))
    case .negate: .real(-x)
    case .reciprocalSquareRoot: .real(1 / x.squareRoot())
    case .roundToEven: .real(x.rounded(.toNearestOrEven))
    case .sign: .real(x > 0 ? 1 : x < 0 ? -1 : x)
    case .sine: .real(sin(x))
    case .squareRoot: .real(x.squareRoot())
    case .hyperbolicTangent: .real(tanh(x))
    case .not: preconditionFailure("a real number has no complement")
    }
  }

  private static func applying(_ function: UnaryFunction, _ n: Int128) -> Int128 {
    switch function {
    case .absolute: n < 0 ? -n : n
    case .negate: -n
    case .not: ~n
    case .sign: n.signum()
    default: preconditionFailure("\(function) takes no whole number")
    }
  }

  /// The value of a function of two elements of one type.
  static func combining(
    _ function: BinaryFunction,
    _ left: Element,
    _ right: Element,
    _ type: ElementType
  ) -> Element {
    switch (left, right) {
    case (.real(let x), .real(let y)): .real(combining(function, x, y))
    case (.whole(let x), .whole(let y)): .whole(combining(function, x, y, type))
    default: .truth(combining(function, left.isTrue, right.isTrue))
    }
  }

  private static func combining(_ function: BinaryFunction, _ x: Double, _ y: Double) -> Double {
    switch function {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .maximum: maximum(.real(x), .real(y)).real
    case .minimum: minimum(.real(x), .real(y)).real
    case .power: pow(x, y)
    case .remainder: fmod(x, y)
    case .and, .or, .xor, .shiftLeft, .shiftRightLogical:
      preconditionFailure("\(function) takes no real number")
    }
  }

  /// Division by zero is left open by StableHLO; XLA's processor back end gives all ones, and the
  /// dividend as the remainder.
  private static func combining(
    _ function: BinaryFunction,
    _ x: Int128,
    _ y: Int128,
    _ type: ElementType
  ) -> Int128 {
    let bitCount = Int128(type.byteCount * 8)
    return switch function {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x &* y
    case .divide: y == 0 ? -1 : x / y
    case .maximum: max(x, y)
    case .minimum: min(x, y)
    case .power: power(x, y)
    case .remainder: y == 0 ? x : x % y
    case .and: x & y
    case .or: x | y
    case .xor: x ^ y
    case .shiftLeft: 0 <= y && y < bitCount ? x << y : 0
    case .shiftRightLogical:
      0 <= y && y < bitCount ? (x & ((1 << bitCount) - 1)) >> y : 0
    }
  }

  private static func combining(_ function: BinaryFunction, _ x: Bool, _ y: Bool) -> Bool {
    switch function {
    case .and: x && y
    case .or: x || y
    case .xor: x != y
    default: preconditionFailure("\(function) takes no truth values")
    }
  }

  /// `x` multiplied by itself, modulo 2¹²⁸, so that it still wraps around rightly to any type.
  private static func power(_ x: Int128, _ y: Int128) -> Int128 {
    if y < 0 { return x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0 }
    var product: Int128 = 1
    var square = x
    var rest = y
    while rest > 0 {
      if rest % 2 == 1 { product = product &* square }
      square = square &* square
      rest /= 2
    }
    return product
  }

  /// The larger one; NaN if either is.
  static func maximum(_ left: Element, _ right: Element) -> Element {
    if case .real(let x) = left, x.isNaN { return left }
    if case .real(let y) = right, y.isNaN { return right }
    return compare(.less, left, right) ? right : left
  }

  /// The smaller one; NaN if either is.
  static func minimum(_ left: Element, _ right: Element) -> Element {
    if case .real(let x) = left, x.isNaN { return left }
    if case .real(let y) = right, y.isNaN { return right }
    return compare(.greater, left, right) ? right : left
  }

  /// Whether a comparison holds; false is less than true.
  static func compare(_ direction: ComparisonDirection, _ left: Element, _ right: Element) -> Bool {
    if case .real(let x) = left, case .real(let y) = right { return direction.holds(x, y) }
    return direction.holds(left.whole, right.whole)
  }
}

extension ComparisonDirection {
  fileprivate func holds<Number: Comparable>(_ x: Number, _ y: Number) -> Bool {
    switch self {
    case .equal: x == y
    case .notEqual: x != y
    case .less: x < y
    case .lessOrEqual: x <= y
    case .greater: x > y
    case .greaterOrEqual: x >= y
    }
  }
}
