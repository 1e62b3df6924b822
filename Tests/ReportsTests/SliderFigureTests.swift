import Foundation
import Testing

@testable import Reports

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct SliderFigureTests {
  static let figure = SliderFigure(
    Figure(
      title: "Error <of> two",
      summary: "Error against n.",
      horizontal: Figure.Axis("n", isLogarithmic: true),
      vertical: Figure.Axis("error"),
      curves: [Figure.Curve(name: "bound", style: 0, line: [Figure.Place(x: 1, y: 0.5)])]
    ),
    over: [
      SliderFigure.Slider("k", [2, 4, 8], startingAt: 4), SliderFigure.Slider("d", [16, 0.5]),
    ]
  ) { settings in
    SliderFigure.Cell(
      curves: [
        Figure.Curve(
          name: "net",
          style: 1,
          marks: [Figure.Place(x: settings[0], y: settings[1], low: 0.25, high: 20)]
        )
      ],
      reading: "k·d is \(NumberText.setting(settings[0] * settings[1]))."
    )
  }

  private static func study(_ figures: [SliderFigure]) -> Study {
    Study(
      title: "Study",
      lead: "Lead",
      sections: [
        Study.Section(
          title: "First",
          lesson: Study.Lesson(question: "More & more?", answer: "No < yes.", see: "The line."),
          claim: "Something.",
          sliderFigures: figures,
          origin: Study.Origin(command: "espalier lab x", seeds: [3, 4, 5])
        )
      ],
      facts: []
    )
  }

  /// The last slider runs fastest, and a value that is none begins at the first one.
  @Test func cellsAreInTheOrderOfTheSliders() {
    let figure = Self.figure
    let settings: [[Double]] = [[2, 16], [2, 0.5], [4, 16], [4, 0.5], [8, 16], [8, 0.5]]
    #expect(figure.settings == settings)
    #expect(figure.cells.map(\.reading).first == "k·d is 32.")
    #expect(figure.start == 2 && figure.heading(of: figure.settings[3]) == "k = 4, d = 0.5")
    #expect(SliderFigure.Slider("k", [2, 4], startingAt: 3).start == 0)
  }

  /// Every cell is in the page, and without a script it shows the one at which the sliders begin.
  @Test func aPageHoldsEveryCellAndShowsOne() throws {
    let page = try Page(Self.study([Self.figure]).page)
    for part in ["figure//svg//*", "div[@class='readings']/p"] {
      let cells = try page.elements("//\(part)", "@data-cell")
      let shown = cells.filter { $0.attribute(forName: "hidden") == nil }
      let numbers = cells.compactMap { $0.attribute(forName: "data-cell")?.stringValue }
      #expect(Set(numbers) == Set((0..<6).map(String.init)))
      let shownNumbers = shown.compactMap { $0.attribute(forName: "data-cell")?.stringValue }
      #expect(Set(shownNumbers) == ["2"])
    }
    #expect(
      try page.elements("//p", "@data-cell").map(\.stringValue) == [
        "k = 2, d = 16. k·d is 32.", "k = 2, d = 0.5. k·d is 1.", "k = 4, d = 16. k·d is 64.",
        "k = 4, d = 0.5. k·d is 2.", "k = 8, d = 16. k·d is 128.", "k = 8, d = 0.5. k·d is 4.",
      ]
    )
    let notes = try page.elements("//g/title").map(\.stringValue)
    #expect(
      notes
        == Self.figure.settings.map { values in
          "net at \(NumberText.setting(values[0])): \(NumberText.setting(values[1])) (0.25 to 20)"
        }
    )
  }

  /// A slider is a labelled range that says its value in words; the script needs nothing else.
  @Test func slidersAreLabelled() throws {
    let page = try Page(Self.study([Self.figure, Self.figure]).page)
    let inputs = try page.elements("//input", "@type='range'")
    let names = inputs.compactMap { $0.attribute(forName: "id")?.stringValue }
    #expect(Set(names).count == 4)
    for name in names {
      #expect(try page.elements("//label", "@for='\(name)'").count == 1)
      #expect(try page.elements("//output", "@for='\(name)'").count == 1)
    }
    func values(_ attribute: String) -> [String] {
      inputs.prefix(2).compactMap { $0.attribute(forName: attribute)?.stringValue }
    }
    #expect(values("data-values") == ["2 4 8", "16 0.5"] && values("max") == ["2", "1"])
    #expect(values("value") == ["1", "0"] && values("aria-valuetext") == ["4", "16"])
    #expect(try page.elements("//div", "@class='sliders' and @hidden").count == 2)
    #expect(try page.elements("//script").count == 1)
  }

  @Test func aPageWithoutSlidersHasNoScript() throws {
    #expect(try Page(Self.study([]).page).elements("//script").isEmpty)
  }

  /// The answer is in the page, behind a fold that is closed.
  @Test func aPredictionComesFirstAndHidesItsAnswer() throws {
    let study = Self.study([])
    let page = try Page(study.page)
    let fold = try #require(try page.elements("//details").first)
    #expect(fold.attribute(forName: "open") == nil)
    #expect(
      try page.elements("//details/summary").map(\.stringValue) == ["Predict first. More & more?"]
    )
    #expect(try page.elements("//details/p").map(\.stringValue) == ["No < yes."])
    let notes = try page.elements("//p", "contains(@class, 'note')").map(\.stringValue)
    #expect(notes == ["What to see. The line.", "Made by espalier lab x with seeds 3 to 5."])
    let text = study.markdown
    #expect(text.contains("## First\n\n**Predict first.** More & more?\n\n<details>"))
    #expect(text.contains("\n*What to see.* The line.\n"))
    #expect(text.hasSuffix("\nMade by `espalier lab x` with seeds 3 to 5.\n"))
  }

  @Test(
    arguments: [
      ([], "no seeds, since nothing in it is random"), ([7], "seed 7"), ([1, 2], "seeds 1, 2"),
      ([1, 2, 4], "seeds 1, 2, 4"),
      ([.max - 1, .max, 0], "seeds \(UInt64.max - 1), \(UInt64.max), 0"),
      ([0, 1, 2, 3], "seeds 0 to 3"),
    ] as [([UInt64], String)]
  )
  func seedsAreSaidShortly(seeds: [UInt64], text: String) {
    #expect(Study.Origin(command: nil, seeds: seeds).seedText == text)
  }

  /// The JSON has what is drawn, cell by cell, and numbers that are none as texts.
  @Test func theStudyAsJSONHasEveryCell() throws {
    var study = Self.study([Self.figure])
    study.sections[0].figures = [
      Figure(
        title: "f",
        summary: "s",
        horizontal: Figure.Axis("x"),
        vertical: Figure.Axis("y"),
        curves: [Figure.Curve(name: "c", style: 8, line: [Figure.Place(x: 1, y: .nan)])]
      )
    ]
    let json = try study.json()
    #expect(json.contains("\"y\" : \"NaN\"") && json.contains("\"style\" : 2"))
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    )
    let section = try #require((object["sections"] as? [[String: Any]])?.first)
    let slider = try #require((section["sliderFigures"] as? [[String: Any]])?.first)
    let cells = try #require(slider["cells"] as? [[String: Any]])
    #expect(cells.map { $0["reading"] as? String } == Self.figure.cells.map(\.reading))
    #expect((section["lesson"] as? [String: String])?["see"] == "The line.")
    #expect((section["origin"] as? [String: Any])?["command"] as? String == "espalier lab x")
  }
}

/// A page's elements, found by paths without namespaces.
struct Page {
  private let document: XMLDocument

  init(_ text: String) throws {
    document = try XMLDocument(
      xmlString: text.replacing(" xmlns=\"http://www.w3.org/1999/xhtml\"", with: "")
    )
  }

  /// The elements on a path that meet a condition.
  func elements(_ path: String, _ condition: String? = nil) throws -> [XMLElement] {
    try document.nodes(forXPath: path + (condition.map { "[\($0)]" } ?? ""))
      .compactMap { $0 as? XMLElement }
  }
}
