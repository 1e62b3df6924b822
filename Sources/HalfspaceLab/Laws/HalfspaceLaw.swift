import Foundation

/// A law of points in the plane with labels.
package enum HalfspaceLaw: Hashable, Sendable, Codable {
  /// The law of the lower bound.
  case hard(HardLaw)
  /// The sign of the first coordinate, with noise.
  case noisy(Marginal, LabelNoise)

  /// The hard law.
  ///
  /// - Throws: ``HalfspaceError/optimumOutOfRange(found:)``.
  package static func hard(optimum: Double) throws(HalfspaceError) -> HalfspaceLaw {
    .hard(try HardLaw(optimum: optimum))
  }

  /// A noisy law whose parts were checked.
  ///
  /// - Throws: ``HalfspaceError``.
  package static func checked(
    _ marginal: Marginal,
    _ noise: LabelNoise
  ) throws(HalfspaceError) -> HalfspaceLaw {
    try marginal.validate()
    try noise.validate()
    if case .nearBoundary = noise, case .student = marginal {
      throw .noExactRisk(noise: noise.name, marginal: marginal.name)
    }
    return .noisy(marginal, noise)
  }

  /// The name in tables and files.
  package var name: String {
    switch self {
    case .hard(let law):
      law.rectangles == .upward ? "hard" : "hard-\(law.rectangles.rawValue)"
    case .noisy(let marginal, let noise): "\(marginal.name)-\(noise.name)"
    }
  }

  /// The probability that a label differs from the sign of the first coordinate; exact.
  package var mass: Double {
    switch self {
    case .hard(let law): law.optimum
    case .noisy(_, let noise): noise.mass
    }
  }
}
