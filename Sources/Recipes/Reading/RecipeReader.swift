/// Turns a tree of values into a recipe and collects everything that is wrong with it.
struct RecipeReader {
  /// The recipe as far as it was read; fields that were wrong keep their defaults.
  private(set) var recipe: Recipe
  private let file: String
  private var problems: [RecipeProblem] = []
  /// Where each field that was given was given.
  private var sites: [String: RecipeSite] = [:]
  /// The fields, or sections, whose value cannot be relied on.
  private var wrong: Set<String> = []

  /// Reads a recipe.
  ///
  /// - Parameters:
  ///   - tree: The file's values.
  ///   - file: What messages call the file.
  ///   - overrides: Values that take the place of the file's.
  ///   - rules: What holds between fields.
  /// - Returns: The recipe, with every default filled in.
  /// - Throws: ``RecipeError/invalid(_:)`` with every problem found.
  static func recipe(
    from tree: RecipeNode,
    file: String,
    overrides: [RecipeOverride],
    rules: [CombinationRule]
  ) throws(RecipeError) -> Recipe {
    var reader = RecipeReader(file: file)
    var tree = tree
    for override in overrides { reader.put(override, into: &tree) }
    reader.read(tree, path: [])
    reader.deriveDefaults()
    for rule in rules { reader.check(rule) }
    guard reader.problems.isEmpty else { throw .invalid(reader.problems) }
    return reader.recipe
  }

  private init(file: String) {
    self.file = file
    recipe = Recipe(name: Recipe.name(fromFile: file), corpus: Recipe.Corpus(tokens: ""))
  }

  private mutating func put(_ override: RecipeOverride, into tree: inout RecipeNode) {
    let site = RecipeSite.flag(override.flag)
    guard let field = Recipe.fields.first(where: { $0.name == override.field }) else {
      let path = override.field.split(separator: ".", omittingEmptySubsequences: false)
      report(site, override.field, unknown(path.map(String.init)))
      return
    }
    let scalar = RecipeScalar(text: override.value, isQuoted: false)
    tree.set(field.path[...], to: RecipeNode(site: site, content: .scalar(scalar)))
  }

  private mutating func read(_ node: RecipeNode, path: [String]) {
    let name = path.joined(separator: ".")
    if let field = Recipe.fields.first(where: { $0.path == path }) {
      read(node, as: field)
      return
    }
    guard path.isEmpty || !Recipe.names(below: path).isEmpty else {
      report(node.site, name, unknown(path))
      return
    }
    switch node.content {
    case .section(let entries):
      for entry in entries { read(entry.value, path: path + [entry.name]) }
    case .scalar(let scalar) where scalar.isNothing:
      break
    case .scalar, .list:
      wrong.formUnion(Recipe.fieldNames.filter { $0.hasPrefix(name) })
      let names = Recipe.names(below: path).joined(separator: ", ")
      report(
        node.site,
        name.isEmpty ? "recipe" : name,
        "needs fields under it, such as \(names)",
        found: node.found
      )
    }
  }

  private mutating func read(_ node: RecipeNode, as field: RecipeField) {
    guard case .scalar(let scalar) = node.content else {
      wrong.insert(field.name)
      report(node.site, field.name, field.needs, found: node.found)
      return
    }
    if scalar.isNothing, field.isOptional { return }
    sites[field.name] = node.site
    if let complaint = field.read(scalar, &recipe) {
      wrong.insert(field.name)
      report(node.site, field.name, complaint, found: scalar.found)
    }
  }

  /// Fills the fields whose defaults follow from others.
  private mutating func deriveDefaults() {
    if sites["model.keyValueHeadCount"] == nil {
      recipe.model.keyValueHeadCount = recipe.model.headCount
    }
    if sites["model.feedForwardWidth"] == nil {
      recipe.model.feedForwardWidth = Recipe.Model.defaultFeedForwardWidth(
        width: recipe.model.width
      )
    }
    if sites["training.learningRate.warmupSteps"] == nil {
      recipe.training.learningRate.warmupSteps = Recipe.LearningRate.defaultWarmupSteps(
        steps: recipe.training.steps
      )
    }
    if sites["corpus.tokens"] == nil, !wrong.contains("corpus.tokens") {
      report(
        .file(file),
        "corpus.tokens",
        "is missing; needs the path of a token file, which `espalier corpus pack` writes"
      )
    }
  }

  /// Applies a rule between fields, unless one of them is wrong by itself already.
  private mutating func check(_ rule: CombinationRule) {
    guard wrong.isDisjoint(with: rule.fields), let complaint = rule.complaint(recipe) else {
      return
    }
    // The message stands where the user most likely made the mistake: at a flag before a line,
    // at the field that the rule is about before the others, at a given value before a default.
    let given = rule.fields.compactMap { sites[$0] }
    let flag = given.first { if case .flag = $0 { true } else { false } }
    let field = rule.fields[0]
    let found = Recipe.fields.first { $0.name == field }?.write(recipe)
    report(
      flag ?? given.first ?? .file(file),
      field,
      complaint,
      found: found == "null" ? nil : found
    )
    // One report for a field is enough; what follows from it would only confuse.
    wrong.insert(field)
  }

  private mutating func report(
    _ site: RecipeSite,
    _ field: String,
    _ complaint: String,
    found: String? = nil
  ) {
    problems.append(
      RecipeProblem(site: site, field: field, complaint: complaint, found: found)
    )
  }

  /// What is said about a path that is no field.
  private func unknown(_ path: [String]) -> String {
    if !Recipe.names(below: path).isEmpty {
      return "is a section; give one of its fields: "
        + Recipe.names(below: path).joined(separator: ", ")
    }
    let section = Array(path.dropLast())
    let name = path[path.count - 1]
    let siblings = Recipe.names(below: section)
    if let sibling = nearest(to: name, among: siblings) {
      let suggestion = (section + [sibling]).joined(separator: ".")
      return "is not a field of a recipe; did you mean \(suggestion)?"
    }
    if let field = Recipe.fields.first(where: { path.starts(with: $0.path) }) {
      return "is not a field of a recipe; \(field.name) has no fields under it"
    }
    // A right name in the wrong section.
    if let field = Recipe.fields.first(where: { $0.path.last == name }) {
      return "is not a field of a recipe; did you mean \(field.name)?"
    }
    if let field = nearest(to: path.joined(separator: "."), among: Recipe.fieldNames) {
      return "is not a field of a recipe; did you mean \(field)?"
    }
    guard !siblings.isEmpty else { return "is not a field of a recipe" }
    let place = section.isEmpty ? "a recipe" : section.joined(separator: ".")
    return "is not a field of a recipe; \(place) has \(siblings.joined(separator: ", "))"
  }
}

extension Recipe {
  /// The names of the fields and sections directly inside a section.
  static func names(below section: [String]) -> [String] {
    var names: [String] = []
    for field in fields where field.path.count > section.count && field.path.starts(with: section) {
      let name = field.path[section.count]
      if !names.contains(name) { names.append(name) }
    }
    return names
  }
}
