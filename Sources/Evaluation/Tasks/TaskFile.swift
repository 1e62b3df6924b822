import Files
import Recipes
import Yams

/// A task that stands in a file: YAML that says how records of JSON lines become questions.
struct TaskFile {
  /// What a right answer is, in the file's words.
  private enum Kind: String, CaseIterable {
    case choice
    case continuation
    case generation
  }

  private static let fields = [
    "task", "version", "summary", "kind", "records", "prompt", "choices", "answer", "description",
    "delimiter",
    "separator", "shots", "examples", "order", "metric", "mutual-information", "stop", "tokens",
    "chance",
  ]

  private let path: String
  private let nodes: [String: Node]

  /// Reads a task's file.
  ///
  /// - Parameter path: The YAML file.
  /// - Throws: ``EvaluationError/malformedTask(path:reason:)``, or `FileError`.
  init(path: String) throws {
    self.path = path
    let bytes = try LocalFileSystem().contents(of: path, limit: 1 << 20)
    func problem(_ reason: String) -> EvaluationError { .malformedTask(path: path, reason: reason) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw problem("is not UTF-8") }
    let root: Node?
    do {
      root = try Parser(yaml: text, encoding: .utf8).singleRoot()
    } catch {
      throw problem(
        "is not YAML: \("\(error)".split(whereSeparator: \.isNewline).joined(separator: " "))"
      )
    }
    guard case .mapping(let mapping)? = root else {
      throw problem("needs fields, such as prompt, records and answer")
    }
    var nodes: [String: Node] = [:]
    for (key, value) in mapping {
      guard let name = key.scalar?.string, Self.fields.contains(name) else {
        let name = key.scalar?.string ?? "a structure"
        let suggestion = nearest(to: name, among: Self.fields).map { "; did you mean \($0)?" }
        throw problem(
          "\(name): is not a field of a task"
            + (suggestion ?? "; it has \(Self.fields.joined(separator: ", "))")
        )
      }
      nodes[name] = value
    }
    self.nodes = nodes
  }

  /// The task.
  ///
  /// - Throws: ``EvaluationError/malformedTask(path:reason:)``.
  func task() throws(EvaluationError) -> EvaluationTask {
    let kind = try word("kind", of: Kind.self) ?? (nodes["choices"] == nil ? .generation : .choice)
    var format = TaskFormat()
    format.description = try text("description") ?? format.description
    format.delimiter = try text("delimiter") ?? format.delimiter
    format.separator = try text("separator") ?? format.separator
    format.stops = try texts("stop") ?? format.stops
    format.tokenCount = try number("tokens", in: 1...100_000) ?? format.tokenCount
    let name = String(lastComponent(of: path).prefix { $0 != "." })
    return EvaluationTask(
      name: try text("task") ?? name,
      version: try number("version", in: 0...1_000_000) ?? 1,
      summary: try text("summary") ?? "the questions of \(lastComponent(of: path))",
      format: format,
      metric: try word("metric", of: Metric.self)
        ?? (kind == .generation ? .exactMatch : .accuracy),
      shotCount: try number("shots", in: 0...1000) ?? 0,
      chance: try text("chance").map { text throws(EvaluationError) in
        guard let chance = Double(text), (0...1).contains(chance) else {
          throw problem("chance", "needs a number from 0 to 1", text)
        }
        return chance
      },
      usesMutualInformation: try word("mutual-information", of: Truth.self) == .true,
      source: try items(kind)
    )
  }

  private enum Truth: String, CaseIterable {
    case `true`
    case `false`
  }

  private func items(_ kind: Kind) throws(EvaluationError) -> RecordItems {
    guard let records = try text("records") else {
      throw missing("records", "the path of a file of JSON lines")
    }
    guard let prompt = try template("prompt") else {
      throw missing("prompt", "a text with fields as {{name}}")
    }
    guard let answer = try template("answer") else {
      throw missing("answer", "a text with fields as {{name}}")
    }
    let demand: RecordItems.Form
    switch kind {
    case .choice:
      guard let choices = try texts("choices") else {
        throw missing("choices", "a list, or {{a field that holds one}}")
      }
      var templates: [PromptTemplate] = []
      for text in choices { templates.append(try template(text, in: "choices")) }
      demand = .choice(templates)
    case .continuation: demand = .continuation
    case .generation: demand = .generation
    }
    return RecordItems(
      name: lastComponent(of: path),
      records: beside(records),
      examples: try text("examples").map(beside),
      order: try word("order", of: RecordItems.Order.self) ?? .first,
      prompt: prompt,
      form: demand,
      answer: answer
    )
  }

  /// A path that is relative to the file's folder.
  private func beside(_ name: String) -> String {
    name.hasPrefix("/") ? name : "\(parentFolder(of: path))/\(name)"
  }

  // MARK: Fields

  private func problem(_ name: String, _ needs: String, _ found: String) -> EvaluationError {
    .malformedTask(path: path, reason: "\(name): \(needs); got \(found.debugDescription)")
  }

  private func missing(_ name: String, _ needs: String) -> EvaluationError {
    .malformedTask(path: path, reason: "\(name): is missing; needs \(needs)")
  }

  private func text(_ name: String) throws(EvaluationError) -> String? {
    guard let node = nodes[name] else { return nil }
    guard let scalar = node.scalar else {
      throw .malformedTask(path: path, reason: "\(name): needs one text; got a list or a section")
    }
    return scalar.string
  }

  private func texts(_ name: String) throws(EvaluationError) -> [String]? {
    guard let node = nodes[name] else { return nil }
    if let scalar = node.scalar { return [scalar.string] }
    guard let sequence = node.sequence,
      let first = Optional(sequence.compactMap { $0.scalar?.string }),
      first.count == sequence.count, !first.isEmpty
    else { throw .malformedTask(path: path, reason: "\(name): needs a list of texts") }
    return first
  }

  private func number(_ name: String, in range: ClosedRange<Int>) throws(EvaluationError) -> Int? {
    guard let text = try text(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw problem(
        name,
        "needs a whole number from \(range.lowerBound) to \(range.upperBound)",
        text
      )
    }
    return number
  }

  private func word<Word: RawRepresentable<String> & CaseIterable>(
    _ name: String,
    of type: Word.Type
  ) throws(EvaluationError) -> Word? {
    guard let text = try text(name) else { return nil }
    guard let word = Word(rawValue: text) else {
      let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw problem(name, "needs one of \(words)", text)
    }
    return word
  }

  private func template(_ name: String) throws(EvaluationError) -> PromptTemplate? {
    guard let text = try text(name) else { return nil }
    return try template(text, in: name)
  }

  private func template(_ text: String, in name: String) throws(EvaluationError) -> PromptTemplate {
    guard let template = PromptTemplate(text) else {
      throw problem(name, "needs }} behind each {{", text)
    }
    return template
  }
}
