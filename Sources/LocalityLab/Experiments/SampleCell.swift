import Laboratory
import Statistics
import Tensors

/// The sample count of one learner at one place of a grid.
struct SampleCell: Hashable, Sendable {
  var regime: String
  var contender: Contender
  var law: SignalLaw
  var target: Double
  var limit: Int

  /// What all its numbers depend on, but for the seeds.
  var name: String {
    "\(regime) \(contender.architecture.rawValue) \(contender.method.rawValue) k=\(law.patchCount) "
      + "d=\(law.dimension) sigma=\(law.sigma) target=\(target) limit=\(limit)"
  }

  /// A quantity of the learner at this place.
  func key(_ quantity: String) -> LabKey {
    LabKey(quantity, contender.architecture, by: contender.method.rawValue, in: regime, law: law)
  }

  /// The curve in the points of the cell.
  func curve(_ points: [LabPoint]) -> ErrorCurve {
    var curve = ErrorCurve()
    for point in points.on(key("error")) {
      if curve.sizes.last != Int(point["samples"]) {
        curve.sizes.append(Int(point["samples"]))
        curve.errors.append([])
      }
      curve.errors[curve.errors.count - 1].append(point.value)
    }
    return curve
  }
}

/// A cell with its curve.
struct CellCurve: Sendable {
  var cell: SampleCell
  var curve: ErrorCurve

  /// The sample count with its interval; nil if the target was not reached.
  var needed: LabPoint? {
    curve.estimate(reaching: cell.target).map { cell.key("needed-samples").point($0) }
  }

  /// The mean error at each sample count.
  var means: [LabPoint] {
    zip(curve.sizes, curve.errors).map {
      cell.key("mean-error").at(["samples": Double($0)]).point(meanOf: $1)
    }
  }
}

extension [SampleCell] {
  /// The cells with their curves in points.
  func curves(in points: [LabPoint]) -> [CellCurve] {
    concurrentMap { CellCurve(cell: $0, curve: $0.curve(points)) }
  }
}

/// Measures the error curves of cells.
struct SampleSearch: Sendable {
  let engine: Engine
  let seeds: [UInt64]
  private let drawn: DrawnImages
  private let readouts = Readouts()

  init(engine: Engine, seeds: [UInt64]) {
    self.engine = engine
    self.seeds = seeds
    drawn = DrawnImages(engine: engine)
  }

  /// The errors of a cell, for each size and seed.
  func points(_ cell: SampleCell) throws -> [LabPoint] {
    let curve = try curve(cell)
    return zip(curve.sizes, curve.errors).flatMap { size, errors in
      zip(seeds, errors).map { seed, error in
        cell.key("error").at(["samples": Double(size), "seed": Double(seed)]).point(error)
      }
    }
  }

  private func curve(_ cell: SampleCell) throws -> ErrorCurve {
    let (law, architecture) = (cell.law, cell.contender.architecture)
    func search(_ errors: ([Int]) throws -> [[Double]]) rethrows -> ErrorCurve {
      try ErrorCurve.search(reaching: cell.target, limit: cell.limit, errors: errors)
    }
    switch cell.contender.method {
    case .thresholded, .likelihood:
      let readout = readouts.error(patchCount: law.patchCount, sigma: law.sigma)
      return try search { sizes in
        let alignments =
          cell.contender.method == .likelihood
          ? try likeliest(architecture, law, sizes)
          : try FilterLearner(engine: engine, rule: .standard, drawn: drawn)
            .learn(architecture, law, seeds: seeds, sizes: sizes).alignments
        return sizes.indices.map { size in alignments.map { readout.error($0[size]) } }
      }
    case .averaging:
      // A curve costs as much as its end.
      let sizes = ErrorCurve.grid.filter { $0 <= cell.limit }
      let all = seeds.concurrentMap { AveragingLearner(law: law).worth(seed: $0, sizes: sizes) }
      return search { asked in
        asked.map { size in
          let place = sizes.firstIndex(of: size) ?? 0
          return all.map { $0[place].error }
        }
      }
    case .descent:
      let learner = GradientLearner(engine: engine, architecture, law)
      return try search { try errors(of: learner, $0) }
    case .stopped:
      let learner = GradientLearner(engine: engine, architecture, law)
      return try search { try stoppedErrors(of: learner, $0) }
    }
  }

  /// The errors of trained networks, for each size and seed.
  func errors(of learner: GradientLearner, _ sizes: [Int]) throws -> [[Double]] {
    let errors = try learner.errors(of: learner.train(seeds: seeds, sizes: sizes))
    return sizes.indices.map { size in errors.map { $0[size] } }
  }

  /// The errors of networks whose training an oracle stops, for each size and seed.
  func stoppedErrors(of learner: GradientLearner, _ sizes: [Int]) throws -> [[Double]] {
    let errors = try learner.stoppedErrors(seeds: seeds, sizes: sizes)
    return sizes.indices.map { size in errors.map { $0[size] } }
  }

  /// The alignments of maximum likelihood.
  ///
  /// Of two ascents, one from the images' mean and one from the answer, the one that ends more likely; what is more likely
  /// than both is not found by anyone.
  func likeliest(
    _ architecture: Architecture,
    _ law: SignalLaw,
    _ sizes: [Int]
  ) throws -> [[[Double]]] {
    let learner = FilterLearner(engine: engine, rule: .likelihood(steps: 60), drawn: drawn)
    let found = try [FilterLearner.Start.zero, .answer].map {
      try learner.learn(architecture, law, seeds: seeds, sizes: sizes, start: $0)
    }
    return seeds.indices.map { seed in
      sizes.indices.map { size in
        let isFirst =
          found[0].logLikelihoods[seed][size] >= found[1].logLikelihoods[seed][size]
        return found[isFirst ? 0 : 1].alignments[seed][size]
      }
    }
  }
}
