import Runs

extension ReportPage {
  /// The table of results.
  var results: Markup? {
    let table = ResultsTable(comparison)
    let heads = table.names.enumerated().map { index, name -> Markup in
      """
      <th scope="col">\(runs.count > 1 ? swatch(style: index % ChartMark.styleCount) : "")\
      <span class="run-name">\(name)</span></th>
      """
    }
    let bodies = table.groups.map { group -> Markup in
      let rows = group.rows.map { row -> Markup in
        "<tr><th scope=\"row\">\(row.label)</th>\(row.cells.map { "<td>\($0)</td>" }, separator: "")</tr>"
      }
      return """
        <tbody>
        <tr class="group"><th scope="rowgroup" colspan="\(table.names.count + 1)">\(group.title)</th></tr>
        \(rows)
        </tbody>
        """
    }
    return """
      <section aria-labelledby="results">
      <h2 id="results">Results</h2>
      <div class="scroll" role="region" aria-labelledby="results" tabindex="0">
      <table class="results">
      <caption>\(caption)</caption>
      <thead><tr><td></td>\(heads, separator: "")</tr></thead>
      \(bodies)
      </table>
      </div>
      </section>
      """
  }

  private var caption: String {
    let losses = "A final training loss is the mean of the last records, at most ten."
    guard runs.count > 1 else { return losses }
    return "\(losses) Speed-ups are the baseline's cost divided by the run's; "
      + "differences are the run's loss less the baseline's, so below zero the run is better."
  }
}
