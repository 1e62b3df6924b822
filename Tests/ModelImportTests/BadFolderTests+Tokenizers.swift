import EspalierTestSupport
import Foundation

extension BadFolderTests {
  private static func tokenizer(
    _ message: String,
    _ spoil: @escaping @Sendable (ForeignFolder) throws -> Void
  ) -> Case {
    Case(
      "@/tokenizer.json: not a tokenizer.json of byte pairs that is understood here: \(message)",
      spoil
    )
  }

  static let tokenizers = [
    Case("@: needs tokenizer.model or tokenizer.json") { try $0.remove("tokenizer.json") },
    Case(
      "@/tokenizer.model: not a SentencePiece model (the file is empty); give a tokenizer.model made by `espalier "
        + "tokenizer train`",
      of: "mistral"
    ) { try $0.write("", to: "tokenizer.model") },
    Case("@: has 401 pieces, but config.json says vocab_size = 366") {
      try $0.replace("\"id\": 360", with: "\"id\": 400", in: "tokenizer.json")
    },
    tokenizer("byte 1: needs a name in quotation marks; got the end of the file") {
      try $0.write("{", to: "tokenizer.json")
    },
    tokenizer("is not UTF-8 text") { try $0.edit("tokenizer.json") { $0[1] = 0xFF } },
    tokenizer("has no model") { try $0.write("{}", to: "tokenizer.json") },
    tokenizer("model.type = \"WordPiece\", which is not supported") {
      try $0.set("model.type", "WordPiece", in: "tokenizer.json")
    },
    tokenizer("model.dropout = 0.1, which is not supported") {
      try $0.set("model.dropout", 0.1, in: "tokenizer.json")
    },
    tokenizer("model.end_of_word_suffix = \"</w>\", which is not supported") {
      try $0.set("model.end_of_word_suffix", "</w>", in: "tokenizer.json")
    },
    tokenizer("model.vocab has no pieces") {
      try $0.set("model.vocab", [String: Int](), in: "tokenizer.json")
    },
    tokenizer("model.vocab.a = -1, which is no id") {
      try $0.set("model.vocab", ["a": -1], in: "tokenizer.json")
    },
    tokenizer("model.vocab.a = 99999999999, which is no id") {
      try $0.set("model.vocab", ["a": 99_999_999_999], in: "tokenizer.json")
    },
    tokenizer("gives the id 360 to two pieces, zz and <|endoftext|>") {
      try $0.set("model.vocab", ["zz": 360], in: "tokenizer.json")
      try $0.set("model.merges", [String](), in: "tokenizer.json")
    },
    tokenizer(
      "model.merges[0] = \"a zzz\", which are not two pieces that make a third"
    ) { try $0.set("model.merges", ["a zzz"], in: "tokenizer.json") },
    tokenizer("model.merges[0] = 7, which are not two pieces that make a third") {
      try $0.set("model.merges", [7], in: "tokenizer.json")
    },
    tokenizer("normalizer.type = \"Lowercase\", which is not supported") {
      try $0.set("normalizer", ["type": "Lowercase"], in: "tokenizer.json")
    },
    tokenizer("pre_tokenizer.type = \"Metaspace\", which is not supported") {
      try $0.set("pre_tokenizer", ["type": "Metaspace"], in: "tokenizer.json")
    },
    tokenizer("pre_tokenizer.add_prefix_space = true, which is not supported") {
      try $0.set("pre_tokenizer", ["type": "ByteLevel"], in: "tokenizer.json")
    },
    tokenizer("pre_tokenizer.pattern = (, which is no regular expression") {
      try $0.set(
        "pre_tokenizer",
        ["type": "Split", "behavior": "Isolated", "pattern": ["Regex": "("]]
          as [String: any Sendable],
        in: "tokenizer.json"
      )
    },
    tokenizer("pre_tokenizer.behavior = \"Removed\", which is not supported") {
      try $0.set(
        "pre_tokenizer",
        ["type": "Split", "behavior": "Removed", "pattern": ["Regex": "a"]]
          as [String: any Sendable],
        in: "tokenizer.json"
      )
    },
    tokenizer("added_tokens needs an id and a content each") {
      try $0.set("added_tokens", [["id": 3]], in: "tokenizer.json")
    },
    tokenizer("added_tokens.<m>.lstrip = true, which is not supported") {
      try $0.set(
        "added_tokens",
        [["id": 360, "content": "<m>", "lstrip": true] as [String: any Sendable]],
        in: "tokenizer.json"
      )
    },
    tokenizer("has no piece <s>") {
      try $0.set("bos_token", "<s>", in: "tokenizer_config.json")
    },
    Case("@/config.json: eos_token_id = 4000; needs a piece of the tokenizer") {
      try $0.set("eos_token_id", 4000)
      try $0.remove("tokenizer_config.json")
    },
    Case("@/tokenizer_config.json: is no JSON: byte 0: needs a value; got the end of the file") {
      try $0.write("", to: "tokenizer_config.json")
    },
  ]
}
