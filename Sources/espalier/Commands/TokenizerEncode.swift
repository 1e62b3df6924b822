import ArgumentParser
import Corpus
import Files

/// `espalier tokenizer encode`.
struct TokenizerEncode: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Turn text into token ids.",
    discussion: """
      The ids stand on one line with spaces between them. A text that is not given is read from \
      the standard input, line feeds and all.

        espalier tokenizer encode book.model "In the beginning"
        espalier tokenizer encode book.model --pieces "In the beginning"
        espalier tokenizer encode book.model < book.txt
      """
  )

  @Argument(help: ArgumentHelp("The tokenizer.", valueName: "model"))
  var model: String

  @Argument(help: ArgumentHelp("The text. (default: the standard input)", valueName: "text"))
  var text: String?

  @Flag(help: "Print the written form of each piece, a line each, instead of ids.")
  var pieces = false

  func run(in context: CommandContext) throws {
    let tokenizer = try Tokenizer(path: model)
    let ids = try tokenizer.encode(
      text.map { text throws(CommandError) in
        try InputText.of(
          text.systemBytes.dropLast().map(UInt8.init(bitPattern:)),
          from: "the text"
        )
      } ?? InputText.of(Console.standardInput(), from: "standard input")
    )
    try context.console.write(
      pieces
        ? ids.map { id throws(TokenizerError) in try tokenizer.piece(id) + "\n" }.joined()
        : ids.map(String.init).joined(separator: " ") + "\n",
      isVerbatim: true
    )
  }
}
