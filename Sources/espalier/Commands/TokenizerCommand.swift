import ArgumentParser

/// `espalier tokenizer`.
struct TokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer",
    abstract: "Train a tokenizer, and use it on text.",
    discussion: """
      A tokenizer cuts text into the pieces that a model reads. Espalier's are SentencePiece \
      models, which other tools read too.

        espalier tokenizer train book.txt --vocabulary-size 1024 --output book.model
        espalier tokenizer encode book.model "In the beginning"
        espalier tokenizer encode book.model < book.txt > ids.txt
        espalier tokenizer decode book.model < ids.txt
      """,
    subcommands: [TokenizerTrain.self, TokenizerEncode.self, TokenizerDecode.self]
  )
}
