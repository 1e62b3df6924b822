/// A value of the recipe's text with the place it was written at.
struct RecipeNode {
  var site: RecipeSite
  var content: Content

  enum Content {
    case scalar(RecipeScalar)
    case section([Entry])
    case list
  }

  /// A named value in a section.
  struct Entry {
    var name: String
    var site: RecipeSite
    var value: RecipeNode
  }

  /// What a message says was found here.
  var found: String {
    switch content {
    case .scalar(let scalar): scalar.found
    case .section: "a section"
    case .list: "a list"
    }
  }

  /// Puts a value at a path, making the sections on the way that are missing.
  ///
  /// A value on the way that is no section stays, and is reported when the tree is read.
  mutating func set(_ path: ArraySlice<String>, to value: RecipeNode) {
    guard let name = path.first else {
      self = value
      return
    }
    if case .scalar(let scalar) = content, scalar.isNothing { content = .section([]) }
    guard case .section(var entries) = content else { return }
    let rest = path.dropFirst()
    if let index = entries.firstIndex(where: { $0.name == name }) {
      entries[index].value.set(rest, to: value)
    } else {
      var child = RecipeNode(site: value.site, content: .section([]))
      child.set(rest, to: value)
      entries.append(Entry(name: name, site: value.site, value: child))
    }
    content = .section(entries)
  }
}

/// A value as it was written, not interpreted yet.
struct RecipeScalar {
  var text: String
  var isQuoted: Bool

  /// Whether nothing was written, in one of YAML's ways to say so.
  var isNothing: Bool {
    !isQuoted && ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// The value as a whole number, with underscores allowed between digits.
  var wholeNumber: Int? { number(Int.init) }

  /// The value as a whole number that is not negative.
  var seed: UInt64? { number { UInt64($0) } }

  /// The value as a finite decimal number.
  var decimalNumber: Double? {
    // `Double` also reads hexadecimal, infinity and NaN, which no field takes.
    guard text.utf8.allSatisfy({ Self.decimalBytes.contains($0) }) else { return nil }
    return number { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
  }

  /// The value as a truth value.
  var truth: Bool? {
    guard !isQuoted else { return nil }
    return switch text {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  /// What a message says was found: numbers bare, everything else in quotes.
  var found: String {
    if isNothing { return "nothing" }
    if decimalNumber != nil { return text }
    let scalars = text.unicodeScalars
    let head = String(String.UnicodeScalarView(scalars.prefix(60)))
    let shown = (scalars.count > 60 ? head + "…" : head).debugDescription
    // Quotes around a number are easily overlooked, so they are named.
    let isQuotedNumber = RecipeScalar(text: text, isQuoted: false).decimalNumber != nil
    return isQuotedNumber ? "\(shown) in quotes" : shown
  }

  private static let decimalBytes = Set("0123456789+-.eE_".utf8)

  private func number<Number>(_ read: (String) -> Number?) -> Number? {
    guard !isQuoted, text.first != "_", text.last != "_" else { return nil }
    return read(text.filter { $0 != "_" })
  }
}
