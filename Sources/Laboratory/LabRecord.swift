import Foundation
import Runs
import Statistics

/// What an experiment of any laboratory leaves behind; its JSON has one outer shape for all of them.
package struct LabRecord: Codable, Hashable, Sendable {
  /// The experiment's name, such as `halfspaces-risk`.
  package var experiment: String
  /// Rises with every change that can move a number.
  package var version: Int
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
    seeds: [UInt64],
    machine: MachineRecord,
    points: [LabPoint],
    fits: [LabFit],
    checks: [LabCheck]
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
  package var csv: String {
    let header = "method,law,source,quantity,optimum,dimension,sampleCount,place,value,low,high"
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    let lines = points.map { point in
      [
        point.method, point.law, point.source.rawValue, point.quantity, text(point.optimum),
        point.dimension.map(String.init) ?? "", point.sampleCount.map(String.init) ?? "",
        text(point.place), text(point.value), text(point.low), text(point.high),
      ].joined(separator: ",")
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }
}

/// A number of an experiment.
package struct LabPoint: Codable, Hashable, Sendable {
  /// Where a number comes from.
  package enum Source: String, Codable, Sendable {
    /// Exact: quadrature or a closed form.
    case population
    /// Learned from samples; the value is a mean over the seeds.
    case sampled
  }

  /// How it was learned, such as `logistic`.
  package var method: String
  /// The law's name.
  package var law: String
  package var source: Source
  /// What the value is, such as `risk`.
  package var quantity: String
  /// The law's OPT.
  package var optimum: Double?
  package var dimension: Int?
  package var sampleCount: Int?
  /// Where the point stands in the experiment's own variable, such as a norm or an angle.
  package var place: Double?
  package var value: Double
  /// The ends of the value's 95 % interval.
  package var low: Double?
  package var high: Double?

  package init(
    method: String,
    law: String,
    source: Source,
    quantity: String,
    optimum: Double? = nil,
    dimension: Int? = nil,
    sampleCount: Int? = nil,
    place: Double? = nil,
    value: Double,
    low: Double? = nil,
    high: Double? = nil
  ) {
    self.method = method
    self.law = law
    self.source = source
    self.quantity = quantity
    self.optimum = optimum
    self.dimension = dimension
    self.sampleCount = sampleCount
    self.place = place
    self.value = value
    self.low = low
    self.high = high
  }

  /// The value with its interval, if it has one.
  package var estimate: Estimate {
    Estimate(value: value, low: low ?? value, high: high ?? value)
  }
}

/// A quantity that was fitted to points.
package struct LabFit: Codable, Hashable, Sendable {
  package var quantity: String
  package var slope: Double
  /// The ends of the slope's 95 % interval; none through two points.
  package var low: Double?
  package var high: Double?

  package init(quantity: String, slope: Estimate) {
    self.quantity = quantity
    self.slope = slope.value
    low = slope.low.isFinite ? slope.low : nil
    high = slope.high.isFinite ? slope.high : nil
  }
}

/// Something that has to come out.
package struct LabCheck: Codable, Hashable, Sendable {
  package var name: String
  /// What was expected, such as `0.62...0.76`.
  package var expected: String
  package var measured: Double
  package var holds: Bool

  package init(name: String, expected: String, measured: Double, holds: Bool) {
    self.name = name
    self.expected = expected
    self.measured = measured
    self.holds = holds
  }

  /// A number that has to lie in a range.
  package static func range(_ name: String, _ measured: Double, in range: ClosedRange<Double>)
    -> LabCheck
  {
    LabCheck(
      name: name,
      expected: "\(range.lowerBound)...\(range.upperBound)",
      measured: measured,
      holds: range.contains(measured)
    )
  }

  /// A number that has to be close to another.
  package static func close(
    _ name: String,
    _ measured: Double,
    to expected: Double,
    within tolerance: Double
  ) -> LabCheck {
    LabCheck(
      name: name,
      expected: "\(expected) ± \(tolerance)",
      measured: measured,
      holds: abs(measured - expected) <= tolerance
    )
  }

  /// A number that has to stay below another.
  package static func below(_ name: String, _ measured: Double, _ bound: Double) -> LabCheck {
    LabCheck(name: name, expected: "< \(bound)", measured: measured, holds: measured < bound)
  }
}
