import Runs

extension ReportPage {
  /// What models wrote while they were trained: what each wrote last, and before that folded away.
  var samples: Markup? {
    let told = runs.compactMap { run -> Markup? in
      let measured = run.metrics.records.filter { $0.samples?.isEmpty == false }
      guard let last = measured.last else { return nil }
      let earlier = measured.dropLast().reversed().map(texts)
      let before: Markup = earlier.isEmpty ? "" : folded(earlier)
      return """
        <h3><span class="run-name">\(run.name)</span></h3>
        \(texts(of: last))
        \(before)
        """
    }
    guard !told.isEmpty else { return nil }
    return """
      <section aria-labelledby="samples">
      <h2 id="samples">Samples</h2>
      <p class="note">What the models wrote behind the beginnings of held-out documents, printed bold, when they were \
      measured.</p>
      \(told)
      </section>
      """
  }

  private func folded(_ earlier: [Markup]) -> Markup {
    """
    <details>
    <summary>Before</summary>
    \(earlier)
    </details>
    """
  }

  private func texts(of record: MetricsRecord) -> Markup {
    let texts = (record.samples ?? []).map { sample -> Markup in
      "<p><b>\(sample.prompt)</b>\(sample.text)</p>"
    }
    return """
      <p class="note">After step \(NumberText.count(record.step)):</p>
      \(texts)
      """
  }
}
