import Runs

/// What a laboratory found, section by section: each claim next to what was measured.
///
/// A study is plain text and numbers; it becomes a page (``Study/page``) or Markdown (``Study/markdown``).
package struct Study: Hashable, Sendable {
  /// A claim, what came out, and the evidence.
  package struct Section: Hashable, Sendable {
    package var title: String
    /// What theory says, with its source.
    package var claim: String
    /// What was measured, a sentence each.
    package var findings: [String]
    package var figures: [Figure]
    package var tables: [Table]
    package var checks: [Check]

    package init(
      title: String,
      claim: String,
      findings: [String],
      figures: [Figure] = [],
      tables: [Table] = [],
      checks: [Check] = []
    ) {
      self.title = title
      self.claim = claim
      self.findings = findings
      self.figures = figures
      self.tables = tables
      self.checks = checks
    }
  }

  /// Rows of text under heads.
  package struct Table: Hashable, Sendable {
    package var caption: String
    package var heads: [String]
    package var rows: [[String]]

    package init(caption: String, heads: [String], rows: [[String]]) {
      self.caption = caption
      self.heads = heads
      self.rows = rows
    }
  }

  /// Something that had to come out.
  package struct Check: Hashable, Sendable {
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
  package struct Fact: Hashable, Sendable {
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
    let count = checks.count { $0.holds }
    if checks.isEmpty { return "Nothing was checked." }
    return count == checks.count
      ? "All \(count) checks hold." : "\(checks.count - count) of \(checks.count) checks fail."
  }
}
