import EspalierTestSupport
import Files
import Foundation
import Runs
import Testing

#if os(Linux)
/// Names that are not UTF-8, as other systems and old archives leave them.
@Suite struct NameTests {
  /// The name `caf` with an e acute in Latin-1, as a text of the room `Files`.
  private static let name = String(systemBytes: Array("caf".utf8) + [0xE9])

  /// A command whose words the shell makes of bytes; `%s` in them is the name.
  private func run(_ words: String, in folder: String) async throws -> EspalierProcess.Outcome {
    try await EspalierProcess(
      folder: folder,
      launcher: [
        "/bin/sh", "-c",
        "n=$(printf 'caf\\351'); exec \"$0\" \(words.replacing("%s", with: "\"$n\""))",
      ],
      environment: ["ESPALIER_PJRT_PLUGIN": TestPlugin.path]
    ).run([])
  }

  @Test func filesInAFolderArePacked() async throws {
    let folder = try await Workshop.ready().copy()
    let files = LocalFileSystem()
    for (place, name) in [("strange", Self.name), ("plain", "cafe")] {
      try files.createFolders(folder / "\(place)/\(name)")
      for ending in [".txt", "/\(name).txt"] {
        try files.replace(
          folder / "\(place)/\(name)\(ending)",
          with: Array("In the beginning\(ending.count)".utf8)
        )
      }
      let outcome = try await run(
        "corpus pack \(place) --tokenizer book.model --output \(place).tokens",
        in: folder.path
      )
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let inspected = try await run("corpus inspect strange.tokens --json", in: folder.path)
    #expect(inspected.output.contains("caf%E9/caf%E9.txt"))
    let plain = try await run("corpus inspect plain.tokens --json", in: folder.path)
    #expect(plain.output.contains("cafe/cafe.txt"))
  }

  @Test func pathsOnTheCommandLineLeadToTheirFiles() async throws {
    let folder = try await Workshop.ready().copy()
    let files = LocalFileSystem()
    try files.rename(folder / "text.jsonl", to: folder / "\(Self.name).jsonl")
    for (words, expected) in [
      ("tokenizer train %s.jsonl --vocabulary-size 2048 --output %s.model", "caf%E9.model: "),
      (
        "corpus pack %s.jsonl --tokenizer %s.model --output out/%s/%s.tokens",
        "out/caf%E9/caf%E9.tokens: "
      ),
    ] {
      let outcome = try await run(words, in: folder.path)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.hasPrefix(expected))
    }
    #expect(
      try files.contents(of: folder / "\(Self.name).model")
        == files.contents(of: folder / "book.model")
    )
    #expect(files.exists(folder / "out/\(Self.name)/\(Self.name).tokens"))
    let missing = try await run("corpus inspect no-%s", in: folder.path)
    #expect(missing.errors.hasPrefix("error: no-caf%E9: cannot be read: No such file or directory"))
  }

  /// A whole project in such a folder, and from outside of it.
  @Test func runsLieInSuchFolders() async throws {
    let workshop = try await Workshop.ready()
    let root = try TemporaryFolder()
    let materials = try workshop.copy()
    let project = "\(root.path)/\(Self.name)"
    try LocalFileSystem().rename(materials.path, to: project)
    let trained = try await run(
      "train %s/tiny.yaml --set corpus.tokens=%s/book.tokens --run %s/run",
      in: root.path
    )
    #expect(trained.code == 0, "\(trained.errors)")
    let loaded = try LoadedRun.load(RunFolder(path: "\(project)/run"))
    #expect(loaded.record.outcome.status == .completed)
    #expect(loaded.metrics.records.map(\.loss) == workshop.reference.metrics.records.map(\.loss))
    let compared = try await run("compare %s/run --output %s/page.html", in: root.path)
    #expect(compared.code == 0)
    #expect(compared.output.hasSuffix("The page: caf%E9/page.html\n"))
    #expect(LocalFileSystem().exists("\(project)/page.html"))
  }

  /// The environment names files, too, and the system's loader opens one of them.
  @Test func aPluginMayLieInSuchAFolder() async throws {
    let folder = try await Workshop.ready().copy()
    let place = folder / Self.name
    try LocalFileSystem().createFolder(place)
    #expect(symlink(TestPlugin.path, "\(place)/plugin.so".systemBytes) == 0)
    let words = "ESPALIER_PJRT_PLUGIN=\"$PWD/$(printf 'caf\\351')/plugin.so\" exec \"$0\" \"$@\""
    let outcome = try await EspalierProcess(
      folder: folder.path,
      launcher: ["/bin/sh", "-c", words]
    ).run(["doctor"])
    #expect(outcome.code == 0, "\(outcome.output)")
    #expect(outcome.output.contains("ok    plugin         \(folder.path)/caf%E9/plugin.so\n"))
  }

  /// A text is one only if it is UTF-8, wherever it comes from.
  @Test func aTextThatIsNotUTF8IsNoText() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await run("tokenizer encode book.model %s", in: folder.path)
    #expect(outcome.code == 1)
    #expect(
      outcome.errors
        == "error: the text: byte 3: not UTF-8 text; convert it first, for example with iconv\n"
    )
    // A character that stands for a byte in a path is itself in a text.
    let text = "a\u{10FFE9}b"
    let espalier = EspalierProcess(folder: folder.path)
    let encoded = try await espalier.run(["tokenizer", "encode", "book.model", text])
    #expect(encoded.code == 0)
    let decoded = try await espalier.run(
      ["tokenizer", "decode", "book.model"],
      input: Data(encoded.output.utf8)
    )
    #expect(decoded.output == text)
  }
}
#endif
