/// What losses depend on besides the model and its training: what they are measured on, and how.
///
/// Recipes that differ in it have losses that do not compare, however alike they look. Token files and the kind of
/// objective decide too; they are in records of all versions.
package enum LossConditions {
  /// A field of recipes that decides what a loss means.
  private struct Condition {
    let field: String
    /// The objective for which it does; nil for all.
    var objective: String?
    var consequence = "their losses do not compare"
  }

  private static let conditions = [
    Condition(field: "model.contextLength"),
    Condition(field: "corpus.separateDocuments"),
    Condition(field: "training.objective.shares.causal", objective: "mixture"),
    Condition(field: "training.objective.shares.prefix", objective: "mixture"),
    Condition(field: "training.objective.shares.spanCorruption", objective: "mixture"),
    Condition(field: "training.objective.spanCorruption.rate", objective: "mixture"),
    Condition(field: "training.objective.spanCorruption.meanLength", objective: "mixture"),
    Condition(field: "training.objective.masking.rate", objective: "masked"),
    Condition(
      field: "evaluation.sequences",
      consequence: "their validation losses do not compare"
    ),
    Condition(
      field: "logging.every",
      consequence: "their final training losses are means over different numbers of steps"
    ),
  ]

  /// What decides besides, as far as recipes know.
  private static let conditionsInRecords = [
    Condition(field: "training.objective.kind"),
    Condition(
      field: "corpus.tokens",
      consequence: "their losses compare only if these files hold the same"
    ),
  ]

  /// In what recipes differ that makes losses not compare, where there are no records to look into.
  ///
  /// - Parameter recipes: The values of each recipe's fields.
  /// - Returns: Sentences, as ``notes(on:)`` gives them.
  package static func notes(onRecipesAlone recipes: [[String: String]]) -> [String] {
    notes(on: recipes, conditionsInRecords + conditions)
  }

  /// In what recipes differ that makes losses not compare, one sentence a field.
  ///
  /// - Parameter recipes: The values of each recipe's fields; what is not known is passed over.
  /// - Returns: Sentences; none for recipes that are alike in this.
  package static func notes(on recipes: [[String: String]]) -> [String] {
    notes(on: recipes, conditions)
  }

  private static func notes(
    on recipes: [[String: String]],
    _ conditions: [Condition]
  ) -> [String] {
    conditions.compactMap { condition in
      var values: [String] = []
      for recipe in recipes {
        if let objective = condition.objective, recipe["training.objective.kind"] != objective {
          continue
        }
        guard let value = recipe[condition.field], !values.contains(value) else { continue }
        values.append(value)
      }
      return values.count < 2
        ? nil
        : "The runs differ in \(condition.field) (\(values.joined(separator: ", "))); "
          + "\(condition.consequence)."
    }
  }
}
