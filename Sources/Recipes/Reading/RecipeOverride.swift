/// A value given on the command line that takes the place of a recipe's.
///
/// Overrides are put into the tree of values before it is checked, so they are held to the same
/// rules as the file, and a message about one names the flag instead of a line. Of two overrides of
/// the same field the later counts.
public struct RecipeOverride: Hashable, Sendable {
  /// The field's path, such as `training.steps`.
  public let field: String
  /// The value as it was typed.
  public let value: String
  /// How messages call it, such as `--set training.steps=200`.
  public let flag: String

  /// Reads `FIELD=VALUE`, the argument of `--set`.
  ///
  /// - Parameter argument: Such as `training.steps=200`.
  /// - Throws: ``RecipeError/malformedOverride(flag:)`` when there is no field or no equals sign.
  public init(_ argument: String) throws(RecipeError) {
    let flag = "--set \(argument)"
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      throw .malformedOverride(flag: flag)
    }
    self.init(
      field: String(argument[..<equals]),
      value: String(argument[argument.index(after: equals)...]),
      flag: flag
    )
  }

  /// Creates an override for a flag of its own.
  ///
  /// - Parameters:
  ///   - field: The field's path, such as `training.steps`.
  ///   - value: The value as it was typed.
  ///   - flag: How messages call it, such as `--steps 200`.
  public init(field: String, value: String, flag: String) {
    self.field = field
    self.value = value
    self.flag = flag
  }
}
