import Corpus
import EspalierTestSupport
import Foundation
import Runs
import Testing

/// What all tests of the command work on, made once: a text, a tokenizer, a token file, a recipe,
/// and a run that nothing interrupted.
///
/// The run also fills the cache of compiled programs, which tests with the same model then share.
struct Workshop {
  private let root: TemporaryFolder
  /// The reference run, in ``folder``.
  let reference: LoadedRun

  /// The folder with everything in it.
  var folder: String { root.path }

  /// The workshop, ready.
  static func ready() async throws -> Workshop { try await made.value }

  private static let made = Task { try await Workshop() }

  /// Names of the files that a copy gets; the runs are left out.
  private static let materials = [
    ".espalier", "text.jsonl", "book.model", "book.tokens", "tiny.yaml",
  ]

  /// Two layers at the end, one at the beginning; it grows after step 9.
  static let recipe = """
    name: tiny
    corpus: {tokens: book.tokens}
    model: {layers: 2, width: 16, headCount: 2, feedForwardWidth: 32, contextLength: 16}
    training: {steps: 18, batchSize: 4}
    evaluation: {every: 6, sequences: 4}
    logging: {every: 1}
    checkpoints: {every: 3, keep: 2}
    growth: {method: midas, blockSize: 1, schedule: {alpha: 0}}
    """

  static let stepCount = 18

  private init() async throws {
    root = try TemporaryFolder()
    let folder = root.path
    try FileManager.default.createDirectory(
      atPath: "\(folder)/.espalier/plugins",
      withIntermediateDirectories: true
    )
    try FileManager.default.createSymbolicLink(
      atPath:
        "\(folder)/.espalier/plugins/\(URL(fileURLWithPath: TestPlugin.path).lastPathComponent)",
      withDestinationPath: TestPlugin.path
    )
    try Self.text().write(to: URL(fileURLWithPath: "\(folder)/text.jsonl"))
    try Self.recipe.write(toFile: "\(folder)/tiny.yaml", atomically: true, encoding: .utf8)
    let espalier = EspalierProcess(folder: folder)
    for arguments in [
      ["tokenizer", "train", "text.jsonl", "--vocabulary-size", "2048", "--output", "book.model"],
      ["corpus", "pack", "text.jsonl", "--tokenizer", "book.model", "--output", "book.tokens"],
      ["train", "tiny.yaml", "--run", "reference"],
    ] {
      let outcome = try await espalier.run(arguments)
      try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
    }
    reference = try LoadedRun.load(RunFolder(path: "\(folder)/reference"))
  }

  /// The first chapters of the King James text, as JSON lines.
  private static func text() throws -> Data {
    let path = TestPlugin.packageRoot.path + "/Data/king-james.jsonl.gz"
    let reader = try TextCollection(paths: [path]).makeReader()
    var lines = Data()
    while lines.count < 200_000, let document = try reader.next() {
      let record = ["text": document.text, "source": document.source]
      lines += try JSONSerialization.data(withJSONObject: record, options: .sortedKeys)
      lines.append(UInt8(ascii: "\n"))
    }
    return lines
  }

  /// A folder of one's own with all materials in it, and some of the reference run if asked for.
  func copy(withReference: Bool = false) throws -> TemporaryFolder {
    let copy = try TemporaryFolder()
    for name in Self.materials + (withReference ? ["reference"] : []) {
      if name == ".espalier" {
        try FileManager.default.createSymbolicLink(
          atPath: copy / name,
          withDestinationPath: root / name
        )
      } else {
        try FileManager.default.copyItem(atPath: root / name, toPath: copy / name)
      }
    }
    return copy
  }
}
