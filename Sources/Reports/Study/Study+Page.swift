extension Study {
  /// A self-contained page: claims, findings, figures, tables and checks; well-formed XML as well as HTML.
  package var page: String {
    PageFrame(
      title: title,
      lead: lead,
      sections: (checks.isEmpty ? [] : [overview])
        + sections.enumerated().map { section($1, number: $0 + 1) }
        + (facts.isEmpty ? [] : [origin]),
      footer: "Espalier",
      style: PageStyle.study,
      script: sections.contains { !$0.sliderFigures.isEmpty } ? SliderScript.element : ""
    ).markup.source
  }

  private var overview: Markup {
    let failing = checks.filter { !$0.holds }
    return """
      <section aria-label="Verdict">
      <p class="verdict">\(verdict)</p>
      \(list(failing.map { "\($0.name): \($0.measured), expected \($0.expected)" }))
      </section>
      """
  }

  private func section(_ section: Section, number: Int) -> Markup {
    let (claim, findings) = words(section)
    return """
      <section aria-labelledby="section-\(number)">
      <h2 id="section-\(number)">\(section.title)</h2>
      \(section.lesson.map(\.questionMarkup) ?? "")
      \(claim)
      \(section.lesson.map(\.seeMarkup) ?? "")
      \(figures(section, number: number))
      \(section.sliderFigures.enumerated().map { $1.block(id: "explorer-\(number)-\($0)") })
      \(heatMaps(section))
      \(section.tables.map { table($0) })
      \(findings)
      \(checkList(section.checks))
      \(section.origin.map(\.markup) ?? "")
      </section>
      """
  }

  /// The findings: next to the claim before the evidence, or without one as a list behind it.
  private func words(_ section: Section) -> (before: Markup, behind: Markup) {
    guard let claim = section.claim else {
      return ("", list(section.findings))
    }
    let before: Markup = """
      <div class="beside">
      <div><h3>What the theory says</h3><p>\(claim)</p></div>
      <div><h3>What was measured</h3>\(section.findings.map { "<p>\($0)</p>" })</div>
      </div>
      """
    return (before, "")
  }

  private func list(_ lines: [String]) -> Markup {
    lines.isEmpty ? "" : "<ul class=\"caveats\">\n\(lines.map { "<li>\($0)</li>" })\n</ul>"
  }

  private func figures(_ section: Section, number: Int) -> Markup {
    guard !section.figures.isEmpty || !section.charts.isEmpty else { return "" }
    let isPair = section.figures.count + section.charts.count > 1
    let (width, height): (Double, Double) = isPair ? (486, 360) : (900, 400)
    let drawings =
      section.figures.enumerated().map { index, figure in
        (figure.title, figure.svg(id: "figure-\(number)-\(index)", width: width, height: height))
      } + section.charts.map { ($0.title, $0.svg(width: width, height: height)) }
    let figures = drawings.map { title, svg -> Markup in
      """
      <figure>
      <figcaption>\(title)</figcaption>
      \(svg)
      </figure>
      """
    }
    return """
      \(section.legend.map { ["<p class=\"note\">\($0)</p>"] } ?? [])
      <div class="\(isPair ? "pair" : "single")">
      \(figures)
      </div>
      """
  }

  private func heatMaps(_ section: Section) -> Markup {
    "\(section.heatMaps.map(heatMaps))"
  }

  private func heatMaps(_ row: [HeatMap]) -> Markup {
    let figures = row.map { map -> Markup in
      """
      <figure>
      <figcaption>\(map.title)</figcaption>
      \(map.svg(width: 320))
      </figure>
      """
    }
    return "<div class=\"maps\">\n\(figures)\n</div>"
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
    let count = checks.count == 1 ? "1 check" : "\(checks.count) checks"
    let head = failing == 0 ? "\(count), none fails" : "\(count), \(failing) failing"
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
