import Anatomy
import Reports
import Tables

extension AnatomyRecord {
  /// What came out, for a page and as Markdown: models side by side.
  package var study: Study {
    Study(
      title: "What layers and blocks do",
      lead:
        "\(models.count == 1 ? "A model" : "\(models.count) models") taken apart on \(sequences) held-out sequences each; "
        + "layers and blocks are counted from 0 at the input.",
      sections: [overview] + Topic.all.compactMap(section),
      facts: [Study.Fact("layers of a block", blockSize.map { "\($0)" } ?? "as each model grew")]
        + (tokens.map { [Study.Fact("text", $0)] } ?? [])
    )
  }

  /// The same for a terminal.
  public var terminalText: String { overview.terminalText }

  /// The names of the results, which tell runs of one name apart.
  private var names: [String] { models.prefix(results.count).map { models.label(of: $0) } }

  private var overview: Study.Section {
    let rows = zip(names, results).map { name, result -> [String] in
      let anatomy = result.anatomy
      let weights = anatomy.map("weights")
      let functions = anatomy.map("functions")
      return [
        name, "\(anatomy.layers)", "\(anatomy.blockSize)", Self.number(anatomy.loss, digits: 4),
        Self.number(anatomy.depthScore),
        Self.number(weights.flatMap { Self.neighbours($0.values) }),
        Self.number(weights.flatMap { Self.others($0.values) }), Self.number(weights?.floor),
        Self.number(result.otherSeed), Self.number(functions.flatMap { Self.others($0.values) }),
        Self.number(functions?.floor),
      ]
    }
    return Study.Section(
      title: "At a glance",
      tables: [
        Study.Table(
          caption:
            "Blocks' weights and functions by the mean cosine between blocks; the floors are what comparing layers, seeds and "
            + "tokens that do not belong together gives. The depth score is the mean place of the layers, weighted by what "
            + "leaving each out does.",
          heads: [
            "model", "layers", "block", "loss", "depth score", "weights, neighbours",
            "weights, all pairs", "floor: other layers", "floor: other seed", "functions",
            "floor: other tokens",
          ],
          rows: rows,
          numbers: 1..<11
        )
      ]
    )
  }

  private func section(_ topic: Topic) -> Study.Section? {
    let maps = topic.maps.map { heatMaps(topic, $0) }.filter { !$0.isEmpty }
    let figures = topic.profiles.compactMap { figure(topic, $0) }
    guard !maps.isEmpty || !figures.isEmpty else { return nil }
    return Study.Section(
      title: topic.title,
      findings: [topic.words],
      figures: figures,
      heatMaps: maps
    )
  }

  /// The maps of a key, model beside model.
  private func heatMaps(_ topic: Topic, _ key: String) -> [HeatMap] {
    let found = zip(names, results).compactMap { name, result in
      result.anatomy.map(key).map { (name, $0) }
    }
    let largest = found.flatMap { $0.1.values.joined() }.reduce(0) { max($0, abs($1 ?? 0)) }
    return found.map { name, map in
      HeatMap(
        title: "\(name): \(key)" + (map.floor.map { ", floor \(Self.number($0))" } ?? ""),
        summary: "\(key) of \(name) for each pair.",
        values: map.values,
        // Cosines have one scale, so that maps of different things compare.
        extent: topic.isCosine ? 1 : largest
      )
    }
  }

  private func figure(_ topic: Topic, _ key: String) -> Figure? {
    let curves = zip(names, results).enumerated().compactMap { style, entry -> Figure.Curve? in
      guard let profile = entry.1.anatomy.profile(key) else { return nil }
      let places = profile.values.enumerated().compactMap { place, value -> Figure.Place? in
        guard let value else { return nil }
        let error = profile.errors?[place]
        return Figure.Place(
          x: Double(place),
          y: value,
          low: error.map { value - 2 * $0 },
          high: error.map { value + 2 * $0 }
        )
      }
      return Figure.Curve(
        name: entry.0,
        style: style,
        line: places.map { Figure.Place(x: $0.x, y: $0.y) },
        marks: places
      )
    }
    guard curves.contains(where: { !$0.marks.isEmpty }) else { return nil }
    let floors = results.compactMap { $0.anatomy.profile(key)?.floor }
    return Figure(
      title: key,
      summary: "\(key) from the input to the output.",
      horizontal: Figure.Axis(key.hasSuffix("blocks") ? "block" : "layer"),
      vertical: Figure.Axis(topic.unit),
      curves: curves,
      levels: floors.isEmpty
        ? []
        : [Figure.Level(name: "floor", y: floors.reduce(0, +) / Double(floors.count))]
    )
  }

  private static func number(_ value: Double?, digits: Int = 3) -> String {
    value.map { NumberFormat.fixed($0, digits: digits) } ?? "-"
  }

  /// The mean over all pairs of two different ones.
  package static func others(_ values: [[Double?]]) -> Double? {
    mean(
      values.indices.flatMap { row in values.indices.filter { $0 != row }.map { values[row][$0] } }
    )
  }

  /// The mean over pairs of neighbours.
  package static func neighbours(_ values: [[Double?]]) -> Double? {
    mean(values.indices.dropFirst().flatMap { [values[$0][$0 - 1], values[$0 - 1][$0]] })
  }

  private static func mean(_ values: [Double?]) -> Double? {
    let known = values.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  /// A line for each number.
  var csv: String {
    var lines = [["path", "step", "key", "row", "column", "value", "error", "floor"]]
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    for result in results {
      let start = [result.path, "\(result.step)"]
      for map in result.anatomy.maps {
        for (row, values) in map.values.enumerated() {
          for (column, value) in values.enumerated() {
            lines.append(
              start + [map.key, "\(row)", "\(column)", text(value), "", text(map.floor)]
            )
          }
        }
      }
      for profile in result.anatomy.profiles {
        for (place, value) in profile.values.enumerated() {
          lines.append(
            start + [
              profile.key, "\(place)", "", text(value), text(profile.errors?[place]),
              text(profile.floor),
            ]
          )
        }
      }
    }
    return CSVText.lines(lines)
  }
}

/// What belongs together on the page.
private struct Topic {
  let title: String
  let words: String
  var maps: [String] = []
  var profiles: [String] = []
  var unit = ""
  var isCosine = false

  static let all = [
    Topic(
      title: "Weights of blocks",
      words: "The cosine between the matrices of two blocks, layer by layer.",
      maps: [
        "weights", "weights.query", "weights.key", "weights.value", "weights.output",
        "weights.gate", "weights.up", "weights.down",
      ],
      isCosine: true
    ),
    Topic(
      title: "Blocks as functions",
      words:
        "Row p, column q: the cosine between what block q and block p add to what block p reads, the mean over tokens.",
      maps: ["functions"],
      isCosine: true
    ),
    Topic(
      title: "Attention",
      words: "The cosine between the attention patterns of two layers, head by head.",
      maps: ["attention"],
      isCosine: true
    ),
    Topic(
      title: "Linearity",
      words:
        "The share of the variance of what a layer adds that an affine map of each token's vector explains on other tokens.",
      profiles: ["linearity", "linearity.cosine"],
      unit: "share, cosine"
    ),
    Topic(
      title: "Contributions",
      words:
        "How long what each part of a layer adds is, beside the residual stream that it reads.",
      profiles: ["contribution.attention", "contribution.feedForward"],
      unit: "share of the stream"
    ),
    Topic(
      title: "Ending early",
      words:
        "What the model says if it ends before each layer, by its own norm and head, and behind an affine map to the last "
        + "layer's stream that was fitted on other tokens.",
      profiles: ["lens", "lens.fitted", "lens.overlap"],
      unit: "nats a token, share"
    ),
    Topic(
      title: "Leaving out, running again, turning round",
      words: "The change of the loss; intervals are two standard errors over sequences.",
      profiles: [
        "skip.layers", "repeat.layers", "skip.blocks", "repeat.blocks", "reverse.blocks",
        "effect.layers",
      ],
      unit: "nats a token"
    ),
    Topic(
      title: "Exchanging",
      words: "The change of the loss where two layers or blocks change places.",
      maps: ["swap.layers", "swap.blocks"],
      unit: "nats a token"
    ),
  ]
}
