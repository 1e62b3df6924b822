extension Study {
  /// A self-contained page: claims, findings, figures, tables and checks; well-formed XML as well as HTML.
  package var page: String {
    PageFrame(
      title: title,
      lead: lead,
      sections: [overview] + sections.enumerated().map { section($1, number: $0 + 1) } + [origin],
      footer: "Espalier",
      style: PageStyle.study
    ).markup.source
  }

  private var overview: Markup {
    let failing = checks.filter { !$0.holds }
    let list: Markup =
      failing.isEmpty
      ? ""
      : "<ul class=\"caveats\">\n\(failing.map { "<li>\($0.name): \($0.measured), expected \($0.expected)</li>" })\n</ul>"
    return """
      <section aria-label="Verdict">
      <p class="verdict">\(verdict)</p>
      \(list)
      </section>
      """
  }

  private func section(_ section: Section, number: Int) -> Markup {
    let isPair = section.figures.count > 1
    let figures = section.figures.enumerated().map { index, figure -> Markup in
      let svg = figure.svg(
        id: "figure-\(number)-\(index)",
        width: isPair ? 486 : 900,
        height: isPair ? 360 : 400
      )
      return """
        <figure>
        <figcaption>\(figure.title)</figcaption>
        \(svg)
        </figure>
        """
    }
    return """
      <section aria-labelledby="section-\(number)">
      <h2 id="section-\(number)">\(section.title)</h2>
      <div class="beside">
      <div><h3>What the theory says</h3><p>\(section.claim)</p></div>
      <div><h3>What was measured</h3>\(section.findings.map { "<p>\($0)</p>" })</div>
      </div>
      <div class="\(isPair ? "pair" : "single")">
      \(figures)
      </div>
      \(section.tables.map { table($0) })
      \(checkList(section.checks))
      </section>
      """
  }

  private func table(_ table: Table) -> Markup {
    let heads = table.heads.map { "<th scope=\"col\">\($0)</th>" as Markup }
    let rows = table.rows.map { row -> Markup in
      let cells = row.dropFirst().map { "<td>\($0)</td>" as Markup }
      return "<tr><th scope=\"row\">\(row.first ?? "")</th>\(cells, separator: "")</tr>"
    }
    return """
      <div class="scroll" role="region" aria-label="\(table.caption)" tabindex="0">
      <table class="results">
      <caption>\(table.caption)</caption>
      <thead><tr>\(heads, separator: "")</tr></thead>
      <tbody>
      \(rows)
      </tbody>
      </table>
      </div>
      """
  }

  private func checkList(_ checks: [Check]) -> Markup {
    guard !checks.isEmpty else { return "" }
    let rows = checks.map { check -> Markup in
      """
      <tr class="\(check.holds ? "holds" : "fails")"><th scope="row">\(check.name)</th>\
      <td>\(check.expected)</td><td>\(check.measured)</td>\
      <td>\(check.holds ? "holds" : "FAILS")</td></tr>
      """
    }
    let failing = checks.count { !$0.holds }
    let head =
      failing == 0 ? "\(checks.count) checks, all hold" : "\(checks.count) checks, \(failing) fail"
    return """
      <details>
      <summary>\(head)</summary>
      <div class="scroll" role="region" aria-label="Checks" tabindex="0">
      <table class="checks">
      <thead><tr><th scope="col">check</th><th scope="col">expected</th>\
      <th scope="col">measured</th><th scope="col"></th></tr></thead>
      <tbody>
      \(rows)
      </tbody>
      </table>
      </div>
      </details>
      """
  }

  private var origin: Markup {
    let rows = facts.map {
      "<tr><th scope=\"row\">\($0.label)</th><td>\($0.value)</td></tr>" as Markup
    }
    return """
      <section aria-labelledby="origin">
      <h2 id="origin">How it was made</h2>
      <div class="scroll" role="region" aria-labelledby="origin" tabindex="0">
      <table class="facts">
      <tbody>
      \(rows)
      </tbody>
      </table>
      </div>
      </section>
      """
  }
}
