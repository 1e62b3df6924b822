import ArgumentParser
import Corpus

/// `espalier tokenizer decode`.
struct TokenizerDecode: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Turn token ids back into text.",
    discussion: """
      Ids that are not given are read from the standard input. The text is written as it is, \
      without a line feed added, except on a terminal.

        espalier tokenizer decode book.model 312 289 1001
        espalier tokenizer decode book.model < ids.txt
      """
  )

  @Argument(help: ArgumentHelp("The tokenizer.", valueName: "model"))
  var model: String

  @Argument(help: ArgumentHelp("Token ids. (default: the standard input)", valueName: "id"))
  var ids: [Int32] = []

  func run(in context: CommandContext) throws {
    let tokenizer = try Tokenizer(path: model)
    let text = try tokenizer.decode(ids.isEmpty ? Self.standardInputIDs() : ids)
    let ending = context.console.writesToTerminal ? "\n" : ""
    try context.console.write(text + ending, isVerbatim: true)
  }

  private static func standardInputIDs() throws(CommandError) -> [Int32] {
    let text = String(decoding: try Console.standardInput(), as: UTF8.self)
    return try text.split(whereSeparator: \.isWhitespace).map { word throws(CommandError) in
      guard let id = Int32(word) else { throw .notAToken(text: String(word.prefix(40))) }
      return id
    }
  }
}
