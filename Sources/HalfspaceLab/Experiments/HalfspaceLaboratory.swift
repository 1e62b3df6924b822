import Laboratory
import Reports
import Tensors

/// The experiments with halfspaces.
package struct HalfspaceLaboratory: Lab {
  package static let name = "halfspaces"
  package static let version = 2

  let engine: Engine
  let sweep: Sweep
  let size: Size

  package init(engine: Engine, sweep: Sweep, size: Size = .full) {
    self.engine = engine
    self.sweep = sweep
    self.size = size
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
}

extension LabKey {
  /// Where a number of this laboratory comes from.
  enum Source: String {
    /// Exact: quadrature or a closed form.
    case population
    /// Learned from samples; the value is a mean over the seeds.
    case sampled
  }

  /// A number of this laboratory; what is nil is left open.
  init(
    _ quantity: String = "risk",
    by method: HalfspaceLaboratory.Method,
    law: String = "hard",
    _ source: Source,
    optimum: Double? = nil,
    dimension: Int? = nil,
    sampleCount: Int? = nil
  ) {
    self.init(
      quantity,
      labels: ["method": method.rawValue, "law": law, "source": source.rawValue],
      coordinates: [
        "optimum": optimum, "dimension": dimension.map(Double.init),
        "sampleCount": sampleCount.map(Double.init),
      ].compactMapValues(\.self)
    )
  }

  /// Whether it is exact.
  var isExact: Bool { labels["source"] == Source.population.rawValue }
}
