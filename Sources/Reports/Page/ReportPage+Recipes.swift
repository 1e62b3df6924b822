import Runs

extension ReportPage {
  /// The resolved recipes, folded away.
  var recipes: Markup? {
    let details = runs.map { run -> Markup in
      """
      <details>
      <summary>Recipe of <span class="run-name">\(run.name)</span></summary>
      <pre>\(run.recipe)</pre>
      </details>
      """
    }
    return """
      <section aria-labelledby="recipes">
      <h2 id="recipes">Recipes</h2>
      \(details)
      </section>
      """
  }

  /// What the numbers do not say.
  var caveats: Markup? {
    let onComparing: Markup = """
      <li><b>Equal steps or equal cost.</b> At equal steps both runs have read the same text and the \
      cheaper one is at a disadvantage; at equal FLOPs or equal time it has read more. The two questions \
      have different answers, so both are shown.</li>
      """
    let general: [Markup] = [
      """
      <li><b>FLOPs are counted, time is measured.</b> The formula counts matrix products; norms, softmax, \
      memory traffic and small matrices take time that it does not see, so the gain in time is usually the \
      smaller one.</li>
      """,
      """
      <li><b>The learning rate decides where a curve ends.</b> On a falling schedule only the end of a \
      run is a finished model; a point on the way is not what a shorter run would have reached.</li>
      """,
    ]
    let own = comparison.notes.map { note -> Markup in "<li>\(note)</li>" }
    return """
      <section aria-labelledby="caveats">
      <h2 id="caveats">Before you conclude</h2>
      <ul class="caveats">
      \(own + (runs.count > 1 ? [onComparing] : []) + general)
      </ul>
      </section>
      """
  }
}
