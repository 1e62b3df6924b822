/// What was found out, section by section: where there is a claim, next to what was measured.
///
/// A study is plain text and numbers; it becomes a page (``Study/page``) or Markdown (``Study/markdown``).
package struct Study: Sendable, Encodable {
  /// A claim, what came out, and the evidence.
  package struct Section: Sendable, Encodable {
    package var title: String
    /// What a teacher asks and points at.
    package var lesson: Lesson?
    /// What theory says, with its source; nil where nothing is claimed.
    package var claim: String?
    /// What was measured, a sentence each.
    package var findings: [String]
    package var figures: [Figure]
    /// Figures whose settings the reader chooses.
    package var sliderFigures: [SliderFigure]
    /// Figures over the steps after growing, with what there is to say about reading them.
    package var charts: [LagChart]
    /// Tables of numbers as coloured cells, in rows of those that are to be compared.
    package var heatMaps: [[HeatMap]]
    package var legend: String?
    package var tables: [Table]
    package var checks: [Check]
    /// How to make the section's numbers again.
    package var origin: Origin?

    package init(
      title: String,
      lesson: Lesson? = nil,
      claim: String? = nil,
      findings: [String] = [],
      figures: [Figure] = [],
      sliderFigures: [SliderFigure] = [],
      charts: [LagChart] = [],
      heatMaps: [[HeatMap]] = [],
      legend: String? = nil,
      tables: [Table] = [],
      checks: [Check] = [],
      origin: Origin? = nil
    ) {
      self.title = title
      self.lesson = lesson
      self.claim = claim
      self.findings = findings
      self.figures = figures
      self.sliderFigures = sliderFigures
      self.charts = charts
      self.heatMaps = heatMaps
      self.legend = legend
      self.tables = tables
      self.checks = checks
      self.origin = origin
    }

    /// Charts over the steps after growing, and heat maps, are drawings only.
    private enum CodingKeys: String, CodingKey {
      case title, lesson, claim, findings, figures, sliderFigures, tables, checks, origin
    }
  }

  /// Rows of text under heads.
  package struct Table: Hashable, Sendable, Encodable {
    package var caption: String
    package var heads: [String]
    package var rows: [[String]]
    /// The columns that are set to the right in text; on a page all but the first are.
    package var numbers: Range<Int>

    package init(caption: String, heads: [String], rows: [[String]], numbers: Range<Int> = 0..<0) {
      self.caption = caption
      self.heads = heads
      self.rows = rows
      self.numbers = numbers
    }

    private enum CodingKeys: String, CodingKey {
      case caption, heads, rows
    }

    /// The rows under their heads.
    var text: TextTable { TextTable(rows: [heads] + rows, numbers: numbers) }
  }

  /// Something that had to come out.
  package struct Check: Hashable, Sendable, Encodable {
    package var name: String
    package var expected: String
    package var measured: String
    package var holds: Bool

    package init(name: String, expected: String, measured: String, holds: Bool) {
      self.name = name
      self.expected = expected
      self.measured = measured
      self.holds = holds
    }
  }

  /// A line about how the numbers came to be.
  package struct Fact: Hashable, Sendable, Encodable {
    package var label: String
    package var value: String

    package init(_ label: String, _ value: String) {
      self.label = label
      self.value = value
    }
  }

  package var title: String
  /// What it is about, in a sentence or two.
  package var lead: String
  package var sections: [Section]
  package var facts: [Fact]

  package init(title: String, lead: String, sections: [Section], facts: [Fact]) {
    self.title = title
    self.lead = lead
    self.sections = sections
    self.facts = facts
  }

  /// All checks.
  var checks: [Check] { sections.flatMap(\.checks) }

  /// How many checks hold, in words.
  var verdict: String {
    let failing = checks.count { !$0.holds }
    return switch (failing, checks.count) {
    case (0, 1): "The check holds."
    case (0, let count): "All \(count) checks hold."
    case (1, 1): "The check fails."
    case (let failing, let count): "\(failing) of \(count) checks fail."
    }
  }
}
