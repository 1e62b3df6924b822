import Laboratory
import Reports
import Tensors

/// The experiments about the implicit bias of gradient methods, a folder a chapter.
package struct ImplicitBiasLaboratory: Lab {
  package static let name = "implicit-bias"
  package static let version = 1

  let engine: Engine
  let sweep: Sweep
  let size: Size

  package init(engine: Engine, sweep: Sweep, size: Size = .full) {
    self.engine = engine
    self.sweep = sweep
    self.size = size
  }

  /// The name of an experiment, in the order of the page.
  package enum Experiment: String, CaseIterable, Sendable {
    case benign, mirror, metric, diagonal, sparse, classification, matrix, noise, stacking
  }

  /// Runs an experiment.
  ///
  /// - Throws: ``BiasError``, `PJRTError`, or what the system says about the sweep's file.
  package func run(_ experiment: Experiment) throws -> LabRecord {
    switch experiment {
    case .benign: try benign()
    case .mirror: try mirror()
    case .metric: try metric()
    case .diagonal: try diagonal()
    case .sparse: try sparse()
    case .classification: try classification()
    case .matrix: try matrix()
    case .noise: try noise()
    case .stacking: try stacking()
    }
  }

  /// Points of several cells, computed at the same time.
  ///
  /// - Parameters:
  ///   - experiment: Part of the cells' keys, with what all of them depend on.
  ///   - cells: What each cell is about.
  ///   - name: All that a cell's numbers depend on.
  ///   - compute: The points of a cell.
  /// - Returns: The points of all cells.
  /// - Throws: What computing or keeping a cell throws.
  func measured<Cell: Sendable>(
    _ experiment: Experiment,
    _ cells: [Cell],
    named name: (Cell) -> String,
    compute: @Sendable (Cell) throws -> [LabPoint]
  ) throws -> [LabPoint] {
    sweep.plan(cells.count)
    return try sweep.cells(cells.map { "\(experiment.rawValue) v\(Self.version) \(name($0))" }) {
      try compute(cells[$0])
    }
  }
}

extension ImplicitBiasLaboratory {
  package static let title = "The implicit bias of gradient methods"
  package static let lead =
    "Many functions fit the data, and a gradient method ends in one of them. Which one? Each section has what a theorem "
    + "says, what was measured, and how far apart both are; every answer of a solver carries its certificate."

  package static func sections(
    of experiment: Experiment
  ) -> KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    switch experiment {
    case .benign: benignSections
    case .mirror: mirrorSections
    case .metric: metricSections
    case .diagonal: diagonalSections
    case .sparse: sparseSections
    case .classification: classificationSections
    case .matrix: matrixSections
    case .noise: noiseSections
    case .stacking: stackingSections
    }
  }
}
