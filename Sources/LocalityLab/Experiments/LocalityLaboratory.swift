import Laboratory
import Tensors

/// The experiments with locality and weight sharing.
package struct LocalityLaboratory: Lab {
  package static let name = "locality"
  package static let version = 1

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
    case bayes, samples, curves, alignment, noise, equivariance
    case fixed = "static"
    case bias, beyond
  }

  /// Runs an experiment.
  ///
  /// - Throws: `PJRTError`, or what the system says about the sweep's file.
  package func run(_ experiment: Experiment) throws -> LabRecord {
    switch experiment {
    case .bayes: try bayes()
    case .samples: try samples()
    case .curves: try curves()
    case .alignment: try alignment()
    case .noise: try noise()
    case .equivariance: try equivariance()
    case .fixed: try fixedPatch()
    case .bias: try bias()
    case .beyond: try beyond()
    }
  }

  /// Points of several cells, computed at the same time.
  ///
  /// - Parameters:
  ///   - experiment: Part of the cells' keys, with what all of them depend on.
  ///   - cells: What each cell is about.
  ///   - name: All that a cell's numbers depend on besides.
  ///   - compute: The points of a cell.
  /// - Returns: The points of all cells.
  /// - Throws: What computing or keeping a cell throws.
  func measured<Cell: Sendable>(
    _ experiment: Experiment,
    _ cells: [Cell],
    named name: (Cell) -> String,
    compute: @Sendable (Cell) throws -> [LabPoint]
  ) throws -> [LabPoint] {
    try sweep.cells(
      cells.map { "\(experiment.rawValue) v\(Self.version) \(name($0)) seeds=\(size.seeds)" }
    ) { try compute(cells[$0]) }
  }
}

extension LabKey {
  /// A number of this laboratory; what is nil is left open.
  ///
  /// - Parameters:
  ///   - quantity: What it is.
  ///   - architecture: The network.
  ///   - method: How its filters are found, or `exact`, `bound` and the like.
  ///   - regime: The setting.
  ///   - law: The images.
  ///   - sampleCount: The images learned from.
  init(
    _ quantity: String,
    _ architecture: Architecture? = nil,
    by method: String? = nil,
    in regime: String? = nil,
    law: SignalLaw? = nil,
    sampleCount: Int? = nil
  ) {
    self.init(
      quantity,
      labels: ["network": architecture?.rawValue, "method": method, "regime": regime]
        .compactMapValues(\.self),
      coordinates: [
        "patches": law.map { Double($0.patchCount) }, "dimension": law.map { Double($0.dimension) },
        "sigma": law?.sigma, "samples": sampleCount.map(Double.init),
      ].compactMapValues(\.self)
    )
  }
}
