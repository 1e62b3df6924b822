extension Tensor {
  /// The cosine and the sine of 2π times numbers in `0..<1`, to a few units of the last digit.
  ///
  /// XLA calls the system's library for a sine, number by number; most of the time of a sampler went there. The quarter
  /// of the circle is taken off first, and on what is left, at most π/4 from 0, nine terms of the sine's series are exact
  /// and run in vector registers. The cosine is the root that goes with it.
  package func circlePoint() -> (cosine: Tensor, sine: Tensor) {
    let quarters = self * 4
    let quarter = quarters.applying(.roundToEven)
    let angle = (quarters - quarter) * (Double.pi / 2)
    let square = angle.squared()
    var series = Tensor(repeating: 1, type: type)
    for term in stride(from: 8, through: 1, by: -1) {
      series = 1 - square * series * (1 / Double(2 * term * (2 * term + 1)))
    }
    let sine = angle * series
    let cosine = (1 - sine.squared()).squareRoot()
    func isQuarter(_ number: Double) -> Tensor { quarter .== Tensor(number, elementType) }
    let isOdd = isQuarter(1) .| isQuarter(3)
    func signed(_ value: Tensor, negativeIn numbers: (Double, Double)) -> Tensor {
      Tensor.select(isQuarter(numbers.0) .| isQuarter(numbers.1), -value, otherwise: value)
    }
    return (
      signed(Tensor.select(isOdd, sine, otherwise: cosine), negativeIn: (1, 2)),
      signed(Tensor.select(isOdd, cosine, otherwise: sine), negativeIn: (2, 3))
    )
  }
}
