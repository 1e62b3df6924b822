/// Primitives that differ in a number or a wording, and how they are named.
struct PrimitiveFamily: Sendable {
  /// How the names look, such as `p-hop-N`.
  let pattern: String
  /// What N may be, in words; nothing for a family of one.
  let parameters: String
  /// The names that a list shows.
  let examples: [String]
  /// The primitive of a name; nil for a name of another family.
  let primitive: @Sendable (_ name: String) throws(EvaluationError) -> (any ReasoningPrimitive)?

  /// All families.
  static let all: [PrimitiveFamily] = [
    .single("copying", Copying(words: .random)),
    .single("copying-words", Copying(words: .real)),
    .single("induction", Induction()),
    assignment,
    .single("psm", PreSchoolMaths(answer: .number)),
    .single("psm-calculator", PreSchoolMaths(answer: .expression)),
    .numbered("p-hop", HopInduction.hopCounts, examples: [1, 4], HopInduction.init),
    .numbered("addition", Addition.termCounts, examples: [2, 4], Addition.init),
    .numbered("i-gsm", ModularSums.stepCounts, examples: [1, 4], ModularSums.init),
  ]

  private static func single(_ name: String, _ primitive: some ReasoningPrimitive) -> Self {
    PrimitiveFamily(pattern: name, parameters: "", examples: [name]) {
      $0 == name ? primitive : nil
    }
  }

  private static func numbered(
    _ prefix: String,
    _ range: ClosedRange<Int>,
    examples: [Int],
    _ primitive: @escaping @Sendable (Int) -> some ReasoningPrimitive
  ) -> Self {
    PrimitiveFamily(
      pattern: "\(prefix)-N",
      parameters: "N from \(range.lowerBound) to \(range.upperBound)",
      examples: examples.map { "\(prefix)-\($0)" }
    ) { name throws(EvaluationError) in
      guard let number = wholeNumber(behind: "\(prefix)-", in: name) else { return nil }
      guard range.contains(number) else {
        throw .parameter(
          task: name,
          needs: "a number from \(range.lowerBound) to \(range.upperBound) behind \(prefix)-"
        )
      }
      return primitive(number)
    }
  }

  private static let assignment = PrimitiveFamily(
    pattern: "assignment-N, assignment-N-maths, assignment-N-code",
    parameters: "N from 0 to 4",
    examples: ["assignment-0", "assignment-1-maths", "assignment-2-code"]
  ) { name throws(EvaluationError) in
    let wording = VariableAssignment.Wording.allCases.first { name.hasSuffix("-\($0.rawValue)") }
    let head = wording.map { name.dropLast($0.rawValue.count + 1) } ?? name[...]
    guard wording != .plain, let depth = wholeNumber(behind: "assignment-", in: String(head)) else {
      return nil
    }
    let depths = VariableAssignment.depths
    guard depths.contains(depth) else {
      throw .parameter(
        task: name,
        needs: "a number from \(depths.lowerBound) to \(depths.upperBound) behind assignment-"
      )
    }
    return VariableAssignment(depth: depth, wording: wording ?? .plain)
  }

  private static func wholeNumber(behind prefix: String, in name: String) -> Int? {
    guard name.hasPrefix(prefix) else { return nil }
    let digits = name.dropFirst(prefix.count)
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int(digits)
  }
}
