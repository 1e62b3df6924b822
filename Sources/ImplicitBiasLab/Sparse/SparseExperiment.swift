import Foundation
import Laboratory

extension ImplicitBiasLaboratory {
  /// Errors of sparse regression against scale, depth and samples.
  func sparse() throws -> LabRecord {
    let study = try SparseStudy(size: size.sparse, seeds: size.seeds)
    // The costly cells first, so that no core waits for one at the end.
    let cells = study.size.sampleCounts.sorted(by: >).flatMap { count in
      study.seeds.map { SparseStudy.Cell.errors(sampleCount: count, seed: $0) }
    }
    let searches = study.methods.map { SparseStudy.Cell.search($0) }
    let points = try measured(
      .sparse,
      searches + cells,
      named: { "\($0) \(study.size) seeds=\(study.seeds) \(study.searchSeeds)" },
      compute: { try study.points(of: $0) }
    )
    let means = points.means(over: "seed")
    return Self.record(
      .sparse,
      parameters: [
        "dimension": [Double(study.size.law.dimension)], "noise": [study.size.law.noise],
        "support": [Double(study.size.law.supportCount)],
        "samples": study.size.sampleCounts.map(Double.init), "target": [study.size.target],
        "limit": [Double(study.size.limit)],
      ],
      seeds: study.searchSeeds.count > study.seeds.count ? study.searchSeeds : study.seeds,
      points: means,
      checks: study.checks(means, points)
    )
  }
}

/// The measurements of the chapter.
struct SparseStudy: Sendable {
  /// How weights are chosen among all that fit.
  enum Method: Hashable, Sendable {
    case leastL2Norm
    case network(DiagonalNetwork)
    case leastL1Norm
  }

  /// What is measured at once.
  enum Cell: Hashable, Sendable {
    /// All methods on the samples of a seed.
    case errors(sampleCount: Int, seed: UInt64)
    /// The least samples with which a method reaches the target.
    case search(Method)
  }

  let size: SparseSize
  let seeds: [UInt64]
  let searchSeeds: [UInt64]
  let methods: [Method]

  init(size: SparseSize, seeds: [UInt64]) throws(BiasError) {
    self.size = size
    self.seeds = Array(seeds.prefix(size.seedCount))
    searchSeeds = Array(seeds.prefix(size.searchSeedCount))
    methods = [.leastL2Norm] + (try size.networks()).map { .network($0) } + [.leastL1Norm]
  }

  static func key(_ quantity: String, _ method: Method) -> LabKey {
    switch method {
    case .leastL2Norm: LabKey(quantity, labels: ["method": "least-l2"])
    case .leastL1Norm: LabKey(quantity, labels: ["method": "least-l1"])
    case .network(let network):
      LabKey(
        quantity,
        labels: ["method": "network"],
        coordinates: ["depth": Double(network.depth), "alpha": network.positiveStart]
      )
    }
  }

  func points(of cell: Cell) throws -> [LabPoint] {
    switch cell {
    case .errors(let count, let seed):
      let regression = try size.law.regression(seed: seed, sampleCount: count)
      return try methods.flatMap { method in
        let found = try Self.weights(method, regression)
        let key = Self.key("error", method).at(["samples": Double(count), "seed": Double(seed)])
        return [key.point(size.law.excessError(found.weights))] + found.certificate.points(of: key)
      }
    case .search(let method):
      return [Self.key("needed-samples", method).point(try neededSamples(method))]
    }
  }

  private static func weights(_ method: Method, _ regression: Regression) throws -> ProvenWeights {
    switch method {
    case .leastL2Norm: try regression.leastL2Norm()
    case .leastL1Norm: try regression.leastL1Norm()
    case .network(let network): try regression.minimum(network)
    }
  }

  /// The least samples whose mean error is at most the target, within 3 %; infinite if there are too few to try.
  private func neededSamples(_ method: Method) throws -> Double {
    func reaches(_ count: Int) throws -> Bool {
      let errors = try searchSeeds.map { seed in
        let regression = try size.law.regression(seed: seed, sampleCount: count)
        return size.law.excessError(try Self.weights(method, regression).weights)
      }
      return errors.reduce(0, +) / Double(errors.count) <= size.target
    }
    // The least norm's error is 1 - n/d of the truth at best: nothing to search for.
    if method == .leastL2Norm, 1 - Double(size.limit) / Double(size.law.dimension) > size.target {
      return .infinity
    }
    var (low, high) = (size.law.supportCount, size.law.supportCount * 4)
    while try !reaches(high) {
      guard high < size.limit else { return .infinity }
      (low, high) = (high, min(2 * high, size.limit))
    }
    while Double(high) > 1.03 * Double(low), high - low > 1 {
      let middle = Int((Double(low) * Double(high)).squareRoot())
      if try reaches(max(middle, low + 1)) {
        high = max(middle, low + 1)
      } else {
        low = max(middle, low + 1)
      }
    }
    return Double(high)
  }

  /// What has to come out; all but the certificates belong to the sizes of the committed study.
  func checks(_ means: [LabPoint], _ points: [LabPoint]) -> [LabCheck] {
    let section = LabSection.sparse
    let certificates = section.check(
      "certificates, the worst",
      Certificate.worst(of: LabKey("error"), in: points),
      .below(1e-8)
    )
    guard size == SparseSize() else { return [certificates] }
    func error(_ method: Method, _ count: Int) -> (key: LabKey, value: Double) {
      let key = Self.key("error", method).at(["samples": Double(count)])
      return (key, means.value(key))
    }
    let kernel = size.sampleCounts.map { count in
      let (key, value) = error(.leastL2Norm, count)
      let exact = size.law.leastL2Error(sampleCount: count)
      return section.check(
        "n = \(count): error of the least l2 norm less 1 - n/d and noise",
        value - exact,
        .close(to: 0, within: 0.01),
        of: key
      )
    }
    let (rich, sparsest) = (richest, error(.leastL1Norm, 80))
    let needed = needs(means)
    return kernel + [
      section.check(
        "depth 2, alpha 0.001, n = 80: error",
        rich.map { error($0, 80).value } ?? .nan,
        .below(0.08)
      ),
      section.check(
        "least l1 norm, n = 80: error",
        sparsest.value,
        .below(0.05),
        of: sparsest.key
      ),
      section.check(
        "depth 2: samples needed, the largest ratio of a scale's to the next larger one's",
        zip(needed, needed.dropFirst()).map { $1 == .infinity ? 1 : $1 / $0 }.max() ?? .nan,
        .below(1.001)
      ), certificates,
    ]
  }

  private var richest: Method? {
    methods.first {
      if case .network(let network) = $0 {
        network.depth == 2 && network.positiveStart == 1e-3
      } else {
        false
      }
    }
  }

  /// Samples needed with two layers, the largest scale first.
  private func needs(_ means: [LabPoint]) -> [Double] {
    means.on(LabKey("needed-samples", labels: ["method": "network"], coordinates: ["depth": 2]))
      .sorted { $0["alpha"] > $1["alpha"] }.map(\.value)
  }
}
