/// What an independent program found for the hard law: Gauss-Legendre panels in Python, refined towards the
/// axis, and a damped Newton method.
///
/// The laboratory's own quadrature has to reproduce it.
package enum IndependentTable {
  /// The minimiser of the logistic risk, and the second phase's risk, at one OPT.
  package struct Row: Hashable, Sendable {
    package var optimum: Double
    /// |w*|·√OPT.
    package var norm: Double
    /// The angle over √OPT.
    package var angle: Double
    /// The zero-one risk of the minimiser.
    package var risk: Double
    /// The zero-one risk of the second phase over OPT, to three decimals.
    package var ratio: Double
  }

  package static let rows = [
    Row(optimum: 4e-2, norm: 1.3706, angle: 2.1329, risk: 1.16040e-1, ratio: 2.461),
    Row(optimum: 2e-2, norm: 1.3580, angle: 1.6067, risk: 7.04245e-2, ratio: 2.292),
    Row(optimum: 1e-2, norm: 1.4008, angle: 1.3093, risk: 4.29241e-2, ratio: 2.197),
    Row(optimum: 3e-3, norm: 1.4529, angle: 1.0657, risk: 1.94890e-2, ratio: 2.122),
    Row(optimum: 1e-3, norm: 1.4786, angle: 0.9647, risk: 1.00867e-2, ratio: 2.093),
    Row(optimum: 3e-4, norm: 1.4940, angle: 0.9084, risk: 5.13315e-3, ratio: 2.077),
    Row(optimum: 1e-4, norm: 1.5017, angle: 0.8811, risk: 2.84829e-3, ratio: 2.070),
    Row(optimum: 1e-5, norm: 1.5087, angle: 0.8565, risk: 8.66702e-4, ratio: 2.064),
    Row(optimum: 1e-6, norm: 1.5110, angle: 0.8489, risk: 2.70678e-4, ratio: 2.063),
    Row(optimum: 1e-7, norm: 1.5117, angle: 0.8465, risk: 8.52562e-5, ratio: 2.062),
  ]

  /// The OPT values over which the limiting slopes are fitted.
  package static let slopeOptima = [3e-3, 1e-3, 3e-4, 1e-4, 1e-5]

  /// The OPT values of the table for normal points with far-quadrant noise.
  package static let gaussianOptima = [4e-2, 2e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5, 1e-6]
}
