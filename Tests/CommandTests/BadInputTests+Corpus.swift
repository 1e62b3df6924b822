import Corpus
import EspalierTestSupport
import Foundation

extension BadInputTests {
  /// Token files that are none, or not what they were.
  static let badTokenFiles: [BadInput] = [
    BadInput(
      name: "a token file that is not there",
      arguments: ["train", "tiny.yaml", "--set", "corpus.tokens=nowhere.tokens"],
      messages: ["nowhere.tokens: cannot be read: No such file or directory"]
    ),
    BadInput(
      name: "a token file that is a folder",
      arguments: ["corpus", "inspect", "."],
      messages: [".: cannot be read: Is a directory"]
    ),
    tokens(
      "an empty token file",
      "book.tokens: not a token file; make one with `espalier corpus pack`"
    ) { $0.removeAll() },
    tokens(
      "a token file that ends in its header",
      "book.tokens: ends after 20 bytes, inside the header; pack the corpus again"
    ) {
      $0 = $0.prefix(20)
    },
    tokens("a token file that ends in the middle", "book.tokens: has …") {
      $0 = $0.prefix($0.count / 2)
    },
    tokens("a token file with something behind it", "book.tokens: has …") { $0.append(0) },
    tokens(
      "a file of another kind",
      "book.tokens: not a token file; make one with `espalier corpus pack`"
    ) {
      $0 = Data("\u{89}PNG\r\n".utf8) + Data(repeating: 7, count: 4000)
    },
    tokens(
      "a token file with a changed header",
      "book.tokens: the header is damaged (its checksum does not fit); pack the corpus again"
    ) { $0[30] ^= 1 },
    tokens(
      "a token file with a changed tokenizer",
      "book.tokens: the tokenizer is damaged (its checksum does not fit); pack the corpus again"
    ) { $0[$0.count - 9000] ^= 1 },
    BadInput(
      name: "a token file with a changed token",
      arguments: ["corpus", "inspect", "book.tokens", "--verify"],
      messages: [
        "book.tokens: the list of tokens is damaged (its checksum does not fit); "
          + "pack the corpus again"
      ]
    ) {
      try $0.change("book.tokens") { $0[5000] ^= 1 }
    },
    changedToken("a token file with a changed token to train on", ["train", "tiny.yaml"]),
    changedToken(
      "a token file that changed since a run began",
      ["resume", "reference"],
      needsRun: true
    ) {
      try interrupt($0)
    },
    changedToken("a token file with a changed token to profile with", ["profile", "tiny.yaml"]),
    changedToken(
      "a token file with a changed token to compare recipes with",
      ["sweep", "tiny.yaml", "other.yaml", "--output", "sweep"]
    ) {
      try $0.write($0.read("tiny.yaml"), to: "other.yaml")
      try $0.change("other.yaml") {
        $0 = Data(String(decoding: $0, as: UTF8.self).replacing("tiny", with: "other").utf8)
      }
    },
    BadInput(
      name: "a corpus shorter than one sequence",
      arguments: ["train", "tiny.yaml", "--set", "model.contextLength=200000"],
      messages: ["book.tokens: the train part has …"]
    ),
    BadInput(
      name: "a vocabulary that is not the token file's",
      arguments: ["train", "tiny.yaml", "--set", "model.vocabularySize=300"],
      messages: [
        "model.vocabularySize: is 300, but book.tokens was packed with 2048 tokens; leave the "
          + "field out to take the file's"
      ]
    ),
    BadInput(
      name: "a corpus with nothing held out",
      arguments: ["train", "tiny.yaml", "--set", "corpus.tokens=all.tokens"],
      messages: [
        "all.tokens: the validation part has 0 tokens, but one sequence of contextLength 16 needs 17; "
          + "shorten the context, or pack again with more text or a larger --validation-fraction"
      ]
    ) {
      let tokenizer = try Tokenizer(path: $0 / "book.model")
      try TokenFile.pack(
        TextCollection(paths: [$0 / "text.jsonl"]),
        with: tokenizer,
        to: $0 / "all.tokens",
        split: DocumentSplit(validationFraction: 0)
      )
    },
    BadInput(
      name: "a validation share of one",
      arguments: pack("text.jsonl") + ["--validation-fraction", "1"],
      messages: ["validation share: needs a number from 0 to below 1; got 1.0"]
    ),
  ]

  /// Texts that cannot be read as such.
  static let badTexts: [BadInput] = [
    BadInput(
      name: "a text that is not there",
      arguments: pack("nowhere.txt"),
      messages: ["nowhere.txt: cannot be read: No such file or directory"]
    ),
    text(
      "a text to pack that is not UTF-8",
      "bad.txt",
      "bad.txt: byte 4: not UTF-8 text; convert the file first, for example with iconv"
    ) {
      Data("caf".utf8) + [0x20, 0xE9, 0x20, 0x61]
    },
    BadInput(
      name: "a text to train a tokenizer on that is not UTF-8",
      arguments: [
        "tokenizer", "train", "bad.txt", "--vocabulary-size", "300", "--output", "new.model",
      ],
      messages: ["bad.txt: byte 0: not UTF-8 text; convert the file first, for example with iconv"]
    ) {
      try $0.write(Data([0xFF, 0xFE, 0x61, 0]), to: "bad.txt")
    },
    text(
      "a line that is no JSON",
      "bad.jsonl",
      "bad.jsonl:2:2: is not JSON for a record: needs a name in quotation marks; got \"t\""
    ) {
      Data(#"{"text": "a"}"#.utf8) + Data("\n{text}\n".utf8)
    },
    text(
      "a record without a text",
      "bad.jsonl",
      "bad.jsonl:1: the record has no field \"text\"; it has \"body\"; name the field that holds the "
        + "text with --text-field"
    ) {
      Data(#"{"body": "a"}"#.utf8)
    },
    text(
      "a record whose text is a number",
      "bad.jsonl",
      "bad.jsonl:1:10: the field \"text\" needs to hold a string; got a number"
    ) {
      Data(#"{"text": 5}"#.utf8)
    },
    text(
      "a record whose text ends in half a character",
      "bad.jsonl",
      "bad.jsonl:2:29: the field \"text\" holds half of a surrogate pair, which is no character; "
        + "write the whole pair or \\ufffd instead"
    ) {
      Data("{\"text\": \"a\"}\n{\"score\": NaN, \"text\": \"a b \\ud83d\"}\n".utf8)
    },
    text(
      "a list of records in place of lines",
      "bad.json",
      "bad.json:1:1: is not JSON for a record: needs an object, one a line; got a list, whose "
        + "elements `jq -c '.[]'` writes so"
    ) {
      Data(#"[{"text": "a"}]"#.utf8)
    },
    text(
      "a text in UTF-16 without a mark",
      "bad.txt",
      "bad.txt: byte 1: is zero, so this is no UTF-8 text; if it is UTF-16, convert the file first, "
        + "for example with `iconv -f UTF-16`"
    ) {
      Data("In the beginning".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    },
    text(
      "a compressed text that is not compressed",
      "bad.txt.gz",
      "bad.txt.gz: byte 0: the gzip file is damaged: …"
    ) {
      Data("In the beginning".utf8)
    },
    text(
      "a compressed text that ends early",
      "bad.txt.gz",
      "bad.txt.gz: the gzip file ends early, after 10 bytes; get or make it again"
    ) {
      Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3])
    },
    text(
      "a text without text",
      "bad.txt",
      "new.tokens: not written, because the given files hold no text"
    ) { Data() },
    BadInput(
      name: "a folder without texts",
      arguments: pack("empty"),
      messages: [
        "empty: holds no text; looked for .txt .text .md .rst .jsonl .ndjson .json, each "
          + "also with .gz, and .parquet"
      ]
    ) {
      try $0.makeFolder("empty")
    },
  ]

  private static func pack(_ text: String) -> [String] {
    ["corpus", "pack", text, "--tokenizer", "book.model", "--output", "new.tokens"]
  }

  private static func text(
    _ name: String,
    _ file: String,
    _ message: String,
    contents: @escaping @Sendable () -> Data
  ) -> BadInput {
    BadInput(name: name, arguments: pack(file), messages: [message]) {
      try $0.write(contents(), to: file)
    }
  }

  /// The change leaves the token in the vocabulary, so that only the checksum tells.
  private static func changedToken(
    _ name: String,
    _ arguments: [String],
    needsRun: Bool = false,
    prepare: @escaping @Sendable (TemporaryFolder) throws -> Void = { _ in }
  ) -> BadInput {
    BadInput(
      name: name,
      arguments: arguments,
      needsRun: needsRun,
      messages: [
        "book.tokens: the list of tokens is damaged (its checksum does not fit); pack the corpus again"
      ]
    ) {
      try $0.change("book.tokens") { $0[5000] ^= 1 }
      try prepare($0)
    }
  }

  private static func tokens(
    _ name: String,
    _ message: String,
    change: @escaping @Sendable (inout Data) -> Void
  ) -> BadInput {
    BadInput(name: name, arguments: ["corpus", "inspect", "book.tokens"], messages: [message]) {
      try $0.change("book.tokens", change)
    }
  }
}
