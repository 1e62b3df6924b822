import Laboratory
import LinearAlgebra

extension ImplicitBiasLaboratory {
  /// Layers that a linear residual network needs, against the condition number, by where new layers start.
  func stacking() throws -> LabRecord {
    let study = StackingStudy(
      size: size.stacking,
      seeds: Array(size.seeds.prefix(size.stacking.seedCount))
    )
    let points = try measured(
      .stacking,
      study.size.conditions.sorted(by: >),
      named: { "condition=\($0) \(study.size) seeds=\(study.seeds)" },
      compute: { try study.points(condition: $0) }
    )
    let means = points.means(over: "seed")
    let fits = study.fits(means)
    return Self.record(
      .stacking,
      parameters: [
        "dimension": [Double(study.size.dimension)], "distance": [study.size.distance],
        "conditions": study.size.conditions, "target": [study.size.target],
      ],
      seeds: study.seeds,
      points: means,
      fits: fits,
      checks: study.checks(means, fits)
    )
  }
}

/// The measurements of the chapter.
struct StackingStudy: Sendable {
  let size: StackingSize
  let seeds: [UInt64]

  static func key(_ quantity: String, _ start: LayerStack.Start) -> LabKey {
    LabKey(quantity, labels: ["start": start.rawValue])
  }

  /// At this condition number losses are kept layer by layer.
  static let shownCondition = 100.0
  private static let shownLayers = 200

  func points(condition: Double) throws -> [LabPoint] {
    try seeds.flatMap { seed in
      let stack = LayerStack(
        dimension: size.dimension,
        distance: size.distance,
        condition: condition,
        seed: seed
      )
      return try LayerStack.Start.allCases.flatMap { start -> [LabPoint] in
        let losses = try stack.losses(from: start, to: size.target, limit: size.layerLimit)
        let isReached = (losses.last ?? .infinity) <= size.target
        let key = Self.key("needed-layers", start).at(["condition": condition])
        let needed = key.point(isReached ? Double(losses.count - 1) : .infinity)
        guard condition == Self.shownCondition, seed == seeds.first else {
          return [needed.at(seed: seed)]
        }
        let shown = losses.prefix(Self.shownLayers).enumerated().map { layer, loss in
          Self.key("loss", start).at(["layer": Double(layer)]).point(loss)
        }
        return [needed.at(seed: seed)] + shown
      }
    }
  }

  func fits(_ means: [LabPoint]) -> [LabFit] {
    LayerStack.Start.allCases.compactMap { start in
      let key = Self.key("needed-layers", start)
      let points = means.on(key).filter(\.value.isFinite)
      return LabSection.stacking.powerLaw(
        "\(start.rawValue): layers needed against the condition number",
        of: key,
        over: "condition",
        x: points.map { $0["condition"] },
        y: points.map(\.value)
      )
    }
  }

  /// What has to come out at the sizes of the committed study.
  func checks(_ means: [LabPoint], _ fits: [LabFit]) -> [LabCheck] {
    guard size == StackingSize() else { return [] }
    let section = LabSection.stacking
    // The slowest direction has a κth of the loss at first, so that descent needs κ ln(1/(d κ target)) layers: an exponent
    // of 1 - 1/ln(1/(d κ target)), which is .89 at κ = 10 and .78 at κ = 1000.
    let expected: [(LayerStack.Start, ClosedRange<Double>)] = [
      (.zero, 0.78...0.89), (.dampedCopy, 0.4...0.65), (.nesterov, 0.4...0.65),
    ]
    let slopes = expected.compactMap { start, range in
      fits.first { $0.key == Self.key("needed-layers", start) }.map {
        section.check($0.name, $0.slope, .range(range), of: $0.key)
      }
    }
    func largestRatio(_ start: LayerStack.Start, over other: LayerStack.Start) -> Double {
      size.conditions.map { condition in
        means.value(Self.key("needed-layers", start).at(["condition": condition]))
          / means.value(Self.key("needed-layers", other).at(["condition": condition]))
      }.max() ?? .nan
    }
    return slopes + [
      section.check(
        "damped copies over Nesterov's: layers needed, the largest ratio",
        largestRatio(.dampedCopy, over: .nesterov),
        .below(1.5)
      ),
      section.check(
        "damped copies over zero: layers needed, the largest ratio",
        largestRatio(.dampedCopy, over: .zero),
        .below(1)
      ),
    ]
  }
}
