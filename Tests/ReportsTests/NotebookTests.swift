import Foundation
import Testing

@testable import Reports

@Suite struct NotebookTests {
  private static let notebook: Notebook = {
    var study = StudyTests.study(holds: true)
    study.sections[0].sliderFigures = [SliderFigureTests.figure]
    study.sections[0].lesson = Study.Lesson(question: "Q?", answer: "A \"b\".", see: "S.")
    study.sections.append(Study.Section(title: "Second, \"of\" \\ two"))
    return study.notebook(
      Study.NotebookSource(
        arguments: ["lab", "x", "it's \"x\"", "--output", "."],
        study: "x.study.json",
        records: ["risk.json", "scale.json"]
      )
    )
  }()

  /// What the schema of nbformat 4.5 requires and allows of a notebook without outputs.
  @Test func aNotebookIsOfTheFormat() throws {
    let data = Data(try Self.notebook.jupyter().utf8)
    let document = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(Set(document.keys) == ["metadata", "nbformat", "nbformat_minor", "cells"])
    #expect(document["nbformat"] as? Int == 4 && document["nbformat_minor"] as? Int == 5)
    let metadata = try #require(document["metadata"] as? [String: [String: String]])
    #expect(metadata["kernelspec"]?["name"] == "python3")
    #expect(metadata["kernelspec"]?["display_name"]?.isEmpty == false)
    #expect(metadata["language_info"]?["name"] == "python")
    let cells = try #require(document["cells"] as? [[String: Any]])
    var names: [String] = []
    for cell in cells {
      let id = try #require(cell["id"] as? String)
      #expect(id.wholeMatch(of: /[a-zA-Z0-9\-_]{1,64}/) != nil)
      names.append(id)
      #expect(cell["metadata"] is [String: Any])
      let lines = try #require(cell["source"] as? [String])
      #expect(lines.dropLast().allSatisfy { $0.hasSuffix("\n") })
      #expect(lines.last?.hasSuffix("\n") == false)
      switch cell["cell_type"] as? String {
      case "markdown":
        #expect(Set(cell.keys) == ["id", "metadata", "cell_type", "source"])
      case "code":
        let code: Set = [
          "id", "metadata", "cell_type", "source", "outputs", "execution_count",
        ]
        #expect(Set(cell.keys) == code)
        #expect((cell["outputs"] as? [Any])?.isEmpty == true && cell["execution_count"] is NSNull)
      default: Issue.record("\(cell)")
      }
    }
    #expect(Set(names).count == names.count)
    #expect(cells.count == Self.notebook.cells.count + 1)
  }

  /// Each section asks, draws and tells; what its sliders stand at is there to be changed.
  @Test func aSectionIsTextPlotAndTable() throws {
    let sections = Self.notebook.cells.dropFirst(3)
    guard case .text(let text)? = sections.first else { throw CocoaError(.featureUnsupported) }
    let parts = ["## First", "**Predict first.** Q?", "A \"b\".", "What the theory says", "S."]
    let places = parts.map { text.firstRange(of: $0)?.lowerBound }
    #expect(places == places.compactMap(\.self).sorted() && !places.contains(nil))
    #expect(
      sections.dropFirst().prefix(2) == [
        .code(
          """
          section = section_named("First")
          draw(section["figures"][0])
          draw(at(section["sliderFigures"][0], {"k": 4, "d": 16}))
          """
        ),
        .code("tell(section)"),
      ]
    )
    #expect(sections.contains(.code(#"section = section_named("Second, \"of\" \\ two")"#)))
  }

  @Test func theCommandIsRunWithItsWords() throws {
    guard case .code(let code) = Self.notebook.cells[2] else {
      throw CocoaError(.featureUnsupported)
    }
    #expect(code.contains(#"[ESPALIER] + ["lab", "x", "it's \"x\"", "--output", "."]"#))
    #expect(code.contains(#"Path("x.study.json")"#))
    #expect(code.contains(#"["risk.json", "scale.json"]"#))
  }

  /// The document for Quarto has the cells of the notebook, code in fences that no code ends.
  @Test func quartoHasTheSameCells() {
    let text = Self.notebook.quarto
    #expect(text.hasPrefix("---\ntitle: \"A study\"\n"))
    #expect(text.components(separatedBy: "\njupyter: python3\n---\n").count == 2)
    let code = text.components(separatedBy: "```{python}\n").dropFirst().map {
      $0.components(separatedBy: "\n```\n")[0]
    }
    let expected = Self.notebook.cells.compactMap { cell -> String? in
      guard case .code(let code) = cell else { return nil }
      return code.trimmingCharacters(in: .newlines)
    }
    #expect(Array(code) == expected)
    #expect(expected.allSatisfy { !$0.contains("```") })
  }

  @Test(arguments: [
    ("a", #""a""#), ("\"\\\n", #""\"\\\n""#), ("é\u{0}\u{1B}", #""é\x00\x1b""#),
    ("a\r\nb", #""a\x0d\nb""#),
  ])
  func textsAreWrittenAsPythonReadsThem(text: String, literal: String) {
    #expect(Python.literal(text) == literal)
  }
}
