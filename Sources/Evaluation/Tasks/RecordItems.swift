/// The items of a task that stand in a file of JSON lines.
struct RecordItems: ItemSource {
  /// Which solved examples stand before a question.
  enum Order: String, CaseIterable {
    /// The file's first ones, the question itself left out.
    case first
    /// Any, drawn anew for each question.
    case random
  }

  /// What a right answer is.
  enum Form: Sendable {
    case choice([PromptTemplate])
    case continuation
    case generation
  }

  let name: String
  let records: String
  /// The file of the examples; nil where they are the other questions.
  let examples: String?
  let order: Order
  let prompt: PromptTemplate
  let form: Form
  let answer: PromptTemplate

  func items(
    count: Int?,
    exampleCount: Int,
    seed: UInt64
  ) throws -> [(item: TaskItem, examples: [TaskItem])] {
    let items = try TaskRecord.all(in: records).map(item)
    guard !items.isEmpty else {
      throw EvaluationError.tooFewItems(task: records, needed: 1, found: 0)
    }
    let pool = try examples.map { try TaskRecord.all(in: $0).map(item) } ?? items
    // Of its own file a question must not be its own example.
    let needed = exampleCount + (examples == nil && exampleCount > 0 ? 1 : 0)
    guard pool.count >= needed else {
      throw EvaluationError.tooFewItems(
        task: examples ?? records,
        needed: needed,
        found: pool.count
      )
    }
    return items.prefix(count ?? items.count).enumerated().map { index, item in
      (item, chosen(from: pool, exampleCount, for: item, at: index, seed))
    }
  }

  private func chosen(
    from pool: [TaskItem],
    _ count: Int,
    for item: TaskItem,
    at index: Int,
    _ seed: UInt64
  ) -> [TaskItem] {
    guard count > 0 else { return [] }
    let others = examples == nil ? pool.filter { $0 != item } : pool
    switch order {
    case .first: return Array(others.prefix(count))
    case .random:
      var draws = Draws(seed: seed, task: name, item: UInt64(index))
      return draws.elements(min(count, others.count), of: others)
    }
  }

  private func item(_ record: TaskRecord) throws(EvaluationError) -> TaskItem {
    TaskItem(prompt: try prompt.text(of: record), demand: try demand(record))
  }

  private func demand(_ record: TaskRecord) throws(EvaluationError) -> TaskItem.Demand {
    switch form {
    case .continuation: return .continuation(try answer.text(of: record))
    case .generation:
      let answers = try answer.texts(of: record)
      guard !answers.isEmpty else { throw record.problem("needs an answer; got an empty list") }
      return .generation(answers: answers)
    case .choice(let templates):
      var candidates: [String] = []
      for template in templates { candidates += try template.texts(of: record) }
      guard candidates.count > 1 else {
        throw record.problem("needs two choices at least; got \(candidates.count)")
      }
      return .choice(candidates: candidates, answer: try place(record, among: candidates))
    }
  }

  /// The right choice's place: the answer is its text, or its number from 0.
  private func place(
    _ record: TaskRecord,
    among candidates: [String]
  ) throws(EvaluationError) -> Int {
    let text = try answer.text(of: record)
    let isNumber =
      if let name = answer.onlyField, case .number = try record.value(name) { true } else { false }
    if !isNumber, let place = candidates.firstIndex(of: text) { return place }
    guard let place = Int(text), candidates.indices.contains(place) else {
      throw record.problem(
        "the answer needs to be one of the choices or a number from 0 to \(candidates.count - 1); got "
          + text.debugDescription
      )
    }
    return place
  }
}
