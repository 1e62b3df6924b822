import Corpus
import EspalierTestSupport
import Foundation
import Runs
import Testing

/// Texts of all sizes and alphabets on their way to a run.
@Suite struct CorpusTextTests {
  private func book(_ folder: TemporaryFolder, chapters: Int) throws -> String {
    let reader = try TextCollection(paths: [folder / "text.jsonl"]).makeReader()
    var texts: [String] = []
    while texts.count < chapters, let document = try reader.next() { texts.append(document.text) }
    return texts.joined(separator: "\n\n")
  }

  /// The three commands that `espalier --help` shows, with one plain text below the size of a document.
  @Test func oneBookIsEnoughForARun() async throws {
    let folder = try await Workshop.ready().copy()
    try folder.write(try book(folder, chapters: 10), to: "novel.txt")
    let espalier = EspalierProcess(folder: folder.path)
    var outputs: [String] = []
    for arguments in [
      ["tokenizer", "train", "novel.txt", "--vocabulary-size", "512", "--output", "novel.model"],
      ["corpus", "pack", "novel.txt", "--tokenizer", "novel.model", "--output", "novel.tokens"],
      [
        "train", "tiny.yaml", "--set", "corpus.tokens=novel.tokens", "--set", "training.steps=2",
        "--run", "novel",
      ],
    ] {
      let outcome = try await espalier.run(arguments)
      try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
      outputs.append(outcome.output)
    }
    #expect(outputs[0].contains("512 pieces learnt from all "))
    #expect(
      outputs[1].contains(
        #/^novel.tokens: 1 document, .* tokens; the end of the text is held out, /#
      )
    )
    let record = try LoadedRun.load(RunFolder(path: folder / "novel")).record
    #expect(record.corpus.dividesDocument == true)
    #expect(record.corpus.trainingDocuments == 1 && record.corpus.validationDocuments == 1)
    let share =
      Double(record.corpus.validationTokens)
      / Double(record.corpus.trainingTokens + record.corpus.validationTokens)
    #expect((0.03...0.08).contains(share))
    let inspected = try await espalier.run(["corpus", "inspect", "novel.tokens"])
    #expect(inspected.output.contains("; begins inside the last document of train"))
  }

  @Test func packingSaysWhatIsHeldOut() async throws {
    let folder = try await Workshop.ready().copy()
    let pack = ["corpus", "pack", "text.jsonl", "--tokenizer", "book.model", "--output", "new"]
    let espalier = EspalierProcess(folder: folder.path)
    let drawn = try await espalier.run(pack)
    #expect(drawn.output.contains(#/tokens; [0-9] documents with [0-9,]+ tokens held out\n$/#))
    let record = try await Workshop.ready().reference.record
    #expect(record.corpus.dividesDocument == nil)
    let none = try await espalier.run(pack + ["--validation-fraction", "0"])
    #expect(none.output.hasSuffix("tokens; nothing held out\n"))
  }

  /// A folder as the Hugging Face Hub has it: the parts that are not trained on are left out, and that is said.
  @Test func aDataSetOfParquetFilesIsPacked() async throws {
    let folder = try await Workshop.ready().copy()
    let table = try Data(contentsOf: URL(fileURLWithPath: Self.table))
    for name in ["train-00000-of-00001", "test-00000-of-00001"] {
      try folder.write(table, to: "verses/data/\(name).parquet")
    }
    let espalier = EspalierProcess(folder: folder.path)
    let pack = ["corpus", "pack", "--tokenizer", "book.model", "--output", "new"]
    let outcome = try await espalier.run(pack + ["verses"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    // 82 rows, of which 6 hold nothing and 6 are empty.
    #expect(outcome.output.contains("new: 70 documents, "))
    #expect(outcome.output.contains("; 12 empty documents left out"))
    #expect(outcome.errors.contains("note: left out verses: test (see --part)"))
    let other = try await espalier.run(
      pack + ["verses", "--part", "test", "--text-field", "source"]
    )
    #expect(other.errors.contains("note: left out verses: train (see --part)"))
    let neither = try await espalier.run(pack + ["verses", "--part", "dev"])
    #expect(
      neither.errors
        == "error: verses: holds no part \"dev\" of a data set; name one with --part: test, train\n"
    )
    let body = try await espalier.run(pack + ["verses", "--text-field", "body"])
    #expect(
      body.errors.contains("has no column \"body\"; its columns with text are \"text\", \"source\"")
    )
  }

  private static let table =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
    + "/Fixtures/parquet/duckdb-v2.parquet"

  /// A text beyond the sample: what comes late is learnt as well, and the command says what it used.
  @Test func aTokenizerLearnsFromTheWholeOfALargeText() async throws {
    let folder = try await Workshop.ready().copy()
    let latin = try book(folder, chapters: 10)
    let capitals = String(latin.map { $0.isLetter ? Character($0.uppercased()) : $0 })
    let count = 1 + (1 << 20) / latin.utf8.count
    try folder.write(String(repeating: latin + "\n", count: count), to: "a.txt")
    try folder.write(String(repeating: capitals + "\n", count: 1 + count / 4), to: "b.txt")
    let espalier = EspalierProcess(folder: folder.path)
    let outcome = try await espalier.run([
      "tokenizer", "train", "a.txt", "b.txt", "--vocabulary-size", "600", "--sample-size", "1",
      "--output", "new.model",
    ])
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains(#/600 pieces learnt from 1.0 MB drawn from 1.[0-9] MB of text /#)
    )
    let pieces = try await espalier.run(["tokenizer", "encode", "new.model", "--pieces", "THE GOD"])
    #expect(pieces.output == "▁THE\n▁GOD\n")
  }

  @Test(arguments: ["0", "-1", "1048577", "9223372036854775807"])
  func aSampleHasASize(size: String) async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "tokenizer", "train", "text.jsonl", "--vocabulary-size", "600", "--sample-size=\(size)",
      "--output", "new.model",
    ])
    #expect(outcome.code == 2)
    #expect(
      outcome.errorLines.first
        == "error: --sample-size: needs a number from 1 to 1048576; got \(size)"
    )
  }

  /// More characters than pieces: the frequent ones have pieces, the others are spelled in bytes.
  @Test func aSmallVocabularySpellsRareCharactersInBytes() async throws {
    let folder = try await Workshop.ready().copy()
    // Words of a few frequent characters, and 900 characters that come once.
    let words = (0..<900).map { word in
      [word * word % 23, 7, word % 11, 23 + word].compactMap { UnicodeScalar(0x4E00 + $0) }
    }
    let text = words.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
    try folder.write(text, to: "chinese.txt")
    let espalier = EspalierProcess(folder: folder.path)
    let train = [
      "tokenizer", "train", "chinese.txt", "--vocabulary-size", "400", "--output", "new.model",
    ]
    let outcome = try await espalier.run(train)
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        #/^note: 70 of the text's 916 different characters, [0-9.]+ % of it, have pieces of their own, /#
      )
    )
    let encoded = try await espalier.run(
      ["tokenizer", "encode", "new.model"],
      input: Data(text.utf8)
    )
    let decoded = try await espalier.run(
      ["tokenizer", "decode", "new.model"],
      input: Data(encoded.output.utf8)
    )
    #expect(decoded.output == text)
    let refused = try await espalier.run(train + ["--character-coverage", "0.9"])
    #expect(refused.code == 1)
    #expect(refused.errors.contains("hint: a larger --vocabulary-size or a smaller --character-co"))
  }
}
