import Corpus
import EspalierTestSupport
import Foundation
import Testing

/// Tokenizers and token files, as the command makes and shows them.
@Suite struct ToolTests {
  @Test func textsComeBackFromTheirTokens() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let text = Data("In the beginning\n  God created\tthe heaven – ☃ and the earth.\n\n".utf8)
    let encoded = try await espalier.run(["tokenizer", "encode", "book.model"], input: text)
    #expect(encoded.code == 0)
    let decoded = try await espalier.run(
      ["tokenizer", "decode", "book.model"],
      input: Data(encoded.output.utf8)
    )
    #expect(decoded.code == 0)
    #expect(Data(decoded.output.utf8) == text)

    let ids = encoded.output.split(whereSeparator: \.isWhitespace).map(String.init)
    let again = try await espalier.run(["tokenizer", "decode", "book.model"] + ids)
    #expect(again.output == decoded.output)
  }

  @Test func piecesAreShownOneALine() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "tokenizer", "encode", "book.model", "--pieces", "the earth",
    ])
    #expect(outcome.code == 0)
    #expect(outcome.output.replacingOccurrences(of: "\n", with: "") == "▁the▁earth")
  }

  @Test func anEmptyTextHasNoTokens() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "tokenizer", "encode", "book.model",
    ])
    #expect(outcome.code == 0)
    #expect(outcome.output == "\n")
  }

  @Test func packingTwiceGivesTheSameBytes() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "corpus", "pack", "text.jsonl", "--tokenizer", "book.model", "--output", "sub/again.tokens",
    ])
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    #expect(try folder.read("sub/again.tokens") == folder.read("book.tokens"))
  }

  @Test func inspectingSaysWhatIsInAFile() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let table = try await espalier.run(["corpus", "inspect", "book.tokens", "--verify"])
    #expect(table.code == 0)
    let names = table.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(
      names == ["file", "tokenizer", "SHA-256", "all", "train", "validation", "lengths", "sources"]
    )

    let json = try await espalier.run(["corpus", "inspect", "book.tokens", "--json"])
    let statistics = try JSONDecoder().decode(
      CorpusStatistics.self,
      from: Data(json.output.utf8)
    )
    #expect(statistics == (try TokenFile(path: folder / "book.tokens").statistics()))
  }
}
