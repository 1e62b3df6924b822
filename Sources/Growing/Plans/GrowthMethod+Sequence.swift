extension GrowthMethod {
  /// The method of a sequence as recipes write it, with blanks between the growths, such as
  /// `midas width:256+heads:8 midas 0,1,2,3,3,* widen`.
  ///
  /// A growth is an operator's name, with a place behind a colon where it takes one, a layer map, sizes to grow
  /// to in width, or several of them at once with `+` between them, of which one may be about layers.
  ///
  /// - Parameter text: The sequence.
  /// - Returns: The method.
  /// - Throws: ``GrowthError/unknownMethod(name:known:)``, ``GrowthError/takesNoPlace(name:)`` or
  ///   ``GrowthError/unknownSize(word:)`` for a word that is none of these, or ``GrowthError/emptySequence``.
  public static func sequence(parsing text: String) throws(GrowthError) -> GrowthMethod {
    var growths: [SequencedGrowth] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      growths.append(try SequencedGrowth(parsing: String(word)))
    }
    guard !growths.isEmpty else { throw .emptySequence }
    return .sequence(growths)
  }
}

extension SequencedGrowth {
  /// A growth as recipes write it, such as `midas+width:256`.
  fileprivate init(parsing text: String) throws(GrowthError) {
    var growthOperator: GrowthOperator?
    var sizes = ModelSizes()
    var isFinal = false
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      let word = String(part)
      if word == "widen" {
        isFinal = true
      } else if word.contains(":"), !GrowthOperator.isNamed(by: word) {
        try sizes.name(word)
      } else {
        guard growthOperator == nil else {
          throw .unknownMethod(name: text, known: GrowthOperator.all.map(\.name))
        }
        growthOperator = try .parsing(word)
      }
    }
    guard sizes.isEmpty || !isFinal else { throw .unknownSize(word: text) }
    let width: Width? = isFinal ? .final : sizes.isEmpty ? nil : .sizes(sizes)
    self.init(growthOperator, width)
  }
}

extension ModelSizes {
  /// The words for sizes in recipes.
  private static let words: [String: WritableKeyPath<ModelSizes, Int?> & Sendable] = [
    "width": \.width, "heads": \.headCount, "feed-forward": \.feedForwardWidth,
  ]

  /// Takes over a size as recipes write it, such as `width:256`.
  fileprivate mutating func name(_ text: String) throws(GrowthError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let size = Self.words[parts[0]], self[keyPath: size] == nil,
      let value = Int(parts[1]), value > 0, parts[1].allSatisfy(\.isNumber)
    else { throw .unknownSize(word: text) }
    self[keyPath: size] = value
  }
}

extension GrowthOperator {
  /// Whether a text with a colon begins with an operator's name.
  fileprivate static func isNamed(by text: String) -> Bool {
    all.contains { text.hasPrefix($0.name + ":") }
  }

  /// An operator by its name, or one that applies a layer map such as `0,1,1,*`.
  fileprivate static func parsing(_ word: String) throws(GrowthError) -> GrowthOperator {
    guard let origins = LayerMap.origins(parsing: word) else { return try .named(word) }
    return GrowthOperator(
      name: word,
      summary: "applies the layer map \(word)",
      reference: "the recipe",
      preservation: .changed
    ) { site throws(GrowthError) in
      try GrowthStep(map: LayerMap(sourceDepth: site.depth, origins: origins))
    }
  }
}

extension LayerMap {
  /// The origins that a text such as `0,1,1,*` lists, `*` for a fresh layer.
  ///
  /// - Parameter text: Layers from 0 on with commas between them.
  /// - Returns: The origins, or nil for any other text.
  public static func origins(parsing text: String) -> [Origin]? {
    var origins: [Origin] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      if word == "*" {
        origins.append(.fresh)
      } else if let layer = Int(word), layer >= 0, word.allSatisfy(\.isNumber) {
        origins.append(.copy(of: layer))
      } else {
        return nil
      }
    }
    return origins
  }
}
