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
  static let version = 2

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
