import Arrays
import StableHLO

extension PullbackRule {
  func unary(_ function: UnaryFunction, _ g: Tensor) -> Tensor? {
    let (x, y) = (operands[0], output)
    switch function {
    case .absolute: return g * x.sign()
    case .ceiling, .floor, .roundToEven, .sign: return zeros(x.type)
    case .cosine: return -(g * x.sine())
    case .errorFunction:
      // d/dx erf x = 2/√π exp(-x²)
      return g * (-(x * x)).exponential() * (2 / Double.pi.squareRoot())
    case .exponential: return g * y
    // y + 1 would cancel where exp x is small.
    case .exponentialMinusOne: return g * x.exponential()
    case .hyperbolicTangent: return g * (1 - y * y)
    case .isFinite, .not: return nil
    case .logarithm: return g / x
    case .logarithmOfOnePlus: return g / (x + 1)
    case .logistic: return g * (y * (1 - y))
    case .negate: return -g
    case .reciprocalSquareRoot: return g * (y * y * y * -0.5)
    case .sine: return g * x.cosine()
    case .squareRoot: return g / (y * 2)
    }
  }

  func binary(_ function: BinaryFunction, _ g: Tensor) -> [Tensor?] {
    let (x, y) = (operands[0], operands[1])
    switch function {
    case .add: return [g, g]
    case .subtract: return [g, needed[1] ? -g : nil]
    case .multiply: return [needed[0] ? g * y : nil, needed[1] ? g * x : nil]
    case .divide:
      return [needed[0] ? g / y : nil, needed[1] ? -(g * output / y) : nil]
    case .maximum: return extremum(g, x .> y)
    case .minimum: return extremum(g, x .< y)
    case .power: return power(g)
    case .remainder:
      // x % y = x - y trunc(x / y), and trunc is flat almost everywhere.
      let quotient = x / y
      let whole = quotient.sign() * quotient.absoluteValue().applying(.floor)
      return [g, needed[1] ? -(g * whole) : nil]
    case .and, .or, .xor, .shiftLeft, .shiftRightLogical: return [nil, nil]
    }
  }

  /// The winner takes the cotangent; equal operands share it.
  private func extremum(_ g: Tensor, _ leftWins: Tensor) -> [Tensor?] {
    let (x, y) = (operands[0], operands[1])
    let half = g * 0.5
    let tie = x .== y
    let none = zeros(g.type)
    let left = Tensor.select(tie, half, otherwise: Tensor.select(leftWins, g, otherwise: none))
    let right = Tensor.select(tie, half, otherwise: Tensor.select(leftWins, none, otherwise: g))
    return [left, right]
  }

  /// `∂xʸ/∂x = y xʸ⁻¹`, 0 for `y = 0`, and `∂xʸ/∂y = xʸ log x`, taken as 0 for `x = 0`.
  private func power(_ g: Tensor) -> [Tensor?] {
    let (x, y) = (operands[0], operands[1])
    let one = scalar(1, like: x)
    let none = zeros(x.type)
    let lowered = x.power(Tensor.select(y .== none, one, otherwise: y - 1))
    let base = g * Tensor.select(y .== none, none, otherwise: y * lowered)
    let safe = Tensor.select(x .== none, one, otherwise: x)
    let exponent = g * output * safe.logarithm()
    return [needed[0] ? base : nil, needed[1] ? exponent : nil]
  }

  func select(_ g: Tensor) -> [Tensor?] {
    let none = zeros(g.type)
    return [
      nil,
      needed[1] ? Tensor.select(operands[0], g, otherwise: none) : nil,
      needed[2] ? Tensor.select(operands[0], none, otherwise: g) : nil,
    ]
  }

  /// The operand gets what lies strictly inside, each bound gets what lies outside it.
  func clamp(_ g: Tensor) -> [Tensor?] {
    let (least, x, greatest) = (operands[0], operands[1], operands[2])
    let none = zeros(g.type)
    let below = x .< least
    let above = x .> greatest
    return [
      Tensor.select(below, g, otherwise: none),
      Tensor.select(below .| above, none, otherwise: g),
      Tensor.select(above, g, otherwise: none),
    ]
  }
}
