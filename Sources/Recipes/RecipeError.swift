/// Why a recipe cannot be used.
public enum RecipeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be read; the reason is the system's.
  case unreadable(file: String, reason: String)
  /// The file is far larger than any recipe.
  case tooLarge(file: String, limit: Int)
  /// The file holds bytes that are not UTF-8.
  case notText(file: String, line: Int, byteOffset: Int)
  /// The file holds nothing but blanks and comments.
  case empty(file: String)
  /// The text is not YAML, or uses parts of it that recipes do without.
  case malformed(site: RecipeSite, reason: String)
  /// An override on the command line is not of the form `FIELD=VALUE`.
  case malformedOverride(flag: String)
  /// The text is YAML, but these fields are wrong: overrides first, then the text in its order, then what does not go
  /// together.
  case invalid([RecipeProblem])

  /// One line for each thing that is wrong.
  public var messages: [String] {
    switch self {
    case .unreadable(let file, let reason):
      ["\(file): cannot be read: \(reason)"]
    case .tooLarge(let file, let limit):
      ["\(file): is no recipe: it is larger than \(limit) bytes"]
    case .notText(let file, let line, let byteOffset):
      ["\(file):\(line): needs UTF-8 text; byte \(byteOffset) is not"]
    case .empty(let file):
      ["\(file): holds no recipe; the least one needs is corpus.tokens, the path of a token file"]
    case .malformed(let site, let reason):
      ["\(site): \(reason)"]
    case .malformedOverride(let flag):
      ["\(flag): needs FIELD=VALUE, such as training.steps=200"]
    case .invalid(let problems):
      problems.map(\.description)
    }
  }

  /// The messages, one to a line.
  public var description: String { messages.joined(separator: "\n") }
}

/// One thing that is wrong in a recipe.
public struct RecipeProblem: Hashable, Sendable, CustomStringConvertible {
  /// Where the value was written.
  public var site: RecipeSite
  /// The field's path, such as `model.width`.
  public var field: String
  /// What is wrong or was needed, such as "needs a positive whole number".
  public var complaint: String
  /// The value found, where there is one to show.
  public var found: String?

  /// Creates a problem.
  public init(site: RecipeSite, field: String, complaint: String, found: String? = nil) {
    self.site = site
    self.field = field
    self.complaint = complaint
    self.found = found
  }

  /// One line, such as `demo.yaml:12: model.width: needs a positive whole number; got "wide"`.
  public var description: String {
    "\(site): \(field): \(complaint)" + (found.map { "; got \($0)" } ?? "")
  }
}

/// Where in the user's input a value was written.
public enum RecipeSite: Hashable, Sendable, CustomStringConvertible {
  /// A line of a file; the first line is 1.
  case line(file: String, line: Int)
  /// A file as a whole, when the value is a default.
  case file(String)
  /// A flag of the command line, such as `--set training.steps=200`.
  case flag(String)

  /// The place as it stands at the head of a message.
  public var description: String {
    switch self {
    case .line(let file, let line): "\(file):\(line)"
    case .file(let file): file
    case .flag(let flag): flag
    }
  }
}
