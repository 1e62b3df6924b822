import Foundation
import Testing

@testable import Reports

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct StudyTests {
  static let figure = Figure(
    title: "Risk <against> OPT",
    summary: "A & B",
    horizontal: Figure.Axis("OPT", isLogarithmic: true),
    vertical: Figure.Axis("R01", isLogarithmic: true),
    curves: [
      Figure.Curve(
        name: "logistic",
        style: 1,
        line: [Figure.Place(x: 1e-7, y: 1e-4), Figure.Place(x: 0.04, y: 0.1)],
        marks: [
          Figure.Place(x: 0.01, y: 0.04, low: 0.03, high: 0.05),
          Figure.Place(x: 0.02, y: 0.07, low: -0.01, high: 0.1), Figure.Place(x: 0.03, y: -1),
        ]
      ),
      Figure.Curve(name: "nothing", style: 7),
    ],
    levels: [Figure.Level(name: "limit", y: 0.01)]
  )

  static func study(holds: Bool) -> Study {
    Study(
      title: "A study",
      lead: "Of <something>.",
      sections: [
        Study.Section(
          title: "First",
          claim: "x < y",
          findings: ["a | b"],
          figures: [figure],
          tables: [Study.Table(caption: "Numbers", heads: ["n", "v"], rows: [["1", "a|b"]])],
          checks: [
            Study.Check(name: "slope", expected: "1", measured: "2", holds: holds),
            Study.Check(name: "other", expected: "1", measured: "1", holds: true),
          ]
        )
      ],
      facts: [Study.Fact("Machine", "this & that")]
    )
  }

  @Test(arguments: [true, false]) func pagesAreWellFormedAndLoadNothing(holds: Bool) {
    let page = Self.study(holds: holds).page
    #expect(XMLParser(data: Data(page.utf8)).parse())
    #expect(!page.contains("src=") && !page.contains("href"))
    #expect(page.contains("x &lt; y") && page.contains("this &amp; that"))
    #expect(
      page.contains(
        "<p class=\"verdict\">\(holds ? "All 2 checks hold." : "1 of 2 checks fail.")</p>"
      )
    )
    #expect(page.contains("FAILS") == !holds)
  }

  /// A mark for each number that the axes have room for, with its interval and words.
  @Test func figuresDrawWhatTheyCan() {
    let svg = Self.figure.svg(id: "f", width: 500, height: 360).source
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    #expect(svg.components(separatedBy: "<title>").count - 1 == 2)
    #expect(svg.components(separatedBy: "class=\"interval\"").count - 1 == 2)
    #expect(svg.contains("<title>logistic at 0.01: 0.04 (0.03 to 0.05)</title>"))
    #expect(svg.contains("class=\"level\""))
    // The name of a curve without points has no place.
    #expect(svg.contains(">logistic<") && !svg.contains(">nothing<"))
    #expect(!svg.contains("nan") && !svg.contains("inf\""))
  }

  /// On a logarithmic axis equal ratios are equally far apart.
  @Test func placesFollowTheScale() throws {
    var figure = Self.figure
    figure.levels = []
    figure.curves = [
      Figure.Curve(name: "a", style: 0, line: [1, 10, 100].map { Figure.Place(x: $0, y: $0) })
    ]
    let svg = figure.svg(id: "f", width: 500, height: 360).source
    let match = try #require(
      svg.firstMatch(of: /d="M([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)"/)
    )
    let numbers = try [match.1, match.2, match.3, match.4, match.5, match.6].map {
      try #require(Double($0))
    }
    #expect(abs(numbers[0] + numbers[4] - 2 * numbers[2]) < 0.05)
    #expect(abs(numbers[1] + numbers[5] - 2 * numbers[3]) < 0.05)
    #expect(numbers[0] < numbers[4] && numbers[1] > numbers[5])
  }

  @Test func figuresWithoutNumbersAreDrawn() {
    var figure = Self.figure
    figure.curves = []
    figure.levels = []
    let svg = figure.svg(id: "f", width: 500, height: 360).source
    #expect(XMLParser(data: Data(svg.utf8)).parse())
  }

  @Test func markdownHasTheSameWords() {
    let text = Self.study(holds: false).markdown
    #expect(text.contains("# A study\n\nOf <something>.\n\n**1 of 2 checks fail.**"))
    #expect(text.contains("| n | v |\n|---|---|\n| 1 | a\\|b |\n"))
    #expect(text.contains("| slope | 1 | 2 | **FAILS** |"))
    #expect(text.hasSuffix("- Machine: this & that\n"))
  }
}
