import Foundation
import Runs
import Tables

/// What an experiment of any laboratory leaves behind; its JSON has one outer shape for all of them.
package struct LabRecord: Codable, Hashable, Sendable {
  /// The shape of the JSON that this version writes and reads; records before it say none.
  package static let currentFormat = 2

  package var format = currentFormat
  /// The experiment's name, such as `halfspaces-risk`.
  package var experiment: String
  /// Rises with every change that can move a number.
  package var version: Int
  /// The command that made it; nil in records that do not say.
  package var command: String?
  /// The settings, by name.
  package var parameters: [String: [Double]]
  /// The seeds of the repetitions; none for an experiment without chance.
  package var seeds: [UInt64]
  /// Where it ran.
  package var machine: MachineRecord
  /// The numbers.
  package var points: [LabPoint]
  /// Slopes and the like.
  package var fits: [LabFit]
  /// What had to come out, and what did.
  package var checks: [LabCheck]

  package init(
    experiment: String,
    version: Int,
    parameters: [String: [Double]],
    seeds: [UInt64] = [],
    machine: MachineRecord = .current(),
    points: [LabPoint],
    fits: [LabFit] = [],
    checks: [LabCheck] = []
  ) {
    self.experiment = experiment
    self.version = version
    self.parameters = parameters
    self.seeds = seeds
    self.machine = machine
    self.points = points
    self.fits = fits
    self.checks = checks
  }

  /// Whether every check holds.
  package var holds: Bool { checks.allSatisfy(\.holds) }

  /// The points as a table: a header, then a line a point, with empty cells for what a point does not have.
  ///
  /// The columns are the quantity, all labels and all coordinates of the record by name, the value and its
  /// interval.
  package var csv: String {
    let labels = Set(points.flatMap(\.key.labels.keys)).sorted()
    let coordinates = Set(points.flatMap(\.key.coordinates.keys)).sorted()
    let header = ["quantity"] + labels + coordinates + ["value", "low", "high"]
    let rows = points.map { point in
      [point.key.quantity] + labels.map { point.key.labels[$0] ?? "" }
        + (coordinates.map { point.key.coordinates[$0] } + [point.value, point.low, point.high])
        .map(Self.cell)
    }
    return CSVText.lines([header] + rows)
  }

  /// A number in full, counts without a decimal point.
  private static func cell(_ number: Double?) -> String {
    guard let number else { return "" }
    return Int(exactly: number).map(String.init) ?? "\(number)"
  }
}
