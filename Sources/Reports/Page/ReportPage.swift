import Foundation
import Runs

/// The page about runs, put together from its sections.
struct ReportPage {
  let runs: [LoadedRun]
  let title: String
  let comparison: Comparison

  init(runs: [LoadedRun], title: String?) {
    self.runs = LoadedRun.toldApart(runs)
    comparison = Comparison(runs)
    self.title = title ?? comparison.runs.map(\.name).joined(separator: ", ")
  }

  /// The whole document.
  var markup: Markup {
    PageFrame(
      title: title,
      lead: lead,
      sections: sections,
      footer: footer,
      script: PageScript.element
    ).markup
  }

  private var sections: [Markup] {
    guard !runs.isEmpty else { return ["<section><p>There are no runs to show.</p></section>"] }
    return [
      findings, charts, results, samples, lineages, provenance, recipes, caveats,
    ].compactMap(\.self)
  }

  /// What the runs have in common, in one line.
  private var lead: String {
    guard let first = runs.first else { return "" }
    func common<Value: Hashable>(_ value: (RunRecord) -> Value) -> Value? {
      Set(runs.map { value($0.record) }).count == 1 ? value(first.record) : nil
    }
    var parts: [String] = []
    if runs.count > 1 { parts.append("\(runs.count) runs") }
    if let layers = common(\.model.layers) { parts.append("\(layers) layers") }
    if let count = common(\.model.parameterCount) {
      parts.append("\(NumberText.amount(Double(count))) parameters")
    }
    if let steps = common(\.plan.totalSteps) { parts.append("\(NumberText.count(steps)) steps") }
    if let processor = common(\.machine.processor), let cores = common(\.machine.coreCount) {
      parts.append("\(processor), \(cores == 1 ? "1 core" : "\(cores) cores")")
    }
    return parts.joined(separator: " · ")
  }

  private var footer: String {
    let versions = Set(runs.map(\.record.versions.espalier)).sorted().joined(separator: ", ")
    let start = runs.map(\.record.startedAt).min().map { ReportPage.day($0) } ?? ""
    return runs.isEmpty ? "Espalier" : "Espalier \(versions) · first run started \(start)"
  }

  /// A date as a reader says it, in universal time.
  static func day(_ date: Date) -> String {
    date.formatted(
      Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day().dateSeparator(.dash)
    )
  }

  /// A date with its time, in universal time.
  static func moment(_ date: Date) -> String {
    let style = Date.ISO8601FormatStyle(timeZone: .gmt)
    return "\(day(date)) \(date.formatted(style.time(includingFractionalSeconds: false))) UTC"
  }
}
