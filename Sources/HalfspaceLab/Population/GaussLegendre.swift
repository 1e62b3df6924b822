import Foundation

/// The nodes and weights of Gauss-Legendre quadrature on -1...1.
struct GaussLegendre: Hashable, Sendable {
  let nodes: [Double]
  let weights: [Double]

  /// Finds the roots of the Legendre polynomial by Newton's method from Tricomi's guesses.
  init(count: Int) {
    precondition(count > 0, "a quadrature needs nodes")
    var nodes: [Double] = []
    var weights: [Double] = []
    for index in 0..<count {
      var x = cos(.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (previous, value) = (1.0, x)
        for degree in stride(from: 2, through: count, by: 1) {
          let n = Double(degree)
          (previous, value) = (value, ((2 * n - 1) * x * value - (n - 1) * previous) / n)
        }
        slope = Double(count) * (x * value - previous) / (x * x - 1)
        let step = value / slope
        x -= step
        if abs(step) < 1e-16 { break }
      }
      nodes.append(x)
      weights.append(2 / ((1 - x * x) * slope * slope))
    }
    self.nodes = nodes
    self.weights = weights
  }

  /// The rule of the laboratory's panels: exact for polynomials up to degree 23.
  static let twelve = GaussLegendre(count: 12)

  /// The integral of a function over an interval.
  func integral(from low: Double, to high: Double, of function: (Double) -> Double) -> Double {
    let (middle, half) = ((low + high) / 2, (high - low) / 2)
    return half
      * zip(nodes, weights).reduce(0) { $0 + $1.1 * function(middle + half * $1.0) }
  }

  /// The integral over neighbouring intervals.
  func integral(between borders: [Double], of function: (Double) -> Double) -> Double {
    zip(borders, borders.dropFirst()).reduce(0) {
      $0 + ($1.1 > $1.0 ? integral(from: $1.0, to: $1.1, of: function) : 0)
    }
  }
}
