import Foundation
import Laboratory
import LinearAlgebra
import Randomness
import Reports

extension ImplicitBiasLaboratory {
  /// Mirror descent beside the potential's minimum, for every potential, step and order of samples.
  func mirror() throws -> LabRecord {
    let study = try MirrorStudy(size: size.mirror, seed: size.seeds.first ?? 1)
    let cases = try study.cases()
    let points = try measured(
      .mirror,
      cases,
      named: { "\($0.potential.name) \(study.size) seed=\(study.seed)" },
      compute: { try study.points(of: $0) }
    )
    return Self.record(
      .mirror,
      parameters: [
        "samples": [Double(study.size.sampleCount)], "dimension": [Double(study.size.dimension)],
        "exponents": study.size.exponents, "scales": study.size.scales,
      ],
      seeds: [study.seed],
      points: points + (try PlanePicture().points()),
      checks: MirrorStudy.checks(points)
    )
  }
}

/// The measurements of the chapter.
struct MirrorStudy: Sendable {
  /// A potential and where descent begins.
  struct Case: Sendable {
    let potential: any Potential
    let start: [Double]
    let regression: Regression
  }

  /// A way to descend.
  struct Way: Sendable {
    let name: String
    let step: Double
    let order: MirrorDescent.Order
  }

  let size: MirrorSize
  let seed: UInt64
  private let signed: Regression
  private let positive: Regression

  init(size: MirrorSize, seed: UInt64) throws(BiasError) {
    (self.size, self.seed) = (size, seed)
    let stream = RandomStream(seed: seed).named("mirror")
    let inputs = Matrix(
      rowCount: size.sampleCount,
      columnCount: size.dimension,
      elements: stream.named("inputs").normals(count: size.sampleCount * size.dimension)
    )
    let truth = stream.named("truth").normals(count: size.dimension)
    // Weights above 0 can only meet targets that some such weights have.
    signed = try Regression(inputs, inputs * truth)
    positive = try Regression(inputs, inputs * truth.map(abs))
  }

  var ways: [Way] {
    [1.0, 0.3, 0.1].map { Way(name: "step \(NumberText.setting($0))", step: $0, order: .all) } + [
      Way(name: "momentum 0.5", step: 0.3, order: .momentum(0.5)),
      Way(name: "single samples", step: 0.5, order: .single(seed: seed)),
    ]
  }

  func cases() throws(BiasError) -> [Case] {
    let zero = [Double](repeating: 0, count: size.dimension)
    let half = [Double](repeating: 0.5, count: size.dimension)
    var potentials: [any Potential] = [EuclideanPotential()]
    for exponent in size.exponents { potentials.append(try NormPotential(exponent: exponent)) }
    for scale in size.scales { potentials.append(try HypentropyPotential(scale: scale)) }
    let onesided: [any Potential] = [EntropyPotential(), BurgPotential()]
    return potentials.map { Case(potential: $0, start: zero, regression: signed) }
      + onesided.map { Case(potential: $0, start: half, regression: positive) }
  }

  func points(of entry: Case) throws(BiasError) -> [LabPoint] {
    let minimizer = try PotentialMinimizer(
      entry.potential,
      entry.regression,
      from: entry.start
    )
    let minimum = try minimizer.minimum()
    let solved = Self.key(entry.potential, "Newton")
    var points = minimum.certificate.points(of: solved)
    points += [1, 1.1, 1.5, 2].map { exponent in
      solved.of("norm").at(["exponent": exponent])
        .point(NormPotential.norm(minimum.weights, exponent))
    }
    points += minimum.weights.sorted { abs($0) > abs($1) }.enumerated().map { place, weight in
      solved.of("weight").at(["place": Double(place + 1)]).point(abs(weight))
    }
    let descent = try MirrorDescent(entry.potential, entry.regression, from: entry.start)
    for way in ways {
      let outcome = try descent.descend(step: way.step, order: way.order)
      let key = Self.key(entry.potential, way.name)
      points += [
        key.of("distance").point(outcome.weights.relativeDistance(to: minimum.weights)),
        key.of("passes").point(Double(outcome.passCount)),
      ]
      points += minimizer.certificate(of: outcome.weights).points(of: key)
    }
    return points
  }

  private static func key(_ potential: any Potential, _ way: String) -> LabKey {
    LabKey("mirror", labels: ["potential": potential.name, "way": way])
  }

  static func checks(_ points: [LabPoint]) -> [LabCheck] {
    let section = LabSection.mirror
    let names = Set(points.compactMap { $0.key.labels["potential"] }).sorted()
    return names.flatMap { name -> [LabCheck] in
      let key = LabKey("distance", labels: ["potential": name])
      return [
        section.check(
          "\(name): distance of descent from Newton's minimum, the farthest of all ways",
          points.on(key).map(\.value).max() ?? .nan,
          .below(1e-6),
          of: key
        ),
        section.check(
          "\(name): certificates of all ways, the worst",
          Certificate.worst(of: key, in: points),
          .below(1e-7),
          of: key
        ),
      ]
    } + normChecks(points)
  }

  /// Each norm is least where its own potential ends; a control is that others end elsewhere.
  private static func normChecks(_ points: [LabPoint]) -> [LabCheck] {
    let norms = points.on(LabKey("norm")).filter {
      $0.key.labels["potential"]?.hasPrefix("p-norm") == true
    }
    let names = Set(norms.compactMap { $0.key.labels["potential"] })
    return names.sorted().compactMap { name -> LabCheck? in
      guard let exponent = Double(name.split(separator: " ").last ?? ""),
        let own = norms.first(where: {
          $0.key.labels["potential"] == name && $0["exponent"] == exponent
        })
      else { return nil }
      let others = norms.filter {
        $0.key.labels["potential"] != name && $0["exponent"] == exponent
      }
      guard let nearest = others.map(\.value).min() else { return nil }
      return LabSection.mirror.check(
        "\(name): its norm where the nearest other potential ends, over the least",
        nearest / own.value,
        .other("> 1.0001", holds: nearest / own.value > 1.0001),
        of: own.key
      )
    }
  }
}
