import Files

extension Recipe {
  /// No recipe is larger than this many bytes.
  static let byteLimit = 262_144

  /// Reads a recipe from a file and checks all of it.
  ///
  /// - Parameters:
  ///   - path: The path of a YAML file.
  ///   - overrides: Values that take the place of the file's.
  ///   - refusingUnusedOptions: Whether it is wrong to set an option that no operator of `growth.method` goes by.
  /// - Returns: The recipe, with every default filled in.
  /// - Throws: ``RecipeError``; when the values are wrong, with all the problems there are.
  public static func load(
    path: String,
    overrides: [RecipeOverride] = [],
    refusingUnusedOptions: Bool = false
  ) throws(RecipeError) -> Recipe {
    let bytes = try contents(ofFile: path)
    return try parse(
      bytes,
      file: path,
      overrides: overrides,
      rules: combinationRules + (refusingUnusedOptions ? optionRules : [])
    )
  }

  /// Reads a recipe from YAML text and checks all of it.
  ///
  /// - Parameters:
  ///   - text: The text of a recipe.
  ///   - file: What messages call the text; also gives the default for the name.
  ///   - overrides: Values that take the place of the text's.
  /// - Returns: The recipe, with every default filled in.
  /// - Throws: ``RecipeError``; when the values are wrong, with all the problems there are.
  public static func parse(
    _ text: String,
    file: String,
    overrides: [RecipeOverride] = []
  ) throws(RecipeError) -> Recipe {
    try parse(text, file: file, overrides: overrides, rules: combinationRules)
  }

  private static func parse(
    _ text: String,
    file: String,
    overrides: [RecipeOverride],
    rules: [CombinationRule]
  ) throws(RecipeError) -> Recipe {
    guard text.utf8.count <= byteLimit else { throw .tooLarge(file: file, limit: byteLimit) }
    let tree = try RecipeText(file: file, text: text).tree()
    return try RecipeReader.recipe(from: tree, file: file, overrides: overrides, rules: rules)
  }

  /// The recipe itself, if it obeys all the rules that hold for files.
  ///
  /// - Throws: ``RecipeError/invalid(_:)`` with every problem; lines are those of ``yamlText()``.
  public func validated() throws(RecipeError) -> Recipe {
    try Recipe.parse(yamlText(), file: name)
  }

  static func parse(
    _ bytes: [UInt8],
    file: String,
    overrides: [RecipeOverride],
    rules: [CombinationRule] = combinationRules
  ) throws(RecipeError) -> Recipe {
    var rest = bytes[...]
    // A byte order mark is no part of the text.
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    guard let text = String(validating: rest, as: UTF8.self) else {
      let offset = firstInvalidUTF8(in: bytes[...]) ?? bytes.count
      let line = 1 + bytes[..<offset].count { $0 == UInt8(ascii: "\n") }
      throw .notText(file: file, line: line, byteOffset: offset)
    }
    return try parse(text, file: file, overrides: overrides, rules: rules)
  }

  private static func contents(ofFile path: String) throws(RecipeError) -> [UInt8] {
    do {
      return try LocalFileSystem().bytes(through: path, limit: byteLimit)
    } catch  where error.isTooLarge {
      throw .tooLarge(file: path, limit: byteLimit)
    } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
  }
}
