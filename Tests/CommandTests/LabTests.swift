import EspalierTestSupport
import Foundation
import Laboratory
import Testing

/// `espalier lab` as a user runs it.
@Suite struct LabTests {
  private static func process(_ folder: TemporaryFolder) -> EspalierProcess {
    EspalierProcess(
      folder: folder.path,
      environment: ["ESPALIER_PJRT_PLUGIN": TestPlugin.path]
    )
  }

  @Test func anExperimentLeavesItsFilesAndIsGoneOnWith() async throws {
    let folder = try TemporaryFolder()
    let command = ["lab", "halfspaces", "scale", "--output", "sub/study", "--no-cache"]
    let first = try await Self.process(folder).run(command)
    #expect(first.code == 0, "\(first.errors)")
    #expect(
      first.output
        == "halfspaces-scale: 4 checks, none fails\n\nThe page: sub/study/halfspaces.html\n"
    )
    #expect(first.errorLines.prefix(2) == ["scale: part 1/2", "scale: part 2/2"])
    let record = try #require(try LabFolder(path: folder / "sub/study").record("scale"))
    #expect(record.holds && record.experiment == "halfspaces-scale")
    let table = String(decoding: try folder.read("sub/study/scale.csv"), as: UTF8.self)
    #expect(table == record.csv)
    let page = String(decoding: try folder.read("sub/study/halfspaces.html"), as: UTF8.self)
    #expect(page.contains("All 4 checks hold.") && page.contains("<svg"))
    let markdown = String(decoding: try folder.read("sub/study/halfspaces.md"), as: UTF8.self)
    #expect(markdown.contains("\n**All 4 checks hold.**\n"))
    #expect(record.checks.allSatisfy { markdown.contains("| \($0.name) | ") })

    // A last line that was cut off by a kill is computed again, the other one is not. Here the first one was
    // changed: numbers that are not the theorem's fail the checks, and with them the command.
    try folder.change("sub/study/scale.cells.jsonl") { data in
      let text = String(decoding: data.dropLast(100), as: UTF8.self)
      data = Data(text.replacing("\"value\":24.", with: "\"value\":25.").utf8)
    }
    let second = try await Self.process(folder).run(command)
    #expect(second.code == 1)
    #expect(second.errorLines.last?.hasSuffix(", 1 part found there") == true)
    #expect(second.output.hasPrefix("halfspaces-scale: 1 of 4 checks FAILED\n  FAILED ratio"))
    let failing = String(decoding: try folder.read("sub/study/halfspaces.html"), as: UTF8.self)
    #expect(failing.contains("1 of 4 checks fail."))

    // The page is about all experiments of the folder.
    let sizes = ["--samples", "400", "--seeds", "2", "--output", "sub/study"]
    let third = try await Self.process(folder).run(["lab", "halfspaces", "phase2"] + sizes)
    #expect(third.code == 0, "\(third.errors)")
    let shared = String(decoding: try folder.read("sub/study/halfspaces.html"), as: UTF8.self)
    #expect(shared.contains("The failure is one of scale"))
    #expect(shared.contains("The first phase need only be roughly right"))
  }

  /// The notebook has the sections that the command made, and calls it again without what was for this folder.
  @Test func aNotebookCallsTheCommand() async throws {
    let folder = try TemporaryFolder()
    let words = ["lab", "halfspaces", "scale", "--optimum", "0.01", "--output=a b", "--no-cache"]
    let plain = try await Self.process(folder).run(words)
    try #require(plain.code == 0, "\(plain.errors)")
    let names =
      ["html", "md", "study.json"].map { "halfspaces.\($0)" }
      + ["cells.jsonl", "csv", "json"].map { "scale.\($0)" }
    let written = try FileManager.default.contentsOfDirectory(atPath: folder / "a b")
    #expect(Set(written) == Set(names))
    let outcome = try await Self.process(folder).run(words + ["--format", "notebook"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("The notebook: a b/halfspaces.ipynb\n"))
    let notebook = String(decoding: try folder.read("a b/halfspaces.ipynb"), as: UTF8.self)
    let call =
      #"["lab", "halfspaces", "scale", "--optimum", "0.01", "--no-cache", "--output", "."]"#
    #expect(notebook.contains("[ESPALIER] + \(call.replacing("\"", with: "\\\""))"))
    let document = String(decoding: try folder.read("a b/halfspaces.qmd"), as: UTF8.self)
    #expect(document.contains("[ESPALIER] + \(call)"))
    #expect(document.contains("\n## The failure is one of scale\n"))
    let record = try #require(try LabFolder(path: folder / "a b").record("scale"))
    #expect(
      record.command == "espalier \((words + ["--format", "notebook"]).joined(separator: " "))"
    )
  }

  @Test func aRecordThatIsNoneIsNotReplaced() async throws {
    let folder = try TemporaryFolder()
    try folder.write("{}", to: "study/phase2.json")
    let outcome = try await Self.process(folder)
      .run(["lab", "halfspaces", "scale", "--output", "study"])
    #expect(outcome.code == 1)
    #expect(
      outcome.errorLines == [
        "error: study/phase2.json: is no laboratory's record; delete it or name another folder",
        "hint: --output names the folder",
      ]
    )
  }

  private static func rows(_ count: Int, _ label: (Int) -> Int) -> String {
    "a,b,y\n"
      + (0..<count).map { "\($0 % 13 - 6),\(($0 * 7) % 11 - 5),\(label($0))\n" }.joined()
  }

  @Test func aDataSetIsChecked() async throws {
    let folder = try TemporaryFolder()
    // One row in five has the other label.
    try folder.write(
      Self.rows(600) { ($0 % 13 > 6) == ($0 % 5 > 0) ? 1 : 0 },
      to: "data.csv"
    )
    let outcome = try await Self.process(folder).run(["lab", "halfspaces", "check", "data.csv"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("600 rows, 2 features, 120 rows held out\n"))
    #expect(outcome.output.contains("\nPrediction: "))
    #expect(outcome.output.contains("\n  two-phase        0."))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let json = try await Self.process(folder)
      .run(["lab", "halfspaces", "check", "data.csv", "--json", "--label", "y"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    #expect((object as? [String: Any])?["experiment"] as? String == "halfspaces-check")
  }

  /// Names with separators, marks and line breaks, as spreadsheets write them, and names that are numbers.
  @Test func namesAreReadAsSpreadsheetsWriteThem() async throws {
    let folder = try TemporaryFolder()
    let rows = Self.rows(300) { ($0 % 13 > 6) == ($0 % 5 > 0) ? 1 : 0 }
    let names = "\"income, EUR\",\"a \"\"b\"\"\r\n(two lines)\",label\n"
    try folder.write(rows.replacing("a,b,y\n", with: names), to: "names.csv")
    try folder.write(rows.replacing("a,b,y\n", with: "0,1,2\n"), to: "numbers.csv")
    for (words, weights) in [
      (["names.csv", "--label", "label"], ["income, EUR", "a \"b\" (two lines)"]),
      (["numbers.csv", "--names", "--label", "2"], ["0", "1"]),
    ] {
      let outcome = try await Self.process(folder)
        .run(["lab", "halfspaces", "check", "--json"] + words)
      try #require(outcome.code == 0, "\(outcome.errors)")
      for name in weights {
        let written = name.replacing("\"", with: "\\\"")
        #expect(outcome.output.contains("\"feature\" : \"\(written)\""))
      }
    }
  }

  @Test func separableDataGetsANote() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.rows(500) { $0 % 13 > 6 ? 1 : -1 }, to: "data.csv")
    let outcome = try await Self.process(folder).run(["lab", "halfspaces", "check", "data.csv"])
    #expect(outcome.code == 0)
    #expect(
      outcome.output.contains("Prediction: separable\n  No training row is on the wrong side.")
    )
    #expect(outcome.output.contains("norm at most 20,"))
  }

  static let bad: [(arguments: String, text: String, message: String)] = [
    (
      "risk --optima 0.04 0.17", "",
      "OPT: the hard law needs a number above 0 and below 0.17; got 0.17"
    ),
    (
      "risk --optima 0.04 0", "", "OPT: the hard law needs a number above 0 and below 0.17; got 0.0"
    ),
    ("scale --optimum nan", "", "OPT: the hard law needs a number above 0 and below 0.17; got nan"),
    ("noise --samples 30", "", "samples: needs a multiple of 40 from 200 up; got 30"),
    ("samples --seeds 0", "", "seeds: needs two at least, or there are no intervals; got 0"),
    ("check nowhere.csv", "", "nowhere.csv: cannot be read: No such file or directory"),
    ("check .", "", ".: cannot be read: Is a directory"),
    (
      "check data.csv", rows(300) { $0 % 2 }.replacing("-6,-5,0", with: "-6,,0"),
      "data.csv:2: b: the cell is empty; fill it in or leave the row out"
    ),
    (
      "check data.csv", rows(300) { _ in 1 },
      "data.csv: y: needs rows of both classes; all labels are 1"
    ),
    (
      "check data.csv", rows(300) { $0 % 2 }.replacing("-6,-5,0", with: "-6,inf,0"),
      "data.csv:2: b: needs a finite number; got inf"
    ),
    (
      "check data.csv --label z", rows(300) { $0 % 2 },
      "data.csv: has no column \"z\"; its columns are a, b, y"
    ),
    (
      "check data.csv", "a,b,y\n" + (0..<200).map { "\($0 % 17),7,\($0 % 2)\n" }.joined(),
      "data.csv: b: never changes, so it says nothing about the labels; leave the column out"
    ),
    (
      "check data.csv",
      "a,b,y\n" + (0..<200).map { "\($0 % 17),\(3 - 2 * ($0 % 17)),\($0 % 2)\n" }.joined(),
      "data.csv: b: is a linear function of the columns before it; leave it out"
    ),
    (
      "check data.csv", ",a,y\n" + (0..<200).map { "\($0),\($0 % 17),\($0 % 2)\n" }.joined(),
      "data.csv: column 1: numbers the rows, which says nothing about other rows; leave the column out"
    ),
    (
      "check data.csv", rows(300) { $0 % 2 }.replacing("a,b,y\n", with: "0.3456,?,1\n"),
      "data.csv:1: may hold the columns' names or numbers, and begins with \"0.3456\", \"?\", \"1\"; "
        + "say which with --names or --no-names"
    ),
    (
      "check data.csv --no-names",
      rows(300) { $0 % 2 }.replacing("a,b,y\n", with: "0.3456,?,1\n"),
      "data.csv:1: column 2: \"?\" stands for a missing number; fill it in or leave the row out"
    ),
    (
      "check data.csv --names --label 2",
      rows(300) { $0 % 2 }.replacing("a,b,y\n", with: "0,1,2\n") + "\"1,2,0\n",
      "data.csv:302: a quotation mark opens a cell here and none ends it; a mark inside a cell is "
        + "written twice"
    ),
  ]

  @Test(arguments: bad) func badInputIsAnErrorInOneSentence(
    arguments: String,
    text: String,
    message: String
  ) async throws {
    let folder = try TemporaryFolder()
    if !text.isEmpty { try folder.write(text, to: "data.csv") }
    let before = try FolderContents(folder.path)
    let outcome = try await Self.process(folder)
      .run(["lab", "halfspaces"] + arguments.split(separator: " ").map(String.init))
    #expect(outcome.code == 1)
    #expect(outcome.output == "")
    #expect(outcome.errorLines == ["error: \(message)"])
    #expect(try FolderContents(folder.path) == before)
  }
}
