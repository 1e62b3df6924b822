import Foundation
import Laboratory
import Runs
import Statistics
import Tensors

/// The experiments with halfspaces.
package struct HalfspaceLaboratory {
  let engine: Engine
  let sweep: Sweep
  let machine: MachineRecord
  /// How large the experiments are.
  package var size: Size

  package init(engine: Engine, sweep: Sweep, machine: MachineRecord, size: Size = .full) {
    self.engine = engine
    self.sweep = sweep
    self.machine = machine
    self.size = size
  }

  /// Rises with every change that can move a number.
  static let version = 1

  /// The sizes of an experiment.
  package struct Size: Hashable, Sendable {
    package var optima: [Double]
    package var dimensions: [Int]
    package var seeds: [UInt64]
    /// Samples a phase.
    package var sampleCount: Int
    /// Samples of the noise table.
    package var noiseSampleCount: Int
    /// The OPT values of the sample complexity.
    package var complexityOptima: [Double]
    package var complexityDimensions: [Int]
    /// The sample counts that are tried, rising.
    package var complexityCounts: [Int]

    /// The sizes of the brief.
    package static let full = Size(
      optima: [0.04, 0.02, 0.01, 0.005, 0.0025],
      dimensions: [2, 10],
      seeds: [1, 2, 3, 4, 5],
      sampleCount: 100_000,
      noiseSampleCount: 400_000,
      complexityOptima: [0.02, 0.01, 0.005],
      complexityDimensions: [2, 5, 10, 20],
      complexityCounts: (0..<10).map { 200 << $0 }
    )
  }

  /// The name of an experiment.
  package enum Experiment: String, CaseIterable, Sendable {
    case risk, scale, phase2, noise, samples
  }

  /// Runs an experiment.
  ///
  /// - Throws: `PJRTError`, or what the system says about the sweep's file.
  package func run(_ experiment: Experiment) throws -> LabRecord {
    switch experiment {
    case .risk: try risk()
    case .scale: try scale()
    case .phase2: try secondPhase()
    case .noise: try noise()
    case .samples: try sampleComplexity()
    }
  }

  func record(
    _ experiment: Experiment,
    parameters: [String: [Double]],
    seeds: [UInt64],
    points: [LabPoint],
    fits: [LabFit] = [],
    checks: [LabCheck]
  ) -> LabRecord {
    LabRecord(
      experiment: "halfspaces-\(experiment.rawValue)",
      version: Self.version,
      parameters: parameters,
      seeds: seeds,
      machine: machine,
      points: points,
      fits: fits,
      checks: checks
    )
  }

  /// A mean over seeds as a point.
  static func point(
    _ method: String,
    _ law: String,
    _ quantity: String,
    optimum: Double,
    dimension: Int,
    sampleCount: Int,
    place: Double? = nil,
    values: [Double]
  ) -> LabPoint {
    let mean = Estimate.mean(of: values)
    return LabPoint(
      method: method,
      law: law,
      source: .sampled,
      quantity: quantity,
      optimum: optimum,
      dimension: dimension,
      sampleCount: sampleCount,
      place: place,
      value: mean.value,
      low: mean.low.isFinite ? mean.low : nil,
      high: mean.high.isFinite ? mean.high : nil
    )
  }
}
