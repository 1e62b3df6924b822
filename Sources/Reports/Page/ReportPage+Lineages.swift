import Runs

extension ReportPage {
  /// How the layers of the growing runs descend; runs that grow alike share a drawing.
  var lineages: Markup? {
    var drawings: [(drawing: LineageDrawing, notes: [String], runs: [RunRecord])] = []
    for run in runs {
      guard let drawing = LineageDrawing(run.record) else { continue }
      let notes = run.record.plan.decorationNotes
      if let index = drawings.firstIndex(where: { $0.drawing == drawing && $0.notes == notes }) {
        drawings[index].runs.append(run.record)
      } else {
        drawings.append((drawing, notes, [run.record]))
      }
    }
    guard !drawings.isEmpty else { return nil }
    let figures = drawings.map { drawing, notes, runs -> Markup in
      let names = runs.map(\.name).joined(separator: ", ")
      let methods = Set(runs.map(\.method)).sorted().joined(separator: ", ")
      return """
        <figure>
        <figcaption><span class="run-name">\(names)</span> <small>\(methods)</small></figcaption>
        <div class="scroll" role="region" aria-label="Lineage of \(names)" tabindex="0">
        \(drawing.svg(width: 1000))
        </div>\(notes.map { "\n<p class=\"note\">\($0)</p>" }, separator: "")
        </figure>
        """
    }
    return """
      <section aria-labelledby="lineage">
      <h2 id="lineage">How the layers grew</h2>
      <p class="note">Each column is a stage, each box a layer, the input at the top. Strong boxes are \
      old layers, pale ones young. Coloured lines lead from a layer to its copies, grey lines to itself; \
      a dashed box is a layer that began afresh.</p>
      \(figures)
      </section>
      """
  }
}
