import Statistics

/// A section of a laboratory's page.
///
/// Fits and checks are made by the section that shows them, so that there is none without a place.
package struct LabSection: RawRepresentable, Codable, Hashable, Sendable {
  /// Its name in the JSON, such as `hard-law`.
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The exponent of the power law through points.
  ///
  /// - Parameters:
  ///   - name: What the page calls it.
  ///   - key: The curve.
  ///   - coordinate: What it runs over.
  ///   - x: The places, positive.
  ///   - y: The values, positive.
  /// - Returns: The fit; nil for fewer than two points.
  package func powerLaw(
    _ name: String,
    of key: LabKey,
    over coordinate: String,
    x: [Double],
    y: [Double]
  ) -> LabFit? {
    guard x.count > 1 else { return nil }
    return fit(name, of: key, over: coordinate, LineFit.powerLaw(x: x, y: y).slope)
  }

  /// A slope that was fitted in another way than by least squares.
  ///
  /// - Parameters:
  ///   - name: What the page calls it.
  ///   - key: The curve.
  ///   - coordinate: What it runs over.
  ///   - slope: The slope with its interval.
  /// - Returns: The fit.
  package func fit(
    _ name: String,
    of key: LabKey,
    over coordinate: String,
    _ slope: Estimate
  ) -> LabFit {
    LabFit(
      section: self,
      name: name,
      key: key,
      coordinate: coordinate,
      slope: slope.value,
      low: slope.low.isFinite ? slope.low : nil,
      high: slope.high.isFinite ? slope.high : nil
    )
  }

  /// Something that has to come out.
  ///
  /// - Parameters:
  ///   - name: What the page calls it.
  ///   - measured: What came out.
  ///   - expectation: What it has to be.
  ///   - key: The point or curve that it is about; nil for what is about no points, such as a limit.
  /// - Returns: The check; it fails for a number that is none.
  package func check(
    _ name: String,
    _ measured: Double,
    _ expectation: LabExpectation,
    of key: LabKey? = nil
  ) -> LabCheck {
    let (expected, holds) = expectation.verdict(on: measured)
    return LabCheck(
      section: self,
      name: name,
      key: key,
      expected: expected,
      measured: measured,
      holds: holds
    )
  }
}

/// What a number has to be.
package enum LabExpectation {
  case range(ClosedRange<Double>)
  case close(to: Double, within: Double)
  case below(Double)
  /// Something else, in words.
  case other(String, holds: Bool)

  /// The expectation in words, and whether a number meets it.
  func verdict(on number: Double) -> (expected: String, holds: Bool) {
    switch self {
    case .range(let range): ("\(range.lowerBound)...\(range.upperBound)", range.contains(number))
    case .close(let value, let tolerance):
      ("\(value) ± \(tolerance)", abs(number - value) <= tolerance)
    case .below(let bound): ("< \(bound)", number < bound)
    case .other(let words, let holds): (words, holds)
    }
  }
}

/// A slope that was fitted to the points of a curve.
package struct LabFit: Codable, Hashable, Sendable {
  package let section: LabSection
  /// What the page calls it.
  package let name: String
  /// The curve.
  package let key: LabKey
  /// What the curve runs over, such as `optimum`.
  package let coordinate: String
  package let slope: Double
  /// The ends of the slope's 95 % interval; none through two points.
  package let low: Double?
  package let high: Double?
}

/// Something that has to come out.
package struct LabCheck: Codable, Hashable, Sendable {
  package let section: LabSection
  package let name: String
  /// The point or curve that it is about, if it is about one.
  package let key: LabKey?
  /// What was expected, such as `0.62...0.76`.
  package let expected: String
  package let measured: Double
  package let holds: Bool
}
