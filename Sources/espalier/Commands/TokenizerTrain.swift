import ArgumentParser
import Corpus
import Reports

/// `espalier tokenizer train`.
struct TokenizerTrain: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a byte-pair tokenizer on text.",
    discussion: """
      The same text in the same order gives the same tokenizer. Texts beyond the first 64 MB are \
      left out.

        espalier tokenizer train book.txt --vocabulary-size 1024 --output book.model
        espalier tokenizer train news.jsonl.gz books/ --vocabulary-size 8192 \\
          --output my.model
      """
  )

  @OptionGroup var texts: TextArguments

  @Option(
    help: ArgumentHelp(
      "How many pieces the vocabulary has; 259 are special pieces and single bytes.",
      valueName: "count"
    )
  )
  var vocabularySize: Int

  @Option(help: ArgumentHelp("The tokenizer to write.", valueName: "model"))
  var output: String

  func run(in context: CommandContext) throws {
    let reader = try texts.collection().makeReader()
    let tokenizer = try Tokenizer.train(
      options: TokenizerTrainingOptions(vocabularySize: vocabularySize)
    ) {
      try reader.next()?.text
    }
    try OutputFile.prepareFolder(of: output)
    try tokenizer.write(to: output)
    try context.console.write(
      "\(output): \(NumberFormat.grouped(tokenizer.vocabularySize)) pieces, "
        + "SHA-256 \(tokenizer.checksum)\n"
    )
  }
}
