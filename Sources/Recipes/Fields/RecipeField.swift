/// One field of a recipe: its path, what it takes, and the way into a ``Recipe`` and out of it.
///
/// Reading, writing, overriding and suggesting all go by the one list ``Recipe/fields``, so a field
/// cannot be known to one of them and unknown to another.
struct RecipeField: Sendable {
  /// The names from the outermost section to the field.
  let path: [String]
  /// What the field takes, as messages say it: "needs a positive whole number".
  let needs: String
  /// Whether "nothing" is a value the field can hold.
  let isOptional: Bool
  /// Puts a value into a recipe; returns what is wrong with the value, if anything.
  let read: @Sendable (RecipeScalar, inout Recipe) -> String?
  /// The recipe's value as YAML.
  let write: @Sendable (Recipe) -> String

  /// The path with dots, as users write it.
  var name: String { path.joined(separator: ".") }

  private init(
    _ name: String,
    needs: String,
    isOptional: Bool = false,
    read: @escaping @Sendable (RecipeScalar, inout Recipe) -> String?,
    write: @escaping @Sendable (Recipe) -> String
  ) {
    self.path = name.split(separator: ".").map(String.init)
    self.needs = needs
    self.isOptional = isOptional
    self.read = read
    self.write = write
  }

  typealias Target<Value> = WritableKeyPath<Recipe, Value> & Sendable

  /// A field that takes a whole number in a range.
  static func wholeNumber(
    _ name: String,
    _ target: Target<Int>,
    in range: ClosedRange<Int>
  ) -> RecipeField {
    let needs = needs(range)
    return RecipeField(name, needs: needs) { scalar, recipe in
      guard let value = scalar.wholeNumber else { return needs }
      if let complaint = complaint(about: value, range) { return complaint }
      recipe[keyPath: target] = value
      return nil
    } write: {
      "\($0[keyPath: target])"
    }
  }

  /// A field that takes a whole number in a range, or nothing.
  static func optionalWholeNumber(
    _ name: String,
    _ target: Target<Int?>,
    in range: ClosedRange<Int>
  ) -> RecipeField {
    let needs = needs(range)
    return RecipeField(name, needs: needs, isOptional: true) { scalar, recipe in
      guard let value = scalar.wholeNumber else { return needs }
      if let complaint = complaint(about: value, range) { return complaint }
      recipe[keyPath: target] = value
      return nil
    } write: {
      $0[keyPath: target].map { "\($0)" } ?? "null"
    }
  }

  /// The field that says which version of the format the recipe is written in.
  static func version(
    _ name: String,
    _ target: Target<Int>,
    current: Int
  ) -> RecipeField {
    let needs = "needs \(current), the only version of recipes this espalier reads"
    return RecipeField(name, needs: needs) { scalar, recipe in
      guard scalar.wholeNumber == current else { return needs }
      recipe[keyPath: target] = current
      return nil
    } write: {
      "\($0[keyPath: target])"
    }
  }

  /// A field that takes a seed.
  static func seed(_ name: String, _ target: Target<UInt64>) -> RecipeField {
    let needs = "needs a whole number from 0 to \(UInt64.max)"
    return RecipeField(name, needs: needs) { scalar, recipe in
      guard let value = scalar.seed else { return needs }
      recipe[keyPath: target] = value
      return nil
    } write: {
      "\($0[keyPath: target])"
    }
  }

  /// A field that takes a decimal number.
  static func number(
    _ name: String,
    _ target: Target<Double>,
    _ rule: NumberRule
  ) -> RecipeField {
    RecipeField(name, needs: rule.needs) { scalar, recipe in
      guard let value = scalar.decimalNumber, rule.allows(value) else { return rule.needs }
      recipe[keyPath: target] = value
      return nil
    } write: {
      yamlNumber($0[keyPath: target])
    }
  }

  /// A field that takes a decimal number, or nothing.
  static func optionalNumber(
    _ name: String,
    _ target: Target<Double?>,
    _ rule: NumberRule
  ) -> RecipeField {
    RecipeField(name, needs: rule.needs, isOptional: true) { scalar, recipe in
      guard let value = scalar.decimalNumber, rule.allows(value) else { return rule.needs }
      recipe[keyPath: target] = value
      return nil
    } write: {
      $0[keyPath: target].map(yamlNumber) ?? "null"
    }
  }

  /// A field that takes true or false.
  static func truth(_ name: String, _ target: Target<Bool>) -> RecipeField {
    let needs = "needs true or false"
    return RecipeField(name, needs: needs) { scalar, recipe in
      guard let value = scalar.truth else { return needs }
      recipe[keyPath: target] = value
      return nil
    } write: {
      "\($0[keyPath: target])"
    }
  }

  /// A field that takes one of a few words.
  static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String,
    _ target: Target<Choice>
  ) -> RecipeField {
    let words = Choice.allCases.map(\.rawValue)
    return RecipeField(name, needs: needs(words)) { scalar, recipe in
      guard let value = Choice(rawValue: scalar.text) else {
        return complaint(about: scalar.text, words)
      }
      recipe[keyPath: target] = value
      return nil
    } write: {
      $0[keyPath: target].rawValue
    }
  }

  /// A field that takes one of a few words, or nothing.
  static func optionalChoice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String,
    _ target: Target<Choice?>
  ) -> RecipeField {
    let words = Choice.allCases.map(\.rawValue)
    return RecipeField(name, needs: needs(words), isOptional: true) { scalar, recipe in
      guard let value = Choice(rawValue: scalar.text) else {
        return complaint(about: scalar.text, words)
      }
      recipe[keyPath: target] = value
      return nil
    } write: {
      $0[keyPath: target]?.rawValue ?? "null"
    }
  }

  /// A field that takes one of many words, which are listed elsewhere, and keeps it as text.
  static func word(
    _ name: String,
    _ target: Target<String>,
    of words: [String],
    needs: String
  ) -> RecipeField {
    RecipeField(name, needs: needs) { scalar, recipe in
      guard words.contains(scalar.text) else { return needs + guess(scalar.text, words) }
      recipe[keyPath: target] = scalar.text
      return nil
    } write: {
      yamlScalar($0[keyPath: target])
    }
  }

  /// A field that takes text for which a rule holds.
  static func text(
    _ name: String,
    _ target: Target<String>,
    needs: String,
    where allows: @escaping @Sendable (String) -> Bool
  ) -> RecipeField {
    RecipeField(name, needs: needs) { scalar, recipe in
      guard !scalar.isNothing, allows(scalar.text) else { return needs }
      recipe[keyPath: target] = scalar.text
      return nil
    } write: {
      yamlScalar($0[keyPath: target])
    }
  }

  /// A field that takes text for which a rule holds, or nothing.
  static func optionalText(
    _ name: String,
    _ target: Target<String?>,
    needs: String,
    where allows: @escaping @Sendable (String) -> Bool
  ) -> RecipeField {
    RecipeField(name, needs: needs, isOptional: true) { scalar, recipe in
      guard allows(scalar.text) else { return needs }
      recipe[keyPath: target] = scalar.text
      return nil
    } write: {
      $0[keyPath: target].map(yamlScalar) ?? "null"
    }
  }

  private static func needs(_ range: ClosedRange<Int>) -> String {
    switch range.lowerBound {
    case 1: "needs a positive whole number"
    default: "needs a whole number, \(range.lowerBound) or more"
    }
  }

  private static func complaint(about value: Int, _ range: ClosedRange<Int>) -> String? {
    if range.contains(value) { return nil }
    return value < range.lowerBound
      ? needs(range) : "needs a whole number, \(range.upperBound) at most"
  }

  private static func needs(_ words: [String]) -> String {
    words.count == 1 ? "needs \(words[0])" : "needs one of \(words.joined(separator: ", "))"
  }

  private static func complaint(about text: String, _ words: [String]) -> String {
    needs(words) + guess(text, words)
  }

  private static func guess(_ text: String, _ words: [String]) -> String {
    nearest(to: text, among: words).map { " (did you mean \($0)?)" } ?? ""
  }
}

/// Which decimal numbers a field takes.
struct NumberRule: Sendable {
  /// What messages say is needed.
  let needs: String
  /// Whether the rule holds for a finite number.
  let allows: @Sendable (Double) -> Bool

  static let share = NumberRule(needs: "needs a number from 0 to 1") { (0...1).contains($0) }
  static let positiveShare = NumberRule(needs: "needs a number above 0 and at most 1") {
    $0 > 0 && $0 <= 1
  }
  static let openShare = NumberRule(needs: "needs a number above 0 and below 1") {
    $0 > 0 && $0 < 1
  }
  static let shareBelowOne = NumberRule(needs: "needs a number from 0 up to, but not, 1") {
    (0..<1).contains($0)
  }
  static let notNegative = NumberRule(needs: "needs a number, 0 or more") { $0 >= 0 }
  static let oneOrMore = NumberRule(needs: "needs a number, 1 or more") { $0 >= 1 }
  static let aboveOne = NumberRule(needs: "needs a number above 1") { $0 > 1 }

  /// Numbers above zero that a 32-bit float holds too, so that they do not become 0 on the device.
  static let small = NumberRule(needs: "needs a number from 1e-30 to 1") {
    (1e-30...1).contains($0)
  }

  static func positive(atMost limit: Int) -> NumberRule {
    NumberRule(needs: "needs a number above 0 and at most \(limit)") {
      $0 > 0 && $0 <= Double(limit)
    }
  }

  static func notNegative(atMost limit: Int) -> NumberRule {
    NumberRule(needs: "needs a number from 0 to \(limit)") { $0 >= 0 && $0 <= Double(limit) }
  }
}
