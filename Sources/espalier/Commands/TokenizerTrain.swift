import ArgumentParser
import Corpus
import Reports

/// `espalier tokenizer train`.
struct TokenizerTrain: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a byte-pair tokenizer on text.",
    discussion: """
      The same text in the same order gives the same tokenizer. Of more text than the sample \
      holds, sentences are drawn by chance from end to end. Characters without a piece of their \
      own are spelled in bytes, so every text can be encoded.

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

  @Option(
    help: ArgumentHelp(
      "The most text to train on, in MiB; takes about fifteen times as much memory.",
      valueName: "MiB"
    )
  )
  var sampleSize = TextSample.usualByteCount >> 20

  @Option(
    help: ArgumentHelp(
      """
      The share of the text whose characters have pieces of their own. (default: \
      \(CharacterCoverage.usualShare), or what there is room for)
      """,
      valueName: "share"
    )
  )
  var characterCoverage: Double?

  @Option(help: ArgumentHelp("The tokenizer to write.", valueName: "model"))
  var output: String

  func validate() throws {
    guard (1...1 << 20).contains(sampleSize) else {
      throw ValidationError("--sample-size: needs a number from 1 to \(1 << 20); got \(sampleSize)")
    }
  }

  func run(in context: CommandContext) throws {
    let training = try TokenizerTraining(
      on: TextSample(maximumByteCount: sampleSize << 20, of: texts.collection(context.console)),
      options: TokenizerTrainingOptions(
        vocabularySize: vocabularySize,
        characterCoverage: characterCoverage
      )
    )
    let tokenizer = try training.run()
    try OutputFile.prepareFolder(of: output)
    try tokenizer.write(to: output)
    try context.console.write(
      "\(output): \(NumberFormat.grouped(tokenizer.vocabularySize)) pieces learnt from "
        + "\(Self.words(training.sample)), SHA-256 \(tokenizer.checksum)\n"
    )
    if training.coverage.isLimited { context.console.note(Self.note(training.coverage)) }
  }

  private static func words(_ sample: TextSample) -> String {
    let all = NumberFormat.bytes(sample.textByteCount)
    return sample.isWhole
      ? "all \(all) of text"
      : "\(NumberFormat.bytes(sample.byteCount)) drawn from \(all) of text (--sample-size)"
  }

  private static func note(_ coverage: CharacterCoverage) -> String {
    "note: \(NumberFormat.grouped(coverage.pieceCount)) of the text's "
      + "\(NumberFormat.grouped(coverage.characterCount)) different characters, "
      + "\(NumberFormat.fixed(100 * coverage.share, digits: 1)) % of it, have pieces of their own, the "
      + "others are spelled in bytes; a larger --vocabulary-size has room for more"
  }
}
