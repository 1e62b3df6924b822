import Foundation
import Laboratory
import LinearAlgebra
import Statistics
import Tensors

extension ImplicitBiasLaboratory {
  /// Margins of diagonal networks along the flow of the exponential and the logistic loss.
  func classification() throws -> LabRecord {
    let study = try ClassificationStudy(
      engine: engine,
      size: size.classification,
      seeds: Array(size.seeds.prefix(size.classification.seedCount))
    )
    let points = try measured(
      .classification,
      study.parts,
      named: { "\($0) \(study.size) seeds=\(study.seeds)" },
      compute: { try study.points(of: $0) }
    )
    let references = study.references()
    return Self.record(
      .classification,
      parameters: [
        "samples": [Double(study.size.sampleCount)], "dimension": [Double(study.size.dimension)],
        "scales": study.size.scales, "exponents": study.size.exponents,
      ],
      seeds: study.seeds,
      points: (points + references).means(over: "seed"),
      checks: study.checks(points, references)
    )
  }
}

/// The measurements of the chapter.
struct ClassificationStudy: Sendable {
  /// A flow of all sets and scales.
  struct Part: Hashable, Sendable {
    let depth: Int
    let loss: MarginFlow.Loss
    let scales: [Double]

    var network: String { depth == 1 ? "linear" : "depth \(depth)" }
  }

  let engine: Engine
  let size: ClassificationSize
  let seeds: [UInt64]
  let sets: [Separation]
  /// The largest margins, a set after the other.
  let best: [MarginNorm: [ProvenWeights]]

  init(engine: Engine, size: ClassificationSize, seeds: [UInt64]) throws {
    (self.engine, self.size, self.seeds) = (engine, size, seeds)
    let law = SeparableLaw(dimension: size.dimension)
    let sets = seeds.map { law.separation(seed: $0, sampleCount: size.sampleCount) }
    self.sets = sets
    best = try Dictionary(
      uniqueKeysWithValues: MarginNorm.allCases.map { norm in
        (norm, try sets.map { try $0.largestMargin(norm) })
      }
    )
  }

  var parts: [Part] {
    [
      Part(depth: 2, loss: .exponential, scales: size.scales),
      Part(depth: 2, loss: .logistic, scales: size.scales.filter { [10, 0.1].contains($0) }),
      Part(depth: 3, loss: .exponential, scales: size.scales.filter { $0 >= 0.01 && $0 < 10 }),
      Part(depth: 1, loss: .exponential, scales: [1]),
    ].filter { !$0.scales.isEmpty }
  }

  /// The solvers' margins with their certificates.
  func references() -> [LabPoint] {
    MarginNorm.allCases.flatMap { norm -> [LabPoint] in
      zip(zip(seeds, sets), best[norm] ?? []).flatMap { entry, found in
        let key = LabKey("largest-margin", labels: ["norm": norm.rawValue])
        return
          ([key.point(entry.1.margin(found.weights, norm))] + found.certificate.points(of: key))
          .map { $0.at(seed: entry.0) }
      }
    }
  }

  static func key(_ quantity: String, _ part: Part, scale: Double) -> LabKey {
    LabKey(
      quantity,
      labels: ["network": part.network, "loss": part.loss.rawValue],
      coordinates: part.depth == 1 ? [:] : ["alpha": scale]
    )
  }

  func points(of part: Part) throws -> [LabPoint] {
    var flow = try MarginFlow(engine: engine, depth: part.depth, scales: part.scales)
    flow.loss = part.loss
    let trials = try flow.points(sets, levels: size.exponents.map { -$0 * log(10) })
    return sets.indices.flatMap { set in
      part.scales.indices.flatMap { trial in
        zip(size.exponents, trials[set][trial]).flatMap { exponent, point -> [LabPoint] in
          guard let point else { return [] }
          let key = Self.key("l1-ratio", part, scale: part.scales[trial])
            .at(["exponent": exponent, "seed": Double(seeds[set])])
          return numbers(point, set: set, key, exponent: exponent)
        }
      }
    }
  }

  private func numbers(
    _ point: MarginFlow.Point,
    set: Int,
    _ key: LabKey,
    exponent: Double
  ) -> [LabPoint] {
    let data = sets[set]
    var points = MarginNorm.allCases.map { norm in
      let most = best[norm].map { data.margin($0[set].weights, norm) } ?? .nan
      return key.of("\(norm.rawValue)-ratio").point(data.margin(point.weights, norm) / most)
    }
    let margins = data.rows * point.weights
    let least = margins.min() ?? .nan
    // ν from 0 up and margins over the least from 1 up hold exactly; this is what optimality lacks.
    let slack = zip(point.multipliers, margins).reduce(0) { $0 + $1.0 * ($1.1 / least - 1) }
    points += [
      key.of("slackness").point(slack / point.multipliers.reduce(0, +)),
      key.of("least-margin").point(least),
    ]
    if let target = best[.l2]?[set].weights {
      let direction = point.weights.scaled(by: 1 / point.weights.norm)
      points.append(
        key.of("turning").point(direction.minus(target).norm * exponent * log(10))
      )
    }
    return points
  }

  /// What has to come out, on every set.
  func checks(_ points: [LabPoint], _ references: [LabPoint]) -> [LabCheck] {
    let gaps = MarginNorm.allCases.map { norm in
      let key = LabKey("largest-margin", labels: ["norm": norm.rawValue])
      return LabSection.margins.check(
        "largest \(norm.rawValue) margins: certificates, the worst",
        Certificate.worst(of: key, in: references),
        .below(1e-8),
        of: key
      )
    }
    guard size == ClassificationSize() else { return gaps }
    return gaps + marginChecks(points) + turningChecks(points)
  }

  private func marginChecks(_ points: [LabPoint]) -> [LabCheck] {
    let section = LabSection.margins
    func key(_ quantity: String, _ scale: Double, exponent: Double = 30) -> LabKey {
      Self.key(quantity, parts[0], scale: scale).at(["exponent": exponent])
    }
    func above(_ name: String, _ key: LabKey, _ bound: Double) -> LabCheck {
      let least = points.least(key)
      return section.check(name, least, .other("> \(bound)", holds: least > bound), of: key)
    }
    let falls = size.scales.flatMap { scale in
      seeds.flatMap { seed -> [Double] in
        let row = size.exponents.map {
          points.value(key("l1-ratio", scale, exponent: $0).at(["seed": Double(seed)]))
        }
        return zip(row, row.dropFirst()).map { $0 - $1 }
      }
    }
    let pairs = zip(points.on(key("l1-ratio", 0.1)), points.on(key("l1-ratio", 0.001)))
    let lead = Estimate.mean(of: pairs.map { $0.value - $1.value })
    return [
      above("alpha 10, loss 1e-30: l2 ratio, the least", key("l2-ratio", 10), 0.985),
      above("alpha 0.1, loss 1e-30: l1 ratio, the least", key("l1-ratio", 0.1), 0.92),
      section.check(
        "the l1 ratio's largest fall as the loss falls",
        falls.max() ?? .nan,
        .below(1e-3)
      ),
      section.check(
        "loss 1e-30: mean l1 ratio of alpha 0.1 less that of alpha 0.001",
        lead.value,
        .other("95 % interval above 0", holds: lead.low > 0)
      ),
    ]
  }

  private func turningChecks(_ points: [LabPoint]) -> [LabCheck] {
    let key = Self.key("turning", parts[3], scale: 1)
    let ratios = seeds.map { seed in
      points.value(key.at(["exponent": 300, "seed": Double(seed)]))
        / points.value(key.at(["exponent": 30, "seed": Double(seed)]))
    }
    let farthest = ratios.max { abs(log($0)) < abs(log($1)) } ?? .nan
    return [
      LabSection.linear.check(
        "distance times ln 1/L at 1e-300 over that at 1e-30, the farthest from 1",
        farthest,
        .range(0.5...1.5),
        of: key
      )
    ]
  }
}
