import EspalierTestSupport
import Foundation

extension BadInputTests {
  /// Tokenizers that are none, and what they cannot do.
  static let badTokenizers: [BadInput] = [
    encode(
      "a tokenizer that is not there",
      model: "nowhere.model",
      [
        "nowhere.model: cannot read the tokenizer: No such file or directory"
      ]
    ),
    encode(
      "a tokenizer that is a folder",
      model: ".",
      [
        ".: cannot read the tokenizer: Is a directory"
      ]
    ),
    encode(
      "a text as a tokenizer",
      model: "text.jsonl",
      [
        "text.jsonl: not a tokenizer.json of byte pairs that is understood here: …"
      ]
    ),
    BadInput(
      name: "an empty tokenizer",
      arguments: ["tokenizer", "encode", "empty.model", "a"],
      messages: ["empty.model: not a SentencePiece model (…"]
    ) {
      try $0.write(Data(), to: "empty.model")
    },
    BadInput(
      name: "half a tokenizer",
      arguments: ["corpus", "pack", "text.jsonl", "--tokenizer", "book.model", "--output", "new"],
      messages: ["book.model: not a SentencePiece model (…"]
    ) {
      try $0.change("book.model") { $0 = $0.prefix($0.count / 2) }
    },
    vocabulary(
      "a vocabulary larger than the text gives",
      900_000,
      ["this text gives a vocabulary of …"]
    ),
    vocabulary(
      "a character coverage that does not fit",
      280,
      ["a character coverage of 1.0 takes …"],
      further: ["--character-coverage", "1"]
    ),
    vocabulary(
      "a vocabulary without room for a character",
      259,
      [
        "vocabulary size: needs a number from 260 (3 special pieces, 256 bytes and a character) to "
          + "2147483647; got 259"
      ]
    ),
    BadInput(
      name: "text from the standard input that is not UTF-8",
      arguments: ["tokenizer", "encode", "book.model"],
      input: Data("ab".utf8) + [0xC3, 0x28],
      messages: [
        "standard input: byte 2: not UTF-8 text; convert it first, for example with iconv"
      ]
    ),
    BadInput(
      name: "a token outside the vocabulary",
      arguments: ["tokenizer", "decode", "book.model", "7", "2048"],
      messages: ["token 2048: outside the tokenizer's vocabulary, which holds 0 to 2047"]
    ),
    BadInput(
      name: "words in place of tokens",
      arguments: ["tokenizer", "decode", "book.model"],
      input: Data("12 twelve".utf8),
      messages: [
        "standard input: needs token ids, whole numbers with spaces between them; got \"twelve\""
      ]
    ),
  ]

  /// Plugins that are none.
  static let badPlugins: [BadInput] = [
    plugin(
      "a plugin that is not there",
      "nowhere.so",
      [
        "no XLA plugin found (looked for nowhere.so); install one with `make setup`, or name one "
          + "with --plugin or ESPALIER_PJRT_PLUGIN"
      ]
    ),
    BadInput(
      name: "a plugin that is not where the environment says",
      arguments: ["train", "tiny.yaml"],
      environment: ["ESPALIER_PJRT_PLUGIN": "elsewhere.so"],
      messages: ["no XLA plugin found (looked for elsewhere.so); …"]
    ),
    plugin(
      "a text as a plugin",
      "tiny.yaml",
      [
        "tiny.yaml: cannot be opened as an XLA plugin: …"
      ]
    ),
    plugin("a folder as a plugin", ".", [".: cannot be opened as an XLA plugin: …"]),
    plugin(
      "a library that is no plugin",
      "libz.so.1",
      [
        "libz.so.1: is a shared library but not an XLA plugin, it exports no GetPjrtApi; name "
          + "another file with --plugin or ESPALIER_PJRT_PLUGIN"
      ]
    ) {
      try FileManager.default.createSymbolicLink(
        atPath: $0 / "libz.so.1",
        withDestinationPath: "/lib/x86_64-linux-gnu/libz.so.1"
      )
    },
    plugin(
      "a plugin that was cut off",
      "cut.so",
      [
        "cut.so: the shared library is cut off after 1000000 bytes; delete it and run "
          + "`make setup` again"
      ]
    ) { folder in
      let plugin = try FileHandle(forReadingFrom: URL(fileURLWithPath: TestPlugin.path))
      try folder.write(try plugin.read(upToCount: 1_000_000) ?? Data(), to: "cut.so")
    },
  ]

  private static func encode(_ name: String, model: String, _ messages: [String]) -> BadInput {
    BadInput(name: name, arguments: ["tokenizer", "encode", model, "a"], messages: messages)
  }

  private static func vocabulary(
    _ name: String,
    _ size: Int,
    _ messages: [String],
    further: [String] = []
  ) -> BadInput {
    BadInput(
      name: name,
      arguments: [
        "tokenizer", "train", "text.jsonl", "--vocabulary-size", "\(size)", "--output", "new.model",
      ] + further,
      messages: messages
    )
  }

  private static func plugin(
    _ name: String,
    _ file: String,
    _ messages: [String],
    prepare: @escaping @Sendable (TemporaryFolder) throws -> Void = { _ in }
  ) -> BadInput {
    BadInput(
      name: name,
      arguments: ["train", "tiny.yaml", "--plugin", file],
      messages: messages,
      prepare: prepare
    )
  }
}
