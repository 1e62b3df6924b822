import Corpus
import Foundation

/// The first chapters of the text that comes with the project.
func genesis(chapters: Int) throws -> [Document] {
  let reader = try TextCollection(paths: ["\(repository)/Data/king-james.jsonl.gz"]).makeReader()
  var documents: [Document] = []
  while documents.count < chapters, let document = try reader.next() {
    documents.append(document)
  }
  return documents
}

let tokenizerFixture = "\(repository)/Tests/Fixtures/tokenizer/genesis-512.model"

/// A tokenizer with 512 pieces, trained on Genesis 1-20.
func smallTokenizer() throws -> Tokenizer {
  try Tokenizer(path: tokenizerFixture)
}

/// Texts that are hard to give back.
let oddTexts = [
  "", " ", "  ", "\n", "\n\n\n", "a", " a", "a ", "\u{0}", "a\u{0}b", "\t", "\r\n",
  "  leading and   inner  and trailing  ",
  "line one\nline two\r\n\tline three\u{2028}line four",
  (1..<0x20).map { String(UnicodeScalar(UInt8($0))) }.joined(), "\u{7F}\u{80}\u{9F}",
  "日本語のテキスト、中文文本，한국어", "שלום עולם مرحبا", "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪😀", "e\u{301} is not \u{e9}",
  "\u{10FFFF}\u{FFFD}\u{FEFF}\u{200B}\u{A0}\u{3000}", "<s></s><unk><0x41><pad>", "__ _ ___",
  String(repeating: "x", count: 5000), String(repeating: "\u{1F600}", count: 700),
  String(repeating: " ", count: 300), "0123456789 ４２ ²",
]
