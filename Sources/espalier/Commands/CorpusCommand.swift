import ArgumentParser

/// `espalier corpus`.
struct CorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus",
    abstract: "Pack text into a token file, and look into one.",
    discussion: """
      Training reads a packed token file: all documents as token ids, some of them held out to \
      measure the model on, and the tokenizer they were made with.

        espalier corpus pack book.txt --tokenizer book.model --output book.tokens
        espalier corpus inspect book.tokens
      """,
    subcommands: [CorpusPack.self, CorpusInspect.self, CorpusBatches.self]
  )
}
