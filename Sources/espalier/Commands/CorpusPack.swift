import ArgumentParser
import Corpus

/// `espalier corpus pack`.
struct CorpusPack: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "pack",
    abstract: "Encode texts into a packed token file.",
    discussion: """
      The same texts, tokenizer and seed give the same bytes. The file takes its place when it \
      is complete; one that was there is replaced then and not before. Where no document is \
      drawn to be held out, as with a single book, the end of the text is.

        espalier corpus pack book.txt --tokenizer book.model --output book.tokens
        espalier corpus pack news.jsonl.gz --text-field body --tokenizer my.model \\
          --output news.tokens --validation-fraction 0.01
      """
  )

  @OptionGroup var texts: TextArguments

  @Option(help: ArgumentHelp("The tokenizer.", valueName: "model"))
  var tokenizer: String

  @Option(help: ArgumentHelp("The token file to write.", valueName: "tokens"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "The share of the documents that is held out, from 0 to below 1.",
      valueName: "share"
    )
  )
  var validationFraction = 0.05

  @Option(help: ArgumentHelp("Another seed holds out other documents.", valueName: "number"))
  var seed: UInt64 = 0

  func run(in context: CommandContext) throws {
    let summary = try CorpusPacking(console: context.console).pack(
      texts.collection(context.console),
      with: Tokenizer(path: tokenizer),
      to: output,
      split: DocumentSplit(validationFraction: validationFraction, seed: seed)
    )
    try context.console.write("\(output): \(summary.words)\n")
  }
}

extension PackingSummary {
  /// What was packed, as people read it.
  var words: String {
    let heldOut =
      heldOutDocuments == 0
      ? "nothing held out"
      : dividesDocument
        ? "the end of the text is held out, \(counted(heldOutTokens, "token"))"
        : "\(counted(heldOutDocuments, "document")) with \(counted(heldOutTokens, "token")) held out"
    let left = emptyDocuments > 0 ? "; \(counted(emptyDocuments, "empty document")) left out" : ""
    return "\(counted(documents, "document")), \(counted(tokens, "token")); \(heldOut)\(left)"
  }
}

/// Packs texts in front of the user.
struct CorpusPacking {
  let console: Console

  /// Packs texts, with a bar where there is a terminal.
  func pack(
    _ texts: TextCollection,
    with tokenizer: Tokenizer,
    to path: String,
    split: DocumentSplit
  ) throws -> PackingSummary {
    let line = LiveLine(console)
    defer { line.clear() }
    try OutputFile.prepareFolder(of: path)
    return try TokenFile.pack(texts, with: tokenizer, to: path, split: split) { progress in
      let share = Double(progress.fileBytesRead) / Double(max(1, progress.fileByteCount))
      line.show(
        ProgressBar(
          title: "packing",
          fraction: share,
          details: [
            counted(progress.documentCount, "document"), counted(progress.tokenCount, "token"),
          ]
        )
      )
    }
  }
}
