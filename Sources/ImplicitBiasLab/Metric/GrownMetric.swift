import Laboratory
import LinearAlgebra
import Randomness
import Reports
import Tensors

extension LabSection {
  static let growth = LabSection(rawValue: "growth")
}

/// The metric of a diagonal network, a product of layers, through a growth in the middle of its training.
struct GrownMetric: Sendable {
  /// What becomes of two layers u and v.
  enum Growth: String, CaseIterable, Sendable {
    /// They stay two.
    case none
    /// A third layer of ones, which keeps the function.
    case identity
    /// A copy of the last layer, which does not.
    case copy

    /// The layers after it, one after the other.
    func grown(_ parameters: [Double]) -> [Double] {
      switch self {
      case .none: parameters
      case .identity: parameters + [Double](repeating: 1, count: parameters.count / 2)
      case .copy: parameters + parameters.suffix(parameters.count / 2)
      }
    }
  }

  let study: MetricStudy

  private static let weightCount = MetricCase.weightCount
  private static let start =
    [Double](repeating: 0.6, count: weightCount) + [Double](repeating: 0.2, count: weightCount)
  /// How much of the targets is missed where it grows.
  private static let residual = 0.5

  private static func product(ofLayers count: Int) -> Parametrization {
    Parametrization("product of \(count) layers", parameterCount: count * weightCount) {
      let layers = $0.split(into: count, alongAxis: 0)
      return layers.dropFirst().reduce(layers[0]) { $0 * $1 }
    }
  }

  private static func key(_ quantity: String, _ growth: Growth) -> LabKey {
    LabKey(quantity, labels: ["growth": growth.rawValue])
  }

  func points() throws -> [LabPoint] {
    let stream = RandomStream(seed: 1).named("growth")
    let inputs = Matrix(
      rowCount: 3,
      columnCount: Self.weightCount,
      elements: stream.named("inputs").normals(count: 3 * Self.weightCount)
    )
    let truth = stream.named("truth").normals(count: Self.weightCount)
    let regression = try Regression(inputs, inputs * truth)
    let before = try Self.product(ofLayers: 2).descend(
      inputs: (0..<3).map { inputs.row($0) },
      targets: regression.targets,
      from: Self.start,
      step: 1e-3,
      tolerance: Self.residual,
      engine: study.engine
    )
    var ends: [Growth: [Double]] = [:]
    var points: [LabPoint] = []
    for growth in Growth.allCases {
      let parameters = growth.grown(before.parameters)
      let product = Self.product(ofLayers: parameters.count / Self.weightCount)
      let limit = try study.limit(of: product, from: parameters, regression)
      let geometry = try product.geometry(at: [parameters], engine: study.engine)[0]
      points += geometry.weights.indices.map {
        Self.key("speed", growth).at(["weight": geometry.weights[$0], "place": Double($0)])
          .point(geometry.inverseMetric[$0][$0])
      }
      points += zip(MetricStudy.steps, limit.distances).map { step, distance in
        Self.key("distance", growth).at(["step": step]).point(distance)
      }
      let end = limit.minimum.weights
      ends[growth] = end
      points += [
        Self.key("extrapolated", growth).point(limit.extrapolated),
        Self.key("asymmetry", growth).point(geometry.asymmetry),
        Self.key("kept-count", growth).point(Double(geometry.keptCount)),
        Self.key("jump", growth).point(geometry.weights.relativeDistance(to: before.weights)),
        Self.key("l1", growth).point(end.l1Norm), Self.key("l2", growth).point(end.norm),
        Self.key("shift", growth).point(end.relativeDistance(to: ends[.none] ?? end)),
      ]
      points += limit.minimum.certificate.points(of: Self.key("limit", growth))
    }
    return points
  }

  static func checks(_ points: [LabPoint]) -> [LabCheck] {
    let section = LabSection.growth
    return Growth.allCases.flatMap { growth -> [LabCheck] in
      func value(_ quantity: String) -> Double { points.value(key(quantity, growth)) }
      let distances = MetricStudy.steps.map {
        points.value(key("distance", growth).at(["step": $0]))
      }
      let checks = [
        section.check(
          "\(growth.rawValue): distance from the prediction, a step over one four times smaller",
          distances[0] / distances[1],
          .range(3.5...4.6),
          of: key("distance", growth)
        ),
        section.check(
          "\(growth.rawValue): distance from the prediction, extrapolated to no step",
          value("extrapolated"),
          .below(1e-3),
          of: key("extrapolated", growth)
        ),
        section.check(
          "\(growth.rawValue): asymmetry of the metric's derivative",
          value("asymmetry"),
          .below(1e-9),
          of: key("asymmetry", growth)
        ),
      ]
      guard growth != .none else { return checks }
      return checks + [
        section.check(
          "\(growth.rawValue): distance from where two layers end, a control",
          value("shift"),
          .other("> 0.01", holds: value("shift") > 0.01),
          of: key("shift", growth)
        )
      ]
    }
  }

  static func section(_ reader: LabReader) -> Study.Section {
    let names = ["two layers", "a layer of ones", "a copy"]
    let rows = zip(Growth.allCases, names).map { growth, name -> [String] in
      [name]
        + ["kept-count", "jump", "l1", "l2", "shift"].map { reader.text(key($0, growth)) }
        + MetricStudy.steps.map { reader.text(key("distance", growth).at(["step": $0])) }
        + [reader.text(key("extrapolated", growth))]
        + Certificate.cells(of: key("limit", growth), in: reader).prefix(2)
    }
    return Study.Section(
      title: "A growth is a change of metric",
      lesson: Study.Lesson(
        question:
          "Half trained, a product of two layers gets a third one of ones, which changes nothing of the function. Does descent end in the same fit as without it?",
        answer:
          "No: the function is the same and its metric is not. Each weight's speed gains w², so that large weights become faster, and the end is a tenth of its length away.",
        see: "The marks of the layer of ones lie above those of two layers by w²."
      ),
      claim:
        "A product of layers has 1/ρ = w²Σ1/u_l², and descent keeps the differences u_l² - u_m². A growth changes F: a new layer v adds "
        + "(w/v)², and sets new differences. From there on descent follows the grown potential from where it stands.",
      findings: [
        "Six weights, three samples; the growth comes when half of the targets' length is left. Predictions follow the grown F's flow from "
          + "there, as in the section before."
      ],
      figures: [
        Figure(
          title: "Speed of the weights where it grows, 1/ρ",
          summary: "J Jᵀ of six weights against the weight, before and after two growths.",
          horizontal: Figure.Axis("w"),
          vertical: Figure.Axis("J Jᵀ"),
          curves: zip(Growth.allCases, names).enumerated().map { index, look in
            Figure.Curve(
              name: look.1,
              style: [0, 1, 3][index],
              marks: reader.places(key("speed", look.0), over: "weight")
            )
          }
        )
      ],
      tables: [
        Study.Table(
          caption:
            "After a growth: functions kept, jump of the weights, norms of the end, its distance from that of two layers; distance of gradient descent from the prediction for two steps and extrapolated; the prediction's residuals.",
          heads: ["growth", "kept", "jump", "l1", "l2", "shift", "0.2", "0.05", "0"]
            + Certificate.heads.prefix(2),
          rows: rows
        )
      ]
    )
  }
}
