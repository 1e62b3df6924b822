import Runs

extension PlanRecord {
  /// What growths did to layers besides copying or drawing them: a sentence for each that did.
  var decorationNotes: [String] {
    growths.compactMap { growth in
      guard let decorations = growth.decorations, !decorations.isEmpty else { return nil }
      return "After step \(growth.afterStep), \(Self.sentence(decorations))."
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
