import EspalierTestSupport
import Foundation
import Testing

/// `~` is the shell's: no path is expanded here, and none is taken for a folder of that name to be made.
@Suite struct HomeFolderTests {
  private static let explanation =
    "`~` is not expanded here; write the folder's full name, or put a blank before the `~` so that the "
    + "shell expands it"

  /// A folder with all materials that is also the home folder, so that whoever expands finds everything.
  private func home(withReference: Bool = false) async throws -> (TemporaryFolder, EspalierProcess)
  {
    let folder = try await Workshop.ready().copy(withReference: withReference)
    try folder.makeFolder("work")
    return (
      folder,
      EspalierProcess(
        folder: folder / "work",
        environment: ["HOME": folder.path, "ESPALIER_PJRT_PLUGIN": TestPlugin.path]
      )
    )
  }

  @Test(arguments: [
    ["train", "~/tiny.yaml"],
    ["train", "../tiny.yaml", "--set=corpus.tokens=~/book.tokens"],
    ["train", "../tiny.yaml", "--set=corpus.tokens=../book.tokens", "--run=~/runs/a"],
    ["plan", "../tiny.yaml", "--set=corpus.tokens=../book.tokens", "--drawing=~/plan.svg"],
    ["plan", "../tiny.yaml", "--set=corpus.tokens=../book.tokens", "--drawing=~"],
    ["tokenizer", "train", "../text.jsonl", "--vocabulary-size=600", "--output=~/my.model"],
    ["tokenizer", "train", "~/text.jsonl", "--vocabulary-size=600", "--output=my.model"],
    ["tokenizer", "encode", "~/book.model", "text"],
    ["corpus", "pack", "../text.jsonl", "--tokenizer=~/book.model", "--output=my.tokens"],
    ["corpus", "pack", "../text.jsonl", "--tokenizer=../book.model", "--output=~/my.tokens"],
    ["corpus", "inspect", "~/book.tokens"],
    ["compare", "../reference", "--json", "--output=~/page.html"],
    [
      "grow", "../reference/checkpoints/step-00000018", "--method=stack", "--output=~/grown",
    ],
    ["lab", "halfspaces", "check", "~/text.jsonl"],
  ]) func noPathIsExpanded(command: [String]) async throws {
    let (folder, espalier) = try await home(withReference: true)
    let before = try FolderContents(folder.path)
    let outcome = try await espalier.run(command)
    #expect(outcome.code != 0)
    #expect(outcome.errors.contains(Self.explanation), "\(outcome.errors)")
    #expect(try FolderContents(folder.path) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder / "work").isEmpty)
  }

  /// What is looked for is not there, and is not found in the home folder either.
  @Test(arguments: [
    ["compare", "~/reference"],
    ["resume", "~/reference"],
    ["doctor", "--plugin=~/.espalier/plugins/pjrt_c_api_cpu_plugin.so"],
  ]) func nothingIsFoundAtHome(command: [String]) async throws {
    let (folder, espalier) = try await home(withReference: true)
    let before = try FolderContents(folder.path)
    let outcome = try await espalier.run(command)
    #expect(outcome.code == 1)
    #expect("\(outcome.output)\(outcome.errors)".contains("~/"))
    #expect(try FolderContents(folder.path) == before)
  }

  /// A folder that really has the name can be used, said so.
  @Test func aFolderOfThatNameIsOneLikeOthers() async throws {
    let (folder, espalier) = try await home()
    let outcome = try await espalier.run([
      "tokenizer", "train", "../text.jsonl", "--vocabulary-size=600", "--output=./~/my.model",
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(FileManager.default.fileExists(atPath: folder / "work/~/my.model"))
  }
}
