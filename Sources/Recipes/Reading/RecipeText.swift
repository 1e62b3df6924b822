import Yams

/// The text of a recipe file, and the way from there to a tree of values.
///
/// Recipes use the plain part of YAML: sections, values, comments. Anchors, aliases and tags are
/// refused, because a name used twice hides which line a value came from, and because chains of
/// aliases can stand for more values than fit in memory.
struct RecipeText {
  let file: String
  let text: String

  /// More opening brackets than this are refused before the YAML parser sees the text.
  ///
  /// With few brackets it cannot recurse deeply, and with few aliases it cannot unfold much.
  private static let bracketLimit = 256
  private static let aliasLimit = 32
  /// Sections inside sections; a recipe has three levels.
  private static let depthLimit = 16

  /// Reads the text into a tree.
  func tree() throws(RecipeError) -> RecipeNode {
    try refuseWhatIsNoRecipe()
    do {
      // The encoding is named because the parser would else ask an environment variable for it.
      let parser = try Parser(yaml: text, encoding: .utf8)
      guard let root = try parser.singleRoot() else { throw RecipeError.empty(file: file) }
      // A node's anchor lives only as long as the parser does.
      return try withExtendedLifetime(parser) { try node(from: root, depth: 0) }
    } catch let error as RecipeError {
      throw error
    } catch let error as YamlError {
      throw recipeError(from: error)
    } catch {
      throw .malformed(site: .file(file), reason: "is not YAML: \(error)")
    }
  }

  private func refuseWhatIsNoRecipe() throws(RecipeError) {
    var brackets = 0
    var aliases = 0
    var line = 0
    for content in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    {
      line += 1
      try refuseBlanks(in: String(Substring(content)), at: .line(file: file, line: line))
      var before = UInt8(ascii: " ")
      for byte in content {
        if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { brackets += 1 }
        if byte == UInt8(ascii: "*"), " [{,?:-".utf8.contains(before) { aliases += 1 }
        before = byte
      }
      guard brackets <= Self.bracketLimit, aliases <= Self.aliasLimit else {
        throw .malformed(
          site: .line(file: file, line: line),
          reason: "is no recipe: it has too many brackets or aliases"
        )
      }
    }
  }

  /// Refuses blanks that YAML does not take for any, at the start of a line and behind the colon of a field.
  ///
  /// They look like spaces, and YAML would take them for a part of the name.
  private func refuseBlanks(in line: String, at site: RecipeSite) throws(RecipeError) {
    let indentation = line.unicodeScalars.prefix(while: \.looksBlank)
    guard indentation.count < line.unicodeScalars.count else { return }
    func needs(_ place: String, _ scalar: Unicode.Scalar) -> RecipeError {
      .malformed(site: site, reason: "needs \(place); got \(scalar.nameOfBlank)")
    }
    if let wrong = indentation.first(where: { $0 != " " && $0 != "\r" }) {
      throw needs("spaces at the start of the line", wrong)
    }
    var before: Unicode.Scalar = " "
    for scalar in line.unicodeScalars {
      // What is quoted, or said in a comment, may hold anything.
      if scalar == "\"" || scalar == "'" || scalar == "#" { return }
      if before == ":", scalar.looksBlank, !scalar.isASCII {
        throw needs("a space behind the colon", scalar)
      }
      before = scalar
    }
  }

  private func node(from node: Node, depth: Int) throws(RecipeError) -> RecipeNode {
    let site = site(of: node)
    guard depth < Self.depthLimit else {
      throw .malformed(site: site, reason: "is no recipe: its sections are nested too deeply")
    }
    guard node.anchor == nil else {
      throw .malformed(
        site: site,
        reason: "needs plain values; got an anchor, which recipes do not use"
      )
    }
    switch node {
    case .scalar(let scalar):
      let isQuoted = scalar.style != .plain
      if !isQuoted { try refuseTag(scalar.tag, at: site) }
      return RecipeNode(
        site: site,
        content: .scalar(RecipeScalar(text: scalar.string, isQuoted: isQuoted))
      )
    case .mapping(let mapping):
      try refuseTag(mapping.tag, at: site)
      var entries: [RecipeNode.Entry] = []
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          throw .malformed(site: self.site(of: key), reason: "needs a field name; got a structure")
        }
        let site = self.site(of: key)
        var child = try self.node(from: value, depth: depth + 1)
        // What a field holds is reported at the line of its name, where the reader looks.
        child.site = site
        entries.append(RecipeNode.Entry(name: name.string, site: site, value: child))
      }
      return RecipeNode(site: site, content: .section(entries))
    case .sequence(let sequence):
      try refuseTag(sequence.tag, at: site)
      return RecipeNode(site: site, content: .list)
    case .alias:
      throw .malformed(site: site, reason: "needs plain values; got an alias")
    }
  }

  private func refuseTag(_ tag: Tag, at site: RecipeSite) throws(RecipeError) {
    guard tag.rawValue.isEmpty else {
      throw .malformed(
        site: site,
        reason: "needs plain values; got the tag \(tag.rawValue.debugDescription)"
      )
    }
  }

  private func site(of node: Node) -> RecipeSite {
    node.mark.map { .line(file: file, line: $0.line) } ?? .file(file)
  }

  /// The parser's error with the line it names, in the parser's own words.
  private func recipeError(from error: YamlError) -> RecipeError {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let words = [context?.text, problem].compactMap(\.self).joined(separator: ", ")
      return .malformed(
        site: .line(file: file, line: mark.line),
        reason: "is not YAML for a recipe: \(words)"
      )
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map(\.debugDescription).joined(separator: ", ")
      return .malformed(
        site: .line(file: file, line: context.mark.line),
        reason: "\(names): is given twice in one section; keep one"
      )
    case .reader(let problem, let offset, _, let yaml):
      let line = offset.map { 1 + yaml.prefix($0).utf8.count { $0 == UInt8(ascii: "\n") } }
      return .malformed(
        site: line.map { .line(file: file, line: $0) } ?? .file(file),
        reason: "is not YAML for a recipe: \(problem)"
      )
    default:
      return .malformed(site: .file(file), reason: "is not YAML for a recipe: \(error)")
    }
  }
}

extension Unicode.Scalar {
  /// Whether nothing is seen of it but, at most, a gap.
  fileprivate var looksBlank: Bool {
    properties.isWhitespace || properties.generalCategory == .format
  }

  /// What to call it, such as `U+00A0, no-break space`.
  fileprivate var nameOfBlank: String {
    if self == "\t" { return "a tab" }
    let digits = String(value, radix: 16, uppercase: true)
    let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return number + (properties.name.map { ", \($0.lowercased())" } ?? "")
  }
}
