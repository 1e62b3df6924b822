import Runs

extension PlanRecord {
  /// What growths did to layers besides copying or drawing them: a sentence for each that did.
  var decorationNotes: [String] {
    growths.compactMap { growth in
      let decorations = growth.decorations.flatMap { $0.isEmpty ? nil : Self.sentence($0) }
      let parts = [decorations, growth.gates?.words].compactMap { $0 }
      guard !parts.isEmpty else { return nil }
      return "After step \(growth.afterStep), \(parts.joined(separator: "; "))."
    }
  }

  /// Such as `layers 2, 3: output projections zero; layer 5: norm gains zero`.
  private static func sentence(_ decorations: [DecorationRecord]) -> String {
    // A layer's decorations belong together; layers that have the same ones share their words.
    var words: [Int: [String]] = [:]
    for decoration in decorations { words[decoration.layer, default: []].append(decoration.words) }
    let layers = Dictionary(grouping: words.keys.sorted()) { words[$0] ?? [] }
    return layers.sorted { $0.value[0] < $1.value[0] }.map { words, layers in
      let list = layers.map(String.init).joined(separator: ", ")
      return "\(layers.count == 1 ? "layer" : "layers") \(list): "
        + words.joined(separator: ", then ")
    }.joined(separator: "; ")
  }
}

extension GateRecord {
  /// What was done, in a few words.
  fileprivate var words: String {
    let value = value.map { "\($0)" } ?? NumberText.unknown
    let steps = steps.map { "\($0) steps" } ?? NumberText.unknown
    return switch kind {
    case "fixed": "new layers' output gates at \(value)"
    case "trained": "output gates trained, new layers' from \(value)"
    case "annealed": "new layers' output gates from 0 to 1 in \(steps)"
    case "masked": "new layers' output gates from 0 to 1 in \(steps), feed-forward before attention"
    case "drop-in": "new layers dropped in over \(steps)"
    case "folded": "output gates folded into the projections"
    default: "output gates \(kind)"
    }
  }
}

extension DecorationRecord {
  /// What was done, in a few words.
  fileprivate var words: String {
    switch kind {
    case "zero-output": "output projections zero"
    case "zero-norm": "norm gains zero"
    case "scaled-output": "output projections times \(Self.short(factor))"
    case "noise": "noise of \(Self.short(deviation)) standard deviations"
    case "blend":
      "sum of "
        + (shares ?? []).map { "\(Self.short($0.weight)) × layer \($0.layer)" }
        .joined(separator: " + ")
    // What a later release may do has at least a name.
    default: kind
    }
  }

  /// A number with at most three decimals.
  private static func short(_ number: Double?) -> String {
    number.map { "\(($0 * 1000).rounded() / 1000)" } ?? NumberText.unknown
  }
}
