import EspalierTestSupport
import Foundation
import Laboratory
import Testing

/// `espalier lab locality check` as a user runs it.
@Suite struct LocalityCheckTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func run(_ words: String) async throws -> EspalierProcess.Outcome {
    try await EspalierProcess(
      folder: folder.path,
      environment: ["ESPALIER_PJRT_PLUGIN": TestPlugin.path]
    ).run(["lab", "locality"] + words.split(separator: " ").map(String.init))
  }

  /// Pictures of two classes, bright on the left or on the right, with some grain.
  private func writePictures(_ count: Int, classes: [String] = ["left", "right"]) throws {
    for (side, name) in classes.enumerated() {
      for number in 0..<count {
        let picture = TestPicture.png(height: 4, width: 4) { row, column in
          let grain = (number * 7 + row * 5 + column * 3 + side) % 50
          return UInt8(grain + (column / 2 == side % 2 ? 150 : 50))
        }
        try folder.write(picture, to: "set/\(name)/\(number).png")
      }
    }
  }

  @Test func picturesAreChecked() async throws {
    try writePictures(30)
    let outcome = try await run("check set --seeds 2 --limit 16 --output out --format notebook")
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.output.hasPrefix(
        "4 x 4 pixels in 4 patches of 4 numbers; left against right; 20 images held out\n"
      )
    )
    #expect(outcome.output.contains("\nThe page: out/locality-check.html\n"))
    let record = try #require(try LabFolder(path: folder / "out").record("check"))
    #expect(record.experiment == "locality-check" && record.seeds == [1, 2])
    #expect(record.points.on(LabKey("error")).count == 3 * 3 * 2)
    let table = String(decoding: try folder.read("out/check.csv"), as: UTF8.self)
    #expect(table == record.csv)
    let page = String(decoding: try folder.read("out/locality-check.html"), as: UTF8.self)
    #expect(page.contains("<h2 id=\"section-1\">") && page.contains("<svg"))
    // The notebook lies elsewhere, and has to find the images.
    let notebook = String(decoding: try folder.read("out/locality-check.qmd"), as: UTF8.self)
    #expect(notebook.contains("[\"lab\", \"locality\", \"check\", \"/"))
    #expect(
      notebook.contains("/set\", \"--seeds\", \"2\", \"--limit\", \"16\", \"--output\", \".\"]")
    )

    // What was trained is not trained again.
    let words = "check set --seeds 2 --limit 16 --output out --json --format notebook"
    let again = try await run(words)
    #expect(again.errors.contains(", 9 parts found there"))
    let printed = try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any]
    #expect(printed?["experiment"] as? String == "locality-check")
  }

  /// A row for each of so many images, of two classes unless said otherwise.
  private static func table(_ count: Int, classes: Int = 2, cells: Int = 16) -> String {
    let head = (["label"] + (0..<cells).map { "p\($0)" }).joined(separator: ",")
    let rows = (0..<count).map { row in
      ([row % classes] + (0..<cells).map { (row * 7 + $0 * 3) % 11 }).map(String.init)
        .joined(separator: ",")
    }
    return ([head] + rows).joined(separator: "\n") + "\n"
  }

  static let bad: [(words: String, text: String, message: String)] = [
    ("nowhere", "", "nowhere: cannot be read: No such file or directory"),
    (
      "a.csv", table(90, classes: 3),
      "a.csv: needs images of two classes; has 3: 0, 1, 2; pick two with --classes A,B"
    ),
    (
      "a.csv --classes 0,7", table(90, classes: 3),
      "a.csv: has no class \"7\"; its classes are 0, 1, 2"
    ),
    (
      "a.csv --classes 0", table(90),
      "--classes: needs two different names with a comma between; got \"0\""
    ),
    ("a.csv", table(30), "a.csv: needs at least 20 images of each class; class \"0\" has 15"),
    (
      "a.csv", table(90, cells: 15),
      "a.csv: 15 pixels are no square; say the images' height and width with --size, such as 28x28"
    ),
    ("a.csv --size 4x5", table(90), "a.csv: needs 20 pixels in a row for 4 x 5; got 16"),
    (
      "a.csv --patch 3", table(90),
      "--patch: needs the side of a square that covers 4 x 4 pixels without rest, 1, 2; got 3"
    ),
    ("a.csv --seeds 1", table(90), "seeds: needs two at least, or there are no intervals; got 1"),
    (
      "a.csv --limit 8", table(90),
      "limit: needs 16 images to learn from at least, of those that are not held out, 8; got 8"
    ),
    ("a.csv --label digit", table(90), "a.csv: has no column \"digit\""),
    (
      "a.csv", "\u{1F}\u{0}",
      "a.csv: needs an IDX file of images, a CSV file of pixels, or a folder with a folder "
        + "of PNG files for each class"
    ),
    (".", "", ".: needs a folder of PNG files for each class, two at least"),
  ]

  @Test(arguments: bad) func badInputIsAnErrorInOneSentence(
    words: String,
    text: String,
    message: String
  ) async throws {
    if !text.isEmpty { try folder.write(text, to: "a.csv") }
    let before = try FolderContents(folder.path)
    let outcome = try await run("check \(words)")
    #expect(outcome.code == 1 && outcome.output == "")
    #expect(outcome.errorLines == ["error: \(message)"])
    #expect(try FolderContents(folder.path) == before)
  }

  @Test func badOptionsAreWrongUse() async throws {
    for words in ["check set --size 28", "check set --size 0x3", "check set --format pdf", "check"]
    {
      #expect(try await run(words).code == 2, "\(words)")
    }
  }
}
