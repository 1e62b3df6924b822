import Arrays

/// A function of one tensor, applied element by element.
///
/// The raw value is the operation's name in StableHLO's text (StableHLO specification, "Ops").
public enum UnaryFunction: String, Hashable, Sendable, CaseIterable {
  /// `|x|`.
  case absolute = "stablehlo.abs"
  /// The smallest whole number not below `x`.
  case ceiling = "stablehlo.ceil"
  /// `cos x`.
  case cosine = "stablehlo.cosine"
  /// The error function, `2/√π ∫₀ˣ exp(-t²) dt`.
  case errorFunction = "chlo.erf"
  /// `exp x`.
  case exponential = "stablehlo.exponential"
  /// `exp x - 1`, exact near zero.
  case exponentialMinusOne = "stablehlo.exponential_minus_one"
  /// The largest whole number not above `x`.
  case floor = "stablehlo.floor"
  /// Whether `x` is neither infinite nor NaN; the result is `bool`.
  case isFinite = "stablehlo.is_finite"
  /// The natural logarithm.
  case logarithm = "stablehlo.log"
  /// `log(1 + x)`, exact near zero.
  case logarithmOfOnePlus = "stablehlo.log_plus_one"
  /// `1 / (1 + exp(-x))`.
  case logistic = "stablehlo.logistic"
  /// `-x`.
  case negate = "stablehlo.negate"
  /// Logical or bitwise complement.
  case not = "stablehlo.not"
  /// `1 / √x`.
  case reciprocalSquareRoot = "stablehlo.rsqrt"
  /// The nearest whole number, ties to even.
  case roundToEven = "stablehlo.round_nearest_even"
  /// -1, 0 or 1.
  case sign = "stablehlo.sign"
  /// `sin x`.
  case sine = "stablehlo.sine"
  /// `√x`.
  case squareRoot = "stablehlo.sqrt"
  /// `tanh x`.
  case hyperbolicTangent = "stablehlo.tanh"

  /// Which element types the function takes.
  func accepts(_ type: ElementType) -> Bool {
    switch self {
    case .not: type == .bool || type.isInteger
    case .negate: type.isFloatingPoint || type.isInteger
    case .absolute, .sign: type.isFloatingPoint || (type.isInteger && !type.isUnsigned)
    default: type.isFloatingPoint
    }
  }
}

/// A function of two tensors of one type, applied element by element.
///
/// The raw value is the operation's name in StableHLO's text.
public enum BinaryFunction: String, Hashable, Sendable, CaseIterable {
  /// `x + y`.
  case add = "stablehlo.add"
  /// Logical or bitwise and.
  case and = "stablehlo.and"
  /// `x / y`; integers round towards zero.
  case divide = "stablehlo.divide"
  /// The larger of the two.
  case maximum = "stablehlo.maximum"
  /// The smaller of the two.
  case minimum = "stablehlo.minimum"
  /// `x y`.
  case multiply = "stablehlo.multiply"
  /// Logical or bitwise or.
  case or = "stablehlo.or"
  /// `x` to the power `y`.
  case power = "stablehlo.power"
  /// What is left after division rounded towards zero; it has the sign of `x`.
  case remainder = "stablehlo.remainder"
  /// `x` shifted left by `y` bits.
  case shiftLeft = "stablehlo.shift_left"
  /// `x` shifted right by `y` bits, filled with zeros.
  case shiftRightLogical = "stablehlo.shift_right_logical"
  /// `x - y`.
  case subtract = "stablehlo.subtract"
  /// Logical or bitwise exclusive or.
  case xor = "stablehlo.xor"

  /// Which element types the function takes.
  func accepts(_ type: ElementType) -> Bool {
    switch self {
    case .and, .or, .xor: type == .bool || type.isInteger
    case .shiftLeft, .shiftRightLogical: type.isInteger
    case .add, .multiply, .maximum, .minimum, .subtract, .divide, .power, .remainder: type != .bool
    }
  }
}

/// A comparison of two tensors of one type, element by element.
public enum ComparisonDirection: String, Hashable, Sendable, CaseIterable {
  /// `x = y`.
  case equal = "EQ"
  /// `x ≠ y`; true where either is NaN.
  case notEqual = "NE"
  /// `x < y`.
  case less = "LT"
  /// `x ≤ y`.
  case lessOrEqual = "LE"
  /// `x > y`.
  case greater = "GT"
  /// `x ≥ y`.
  case greaterOrEqual = "GE"
}

/// How a reduction combines elements.
public enum Reducer: String, Hashable, Sendable, CaseIterable {
  /// The sum; 0 of nothing.
  case sum = "stablehlo.add"
  /// The product; 1 of nothing.
  case product = "stablehlo.multiply"
  /// The largest; the type's least value of nothing.
  case maximum = "stablehlo.maximum"
  /// The smallest; the type's greatest value of nothing.
  case minimum = "stablehlo.minimum"
  /// True if all are; true of nothing.
  case all = "stablehlo.and"
  /// True if any is; false of nothing.
  case any = "stablehlo.or"

  func accepts(_ type: ElementType) -> Bool {
    switch self {
    case .all, .any: type == .bool
    default: type != .bool
    }
  }
}
