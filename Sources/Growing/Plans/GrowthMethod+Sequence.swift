extension GrowthMethod {
  /// The method of a sequence as recipes write it: names of operators and layer maps with blanks between
  /// them, such as `midas midas 0,1,2,3,3,*`.
  ///
  /// - Parameter text: The sequence.
  /// - Returns: The method.
  /// - Throws: ``GrowthError/unknownMethod(name:known:)`` for a word that is neither, or
  ///   ``GrowthError/emptySequence``.
  public static func sequence(parsing text: String) throws(GrowthError) -> GrowthMethod {
    var operators: [GrowthOperator] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      operators.append(try GrowthOperator.parsing(String(word)))
    }
    guard !operators.isEmpty else { throw .emptySequence }
    return .sequence(operators)
  }
}

extension GrowthOperator {
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
