import Foundation

/// The potential `Q(w) = α^D Σ q_D(w/α^D)` of linear diagonal networks of depth D that start at α.
///
/// Gradient flow makes `w = α^D h_D(z)` with z in the span of the samples, and `q_D` is the function whose derivative
/// undoes `h_D`: between the square of a large α and the absolute value of a small one (Woodworth et al. 2020). With two
/// layers `h(z) = 2 sinh z`, else `h(z) = (1 - z)^(-c) - (1 + z)^(-c)` for |z| < 1 with `c = D/(D - 2)`.
package struct DiagonalPotential: SeparablePotential {
  /// D, 2 or more.
  package let depth: Int
  /// α.
  package let scale: Double
  /// `α^D`.
  private let unit: Double
  /// `c`; infinite with two layers, where it is not used.
  private let exponent: Double

  /// - Throws: ``BiasError`` for a depth below 2, or a scale at which double precision fails.
  package init(depth: Int, scale: Double) throws(BiasError) {
    guard depth >= 2 else {
      throw .sizeOutOfRange(name: "depth", found: "\(depth)", rule: "two layers or more")
    }
    guard scale > 0, scale.isFinite else {
      throw .sizeOutOfRange(name: "alpha", found: "\(scale)", rule: "a number above 0")
    }
    let least = Self.leastScale(depth: depth)
    guard scale >= least * (1 - 1e-9) else {
      throw .scaleTooSmall(depth: depth, found: scale, least: least)
    }
    let unit = pow(scale, Double(depth))
    guard unit < 1e150 else {
      throw .sizeOutOfRange(
        name: "alpha",
        found: "\(scale)",
        rule: "a number whose power of the depth, \(depth), is below 1e150"
      )
    }
    (self.depth, self.scale, self.unit) = (depth, scale, unit)
    exponent = Double(depth) / Double(depth - 2)
  }

  /// The least scale that double precision carries.
  ///
  /// With two layers `α²` has to be a number. With more, z comes so near to 1 that of `1 - z`, about `α^(D-2)`, hardly
  /// any digit is left.
  package static func leastScale(depth: Int) -> Double {
    depth == 2 ? 1e-150 : pow(1e-6, 1 / Double(depth - 2))
  }

  package var name: String { "of depth \(depth), alpha = \(scale)" }

  package func value(_ weight: Double) -> Double {
    if depth == 2 {
      return weight * slope(weight) + 2 * unit - hypot(weight, 2 * unit)
    }
    let room = Self.room(abs(weight) / unit, exponent)
    // The integral of h: ((D - 2)/2) times the sum of (1 ∓ z)^(1 - c) - 1.
    let sum = expm1((1 - exponent) * log(room)) + expm1((1 - exponent) * log(2 - room))
    return abs(weight) * (1 - room) - unit * Double(depth - 2) / 2 * sum
  }

  package func slope(_ weight: Double) -> Double {
    if depth == 2 { return asinh(weight / (2 * unit)) }
    let size = abs(weight) / unit
    let dual =
      size < Self.smallImage ? Self.smallDual(size, exponent) : 1 - Self.room(size, exponent)
    return weight < 0 ? -dual : dual
  }

  package func inverse(_ dual: Double) -> Double {
    if depth == 2 { return 2 * unit * sinh(dual) }
    guard abs(dual) < 1 else { return .infinity }
    return unit * Self.image(dual, exponent)
  }

  package func inverseSlope(_ dual: Double) -> Double {
    if depth == 2 { return 2 * unit * cosh(dual) }
    return unit * exponent * (pow(1 - dual, -exponent - 1) + pow(1 + dual, -exponent - 1))
  }

  /// Below it z itself is found, from it on `1 - z`.
  static let smallImage = 0.1

  /// `h(z)`, without cancellation next to 0.
  static func image(_ dual: Double, _ exponent: Double) -> Double {
    expm1(-exponent * log1p(-dual)) - expm1(-exponent * log1p(dual))
  }

  /// `h(z)` of `1 - z`, exact next to z = 1.
  static func image(room: Double, _ exponent: Double) -> Double {
    pow(room, -exponent) - pow(2 - room, -exponent)
  }

  /// `1 - z` where `h(z)` is a number from 0 up, by Newton's method on the logarithm.
  ///
  /// The first guess leaves the second term out, which makes the room too small by a factor of two at most.
  static func room(_ image: Double, _ exponent: Double) -> Double {
    var room = pow(image + 1, -1 / exponent)
    for _ in 0..<60 {
      let (first, second) = (pow(room, -exponent), pow(2 - room, -exponent))
      let error = first - second - image
      // d(first - second)/d(ln room).
      let slope = -exponent * (first + second * room / (2 - room))
      let step = -error / slope
      room *= exp(min(max(step, -1), 1))
      if room > 1 { room = 1 }
      if abs(step) < 1e-16 { break }
    }
    return room
  }

  /// `z` where `h(z)` is a small number, exact next to 0.
  static func smallDual(_ image: Double, _ exponent: Double) -> Double {
    var dual = image / (2 * exponent)
    for _ in 0..<8 {
      let slope = exponent * (pow(1 - dual, -exponent - 1) + pow(1 + dual, -exponent - 1))
      dual -= (Self.image(dual, exponent) - image) / slope
    }
    return dual
  }
}
