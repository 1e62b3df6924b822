import Foundation
import Laboratory
import Reports

/// Finds numbers in a record and spells them.
struct RecordReader {
  let record: LabRecord

  /// The points of one curve, by rising place or else rising OPT.
  func points(
    _ method: String,
    law: String,
    _ quantity: String,
    _ source: LabPoint.Source,
    dimension: Int? = nil
  ) -> [LabPoint] {
    record.points.filter {
      $0.method == method && $0.law == law && $0.quantity == quantity && $0.source == source
        && (dimension == nil || $0.dimension == dimension)
    }.sorted { ($0.place ?? $0.optimum ?? 0) < ($1.place ?? $1.optimum ?? 0) }
  }

  /// The value at an OPT.
  func value(
    _ method: String,
    law: String,
    _ quantity: String,
    _ source: LabPoint.Source,
    optimum: Double,
    dimension: Int? = nil
  ) -> LabPoint? {
    points(method, law: law, quantity, source, dimension: dimension)
      .first { $0.optimum == optimum }
  }

  /// A list of settings.
  func parameter(_ name: String) -> [Double] { record.parameters[name] ?? [] }

  /// The whole numbers among them.
  func counts(_ name: String) -> [Int] { parameter(name).map { Int($0) } }

  func fit(_ quantity: String) -> LabFit? { record.fits.first { $0.quantity == quantity } }

  /// The checks whose names pass a test, for a page.
  func checks(where isMeant: (String) -> Bool = { _ in true }) -> [Study.Check] {
    record.checks.filter { isMeant($0.name) }.map {
      Study.Check(
        name: $0.name,
        expected: $0.expected,
        measured: Self.text($0.measured),
        holds: $0.holds
      )
    }
  }

  /// Four significant digits; what only rounding keeps from 0 is 0.
  static func text(_ number: Double) -> String {
    if abs(number) < 1e-12 { return "0" }
    return number.isFinite ? String(format: "%.4g", number) : "–"
  }

  /// A setting: a count in full, another number in four digits.
  static func setting(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : text(number)
  }

  /// A value with half its interval.
  static func text(_ point: LabPoint?) -> String {
    guard let point else { return "–" }
    guard let low = point.low, let high = point.high else { return text(point.value) }
    return "\(text(point.value)) ± \(String(format: "%.1g", (high - low) / 2))"
  }

  /// A slope with its interval.
  static func text(_ fit: LabFit?) -> String {
    guard let fit else { return "–" }
    // A slope of -0.0002 is 0.000 and not -0.000.
    let slope = String(format: "%.3f", abs(fit.slope) < 5e-4 ? 0 : fit.slope)
    guard let low = fit.low, let high = fit.high else { return slope }
    return "\(slope) (\(String(format: "%.3f", low)) to \(String(format: "%.3f", high)))"
  }
}

extension LabPoint {
  /// The point in a figure over OPT, or over its own place.
  func place(scaledBy factor: Double = 1, over x: Double? = nil) -> Figure.Place {
    Figure.Place(
      x: x ?? place ?? optimum ?? .nan,
      y: value * factor,
      low: low.map { $0 * factor },
      high: high.map { $0 * factor }
    )
  }
}
