import Corpus
import Foundation

/// What tests train on in their own process: a few chapters, packed with 512 pieces, a third held out.
public enum TestCorpus {
  /// The token file, packed once a process.
  public static func tokenFile() throws -> String { try packed.get() }

  private static let packed = Result<String, any Error> {
    let root = TestPlugin.packageRoot.path
    let reader = try TextCollection(paths: ["\(root)/Data/king-james.jsonl.gz"]).makeReader()
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("espalier-corpus-\(ProcessInfo.processInfo.processIdentifier)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var texts: [String] = []
    while texts.count < 6, let document = try reader.next() {
      let path = "\(folder)/\(texts.count).txt"
      try Data(document.text.utf8).write(to: URL(fileURLWithPath: path))
      texts.append(path)
    }
    let path = "\(folder)/corpus.tokens"
    try TokenFile.pack(
      TextCollection(paths: texts),
      with: Tokenizer(path: "\(root)/Tests/Fixtures/tokenizer/genesis-512.model"),
      to: path,
      split: DocumentSplit(validationFraction: 0.34)
    )
    return path
  }
}
