import Foundation
@testable import Reports
import Runs
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Reads a page as XML and keeps what the tests ask for.
private final class PageReader: NSObject, XMLParserDelegate {
  var elements: [String] = []
  var attributes: [(element: String, name: String, value: String)] = []
  var text = ""

  func parser(
    _ parser: XMLParser,
    didStartElement elementName: String,
    namespaceURI: String?,
    qualifiedName qName: String?,
    attributes attributeDict: [String: String]
  ) {
    elements.append(elementName)
    attributes += attributeDict.map { (elementName, $0.key, $0.value) }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    text += string
  }
}

/// The page's elements, attributes and text; an issue is recorded if the page is not well-formed XML.
@discardableResult
private func read(_ page: String, sourceLocation: SourceLocation = #_sourceLocation) -> PageReader {
  let reader = PageReader()
  let parser = XMLParser(data: Data(page.utf8))
  parser.delegate = reader
  let isWellFormed = parser.parse()
  #expect(
    isWellFormed,
    "line \(parser.lineNumber): \(String(describing: parser.parserError))",
    sourceLocation: sourceLocation
  )
  return reader
}

@Suite struct PageTests {
  @Test func aPageLoadsNothing() throws {
    let page = Report.comparisonPage(
      of: [try fixtureRun("full"), try fixtureRun("midas")],
      title: "Title"
    )
    let reader = read(page)
    let loading: Set = ["src", "href", "xlink:href", "srcset", "action", "data", "poster"]
    #expect(!reader.attributes.contains { loading.contains($0.name) })
    #expect(
      Set(reader.elements).isDisjoint(with: ["link", "img", "iframe", "object", "embed", "image"])
    )
    // The only addresses are the names of the two languages.
    let addresses = page.components(separatedBy: "://").count - 1
    let names = ["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"]
    #expect(addresses == names.map { page.components(separatedBy: $0).count - 1 }.reduce(0, +))
    #expect(!page.contains("@import") && !page.contains("@font-face"))
  }

  @Test func identifiersAreUniqueAndReferencesLeadSomewhere() throws {
    let reader = read(
      Report.comparisonPage(of: [try fixtureRun("full"), try fixtureRun("midas")], title: "Title")
    )
    let identifiers = reader.attributes.filter { $0.name == "id" }.map(\.value)
    #expect(Set(identifiers).count == identifiers.count)
    for attribute in reader.attributes where attribute.name == "aria-labelledby" {
      #expect(identifiers.contains(attribute.value))
    }
    for attribute in reader.attributes where attribute.name == "clip-path" {
      #expect(identifiers.contains(String(attribute.value.dropFirst(5).dropLast())))
    }
  }

  @Test func everyDrawingAndTableIsDescribed() throws {
    let reader = read(
      Report.comparisonPage(of: [try fixtureRun("full"), try fixtureRun("midas")], title: "Title")
    )
    let drawings = reader.elements.filter { $0 == "svg" }.count
    let described = reader.attributes.filter {
      $0.element == "svg" && ($0.name == "aria-label" || $0.name == "aria-hidden")
    }.count
    #expect(drawings == described)
    let tables = reader.elements.filter { $0 == "table" }.count
    #expect(tables == 2)
    #expect(reader.elements.filter { $0 == "caption" }.count == tables)
  }

  static let hostileTexts = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='alert(1)",
    "</title></style></svg></pre>", "&lt;b&gt; &amp; &#0;", "]]><![CDATA[",
    "a\u{0}b\u{8}\u{1B}[31m",
    "\u{FFFF}\u{FFFE}", "\u{202E}reversed", "", "\\u003c${x}`",
    String(repeating: "long ", count: 200),
    "名前👩‍👩‍👧‍👦é",
  ]

  @Test(arguments: hostileTexts)
  func hostileTextStaysText(text: String) {
    var run = madeUpRun(
      name: text,
      method: text,
      metrics: (1...30).map { measurement(step: $0, loss: 3, validationLoss: 4) },
      stages: [
        PlanRecord.Stage(stage: 0, layers: 1, firstStep: 0, stepCount: 10),
        PlanRecord.Stage(stage: 1, layers: 2, firstStep: 10, stepCount: 90),
      ],
      growths: [PlanRecord.Growth(afterStep: 10, origins: [0, 0], optimizerState: text)],
      lineage: [
        LineageRecord(id: text, parent: nil, stage: 0),
        LineageRecord(id: text, parent: text, stage: 1),
      ],
      outcome: OutcomeRecord(status: .failed, message: text),
      recipe: text
    )
    run.folder = RunFolder(path: text)
    run.record.arguments = [text]
    run.record.machine.processor = text
    run.record.corpus.tokens = text
    run.record.versions.plugin = text
    let harmless = read(
      Report.comparisonPage(of: [madeUpRunLike(run), madeUpRunLike(run)], title: "t")
    )
    let reader = read(Report.comparisonPage(of: [run, run], title: text))
    #expect(reader.elements == harmless.elements)
    #expect(
      reader.attributes.map { "\($0.element) \($0.name)" }.sorted()
        == harmless.attributes.map { "\($0.element) \($0.name)" }.sorted()
    )
  }

  /// The same run with harmless texts; the name is as long as it was, since it takes up room in charts.
  private func madeUpRunLike(_ run: LoadedRun) -> LoadedRun {
    var like = run
    like.record.name = String(repeating: "n", count: run.record.name.count)
    like.record.method = "method"
    like.record.outcome.message = "message"
    like.recipe = "recipe"
    like.folder = RunFolder(path: "folder")
    like.record.arguments = ["argument"]
    like.record.machine.processor = "processor"
    like.record.corpus.tokens = "tokens"
    like.record.versions.plugin = "plugin"
    like.record.lineage = run.record.lineage.map {
      LineageRecord(id: "A", parent: $0.parent == nil ? nil : "A", stage: $0.stage)
    }
    return like
  }

  @Test func theTextOfAHostileNameIsShown() {
    let name = "<b> & \"quoted\""
    #expect(read(Report.page(of: madeUpRun(name: name))).text.contains(name))
  }

  @Test func whatModelsWroteStandsOnThePageTheLastFirst() throws {
    func text(_ step: Int) -> String { "<i>\(step)</i> & \"more\"" }
    let records = (1...3).map { step in
      var record = measurement(step: step, loss: 3, validationLoss: 3)
      if step > 1 { record.samples = [SampleRecord(prompt: "In the", text: text(step))] }
      return record
    }
    let page = read(Report.page(of: madeUpRun(metrics: records))).text
    let (last, first) = (page.ranges(of: text(3)), page.ranges(of: text(2)))
    #expect(last.count == 1 && first.count == 1)
    #expect(try #require(last.first).lowerBound < #require(first.first).lowerBound)
    #expect(page.contains("After step 3") && page.contains("Before"))
    let plain = read(Report.page(of: madeUpRun(metrics: [measurement(step: 1, loss: 3)]))).text
    #expect(!plain.contains("Samples"))
  }

  /// Numbers that no axis has a place for.
  static let strangeLosses: [[Double]] = [
    [], [3], [.nan], [.nan, .nan, .nan], [3, .nan, 2], [.infinity, 3, -.infinity],
    [1e308, 1e-308, -1e308], [.leastNonzeroMagnitude, .leastNormalMagnitude], [0, 0, 0],
    [-1, -2, -3], [1e9, 1e-9], [7, 7, 7, 7],
    [1e308, 1e308], Array(repeating: 3, count: 25) + [-5, 0, .nan],
  ]

  /// Lines that a terminal of 80 columns has room for, without a number that is none.
  private func expectSound(_ summary: String) {
    #expect(summary.contains("run") && summary.hasSuffix("\n"))
    for line in summary.split(separator: "\n") {
      #expect(TerminalText.width(String(line)) <= 80, "\(line)")
      #expect(!line.contains("nan") && !line.contains("inf"), "\(line)")
    }
  }

  @Test(arguments: strangeLosses.indices)
  func strangeLossesGiveAPage(index: Int) {
    let losses = Self.strangeLosses[index]
    let records = losses.enumerated().map {
      measurement(step: $0.offset + 1, loss: $0.element, validationLoss: $0.element)
    }
    let run = madeUpRun(metrics: records)
    let reader = read(Report.page(of: run))
    for attribute in reader.attributes
    where ["x", "y", "x1", "y1", "cx", "cy", "d"].contains(attribute.name) {
      #expect(!attribute.value.contains("nan") && !attribute.value.contains("inf"))
    }
    for attribute in reader.attributes where attribute.name == "data-hover" {
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(attribute.value.utf8))
      }
    }
    expectSound(Report.terminalSummary(of: [run], width: 80, colour: false))
    #expect(throws: Never.self) { try Comparison([run, run]).json() }
  }

  @Test(arguments: [0, 1e-300, 1e300, .infinity, .nan, 1e15])
  func strangeCostsGiveAPage(cost: Double) {
    let records = (1...3).map { measurement(step: $0, loss: 3, flopsPerStep: cost) }
    let run = madeUpRun(metrics: records, expectedSpeedUp: cost)
    read(Report.comparisonPage(of: [run, madeUpRun(metrics: [])], title: "t"))
    expectSound(Report.terminalSummary(of: [run, run], width: 80, colour: false))
    #expect(throws: Never.self) { try Comparison([run, madeUpRun()]).json() }
  }

  @Test func noRunsGiveAPageThatSaysSo() {
    #expect(read(Report.comparisonPage(of: [], title: "None")).text.contains("There are no runs"))
  }

  @Test func runsOfDifferentLengthShareAPage() {
    let short = madeUpRun(
      name: "short",
      metrics: (1...5).map { measurement(step: $0, loss: 4, validationLoss: 4) }
    )
    let long = madeUpRun(
      name: "long",
      metrics: (1...3000).map { measurement(step: $0, loss: 3, validationLoss: 3) }
    )
    let page = Report.comparisonPage(of: [short, long], title: "Lengths")
    #expect(read(page).text.contains("short"))
    // Long runs are thinned out: the page does not grow with them without end.
    #expect(page.utf8.count < 1_500_000)
  }

  @Test func thePageIsAFunctionOfTheRuns() throws {
    let runs = [try fixtureRun("full"), try fixtureRun("midas")]
    #expect(
      Report.comparisonPage(of: runs, title: "t") == Report.comparisonPage(of: runs, title: "t")
    )
  }
}
