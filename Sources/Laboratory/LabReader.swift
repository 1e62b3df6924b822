import Foundation
import Reports

/// What a section of a page says, found in a record and spelt.
package struct LabReader {
  package let record: LabRecord
  /// The section whose fits and checks are meant.
  let section: LabSection

  package init(record: LabRecord, section: LabSection) {
    self.record = record
    self.section = section
  }

  /// The points of a curve, by the coordinate that it runs over.
  package func points(_ key: LabKey, over coordinate: String) -> [LabPoint] {
    record.points.on(key).sorted { $0[coordinate] < $1[coordinate] }
  }

  /// The points of a curve as those of a figure.
  package func places(_ key: LabKey, over coordinate: String) -> [Figure.Place] {
    points(key, over: coordinate).map { point in
      Figure.Place(x: point[coordinate], y: point.value, low: point.low, high: point.high)
    }
  }

  /// A list of settings.
  package func parameter(_ name: String) -> [Double] { record.parameters[name] ?? [] }

  /// The whole numbers among them.
  package func counts(_ name: String) -> [Int] { parameter(name).map { Int($0) } }

  /// The section's fits.
  package var fits: [LabFit] { record.fits.filter { $0.section == section } }

  /// The section's checks.
  var checks: [Study.Check] {
    record.checks.filter { $0.section == section }.map {
      Study.Check(
        name: $0.name,
        expected: $0.expected,
        measured: Self.text($0.measured),
        holds: $0.holds
      )
    }
  }

  /// Four significant digits; what only rounding keeps from 0 is 0.
  package static func text(_ number: Double) -> String {
    abs(number) < 1e-12 ? "0" : NumberText.brief(number)
  }

  /// The value of a point with half its interval; a dash if there is no such point.
  package func text(_ key: LabKey) -> String {
    guard let point = record.points.on(key).first else { return NumberText.unknown }
    guard let low = point.low, let high = point.high else { return Self.text(point.value) }
    return "\(Self.text(point.value)) ± \(String(format: "%.1g", (high - low) / 2))"
  }

  /// The slope of a curve with its interval; a dash if none was fitted.
  package func slope(_ key: LabKey) -> String {
    fits.first { $0.key == key }.map(Self.text) ?? NumberText.unknown
  }

  /// A slope with its interval.
  package static func text(_ fit: LabFit) -> String {
    // A slope of -0.0002 is 0.000 and not -0.000.
    let slope = NumberFormat.fixed(abs(fit.slope) < 5e-4 ? 0 : fit.slope, digits: 3)
    guard let low = fit.low, let high = fit.high else { return slope }
    return
      "\(slope) (\(NumberFormat.fixed(low, digits: 3)) to \(NumberFormat.fixed(high, digits: 3)))"
  }
}
