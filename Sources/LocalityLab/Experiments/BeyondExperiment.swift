import Laboratory
import Statistics
import Tensors

extension LocalityLaboratory {
  /// Settings that the theorems do not speak of.
  enum Variant: String, CaseIterable, Sendable {
    case plain
    /// Patches are windows that overlap in all but one number.
    case overlapping
    /// One of two orthogonal signals is in each image, and networks have two filters in place of one.
    case twoSignals = "two signals"
    /// Four filters, whose activations are mixed and activated again.
    case twoLayers = "two layers"

    func learner(_ engine: Engine, _ architecture: Architecture, _ law: SignalLaw)
      -> GradientLearner
    {
      var learner = GradientLearner(engine: engine, architecture, law)
      switch self {
      case .plain: break
      case .overlapping: learner.overlaps = true
      case .twoSignals: (learner.law.signalCount, learner.channelCount) = (2, 2)
      case .twoLayers: (learner.hasSecondLayer, learner.channelCount) = (true, 4)
      }
      return learner
    }
  }

  private static let local: [Architecture] = [.convolutional, .locallyConnected]

  /// Overlapping patches, several signals, two layers, and images whose patches are shifted.
  func beyond() throws -> LabRecord {
    let shifts = [1, 2, 4, 8]
    let cells = Variant.allCases.flatMap { variant in
      Self.local.map { (variant: variant, architecture: $0) }
    }
    sweep.plan(cells.count + shifts.count + 1)
    let search = SampleSearch(engine: engine, seeds: size.seeds)
    let law = Regime.descent.law(8, size.descentDimension, size)
    let target = size.target
    let trained = try measured(
      .beyond,
      cells,
      named: { "\($0.variant) \($0.architecture) \(law) target=\(target)" }
    ) { cell in
      let learner = cell.variant.learner(search.engine, cell.architecture, law)
      let curve = try ErrorCurve.search(reaching: target, limit: 2048) {
        try search.stoppedErrors(of: learner, $0)
      }
      let key = LabKey(
        "needed-samples",
        cell.architecture,
        by: "stopped",
        in: cell.variant.rawValue,
        law: law
      )
      return curve.estimate(reaching: target).map { [key.point($0)] } ?? []
    }
    let augmented = try shiftPoints(shifts, search)
    return Self.record(
      .beyond,
      parameters: ["shifts": shifts.map(Double.init), "target": [target]],
      seeds: size.seeds,
      points: trained + augmented,
      checks: shiftChecks(augmented)
    )
  }

  /// Sample counts of a locally connected network that learns from so many shifts of each image, beside the
  /// convolutional network's.
  private func shiftPoints(_ shifts: [Int], _ search: SampleSearch) throws -> [LabPoint] {
    let law = SignalLaw(patchCount: 8, dimension: 32, sigma: size.sigma)
    let target = BayesRule(patchCount: 8).error(sigma: law.sigma) + size.margin
    let readout = ReadoutError(patchCount: 8, sigma: law.sigma)
    let cells = shifts.map { (Architecture.locallyConnected, $0) } + [(.convolutional, 1)]
    return try measured(.beyond, cells, named: { "shifts \($0) \(law) target=\(target)" }) {
      architecture,
      shifts in
      var learner = FilterLearner(engine: search.engine, rule: .standard)
      learner.shiftCount = shifts
      let curve = try ErrorCurve.search(reaching: target, limit: 4096) { sizes in
        let found = try learner.learn(architecture, law, seeds: search.seeds, sizes: sizes)
          .alignments
        return sizes.indices.map { size in found.map { readout.error($0[size]) } }
      }
      let key = LabKey("needed-samples", architecture, by: "thresholded", in: "shifts", law: law)
        .at(["shifts": Double(shifts)])
      return curve.estimate(reaching: target).map { [key.point($0)] } ?? []
    }
  }

  /// With all shifts every filter sees what the shared one sees.
  private func shiftChecks(_ points: [LabPoint]) -> [LabCheck] {
    func count(_ architecture: Architecture, _ shifts: Double) -> Double {
      points.value(LabKey("needed-samples", architecture, in: "shifts").at(["shifts": shifts]))
    }
    let (shared, all) = (count(.convolutional, 1), count(.locallyConnected, 8))
    return [
      LabSection.shifts.check(
        "lcn with all 8 shifts over cnn",
        all / shared,
        .close(to: 1, within: 0.01)
      )
    ]
  }
}
