import ArgumentParser
import Corpus
import Foundation
import Reports

/// `espalier corpus inspect`.
struct CorpusInspect: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a packed token file holds.",
    discussion: """
      The header, the table of documents and the tokenizer are always checked; --verify reads \
      the tokens too, as every run does when it begins.

        espalier corpus inspect book.tokens
        espalier corpus inspect book.tokens --json | jq .train.tokens
      """
  )

  @Argument(help: ArgumentHelp("The token file.", valueName: "tokens"))
  var tokens: String

  @Flag(help: "Print everything as JSON, the sources of the documents too.")
  var json = false

  @Flag(help: "Read all tokens and compare them with their checksum.")
  var verify = false

  func run(in context: CommandContext) throws {
    let file = try TokenFile(path: tokens)
    if verify { try file.verify() }
    let statistics = file.statistics()
    try context.console.write(
      json ? JSONText.of(statistics) : Self.table(statistics, path: tokens)
    )
  }

  private static func table(_ statistics: CorpusStatistics, path: String) -> String {
    func sizes(_ sizes: CorpusStatistics.Sizes) -> String {
      "\(counted(sizes.documents, "document")), \(counted(sizes.tokens, "token")), "
        + "\(NumberFormat.bytes(sizes.bytes)) of text"
        + (sizes.bytesPerToken.map { ", \(NumberFormat.fixed($0, digits: 2)) bytes a token" } ?? "")
    }
    let tokenizer = statistics.tokenizer
    let rows = [
      (
        "file",
        "\(path), \(NumberFormat.bytes(statistics.fileBytes)), format \(statistics.formatVersion)"
      ),
      ("tokenizer", "\(tokenizer.name), \(NumberFormat.grouped(tokenizer.vocabularySize)) pieces"),
      ("SHA-256", tokenizer.sha256),
      ("all", sizes(statistics.total)),
      ("train", sizes(statistics.train)),
      (
        "validation",
        sizes(statistics.validation)
          + (statistics.dividesDocument ? "; begins inside the last document of train" : "")
      ),
      (
        "lengths",
        "\(NumberFormat.grouped(statistics.shortestDocumentTokens)) to "
          + "\(counted(statistics.longestDocumentTokens, "token")) a document"
      ),
      ("sources", "\(NumberFormat.grouped(statistics.sources.count))"),
    ]
    return rows.map { name, value in
      name + String(repeating: " ", count: 12 - name.count) + value + "\n"
    }.joined()
  }
}
