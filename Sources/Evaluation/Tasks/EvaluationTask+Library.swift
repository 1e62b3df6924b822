import Recipes

extension EvaluationTask {
  /// What tasks there are without a file.
  public struct Family: Hashable, Sendable, Codable {
    /// How their names look, such as `p-hop-N`.
    public var pattern: String
    /// What N may be; empty for a family of one.
    public var parameters: String
    /// Some names.
    public var examples: [String]
    /// What the first of them is about.
    public var summary: String
    /// The share of right answers of somebody who guesses.
    public var chance: Double
  }

  /// The families of tasks that are made from a seed.
  public static var families: [Family] {
    PrimitiveFamily.all.compactMap { family in
      guard let primitive = try? family.primitive(family.examples[0]) else { return nil }
      return Family(
        pattern: family.pattern,
        parameters: family.parameters,
        examples: family.examples,
        summary: primitive.summary,
        chance: primitive.chance
      )
    }
  }

  /// Finds a task.
  ///
  /// - Parameter name: The name of a primitive, such as `assignment-1`, or the path of a YAML file.
  /// - Returns: The task.
  /// - Throws: ``EvaluationError``, or `FileError`.
  public static func named(_ name: String) throws -> EvaluationTask {
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return try TaskFile(path: name).task() }
    for family in PrimitiveFamily.all {
      guard let primitive = try family.primitive(name) else { continue }
      return EvaluationTask(name: name, primitive)
    }
    let names = PrimitiveFamily.all.flatMap(\.examples)
    throw EvaluationError.unknownTask(name: name, suggestion: nearest(to: name, among: names))
  }

  private init(name: String, _ primitive: some ReasoningPrimitive) {
    self.init(
      name: name,
      version: 1,
      summary: primitive.summary,
      format: TaskFormat(),
      metric: .accuracy,
      shotCount: 5,
      chance: primitive.chance,
      usesMutualInformation: false,
      source: PrimitiveItems(name: name, primitive: primitive)
    )
  }
}
