import EspalierTestSupport
import Foundation
import Testing

@testable import Corpus

/// Prompts and answers: how they are read, cut into tokens and laid into rows.
@Suite struct ExampleTests {
  private let folder: TemporaryFolder
  private let tokenizer: Tokenizer

  init() throws {
    folder = try TemporaryFolder()
    let root = TestPlugin.packageRoot.path
    tokenizer = try Tokenizer(path: "\(root)/Tests/Fixtures/tokenizer/genesis-512.model")
  }

  private func file(_ lines: String...) throws -> ExampleFile {
    try folder.write(lines.joined(separator: "\n"), to: "data.jsonl")
    return try ExampleFile(path: folder / "data.jsonl")
  }

  private func message(_ lines: String...) -> String? {
    do {
      try folder.write(lines.joined(separator: "\n"), to: "data.jsonl")
      _ = try EncodedExamples(
        ExampleFile(path: folder / "data.jsonl"),
        with: tokenizer,
        contextLength: 16
      )
      return nil
    } catch { return "\(error)".replacing(folder.path + "/", with: "") }
  }

  @Test func linesAreExamplesAndOthersArePassedOver() throws {
    let file = try file(
      "\u{FEFF}{\"prompt\": \"a ->\", \"answer\": \" b\", \"more\": [1]}",
      "  ",
      "{\"answer\":\"d\\n\",\"prompt\":\"c\"}",
      ""
    )
    #expect(
      file.examples == [Example(prompt: "a ->", answer: " b"), Example(prompt: "c", answer: "d\n")]
    )
    #expect(file.lines == [1, 3])
  }

  /// The tokens are those of the whole text, and a blank belongs to the token behind it.
  @Test(arguments: [
    ("God said, Let there", " be light"), ("God said, Let there ", "be light"),
    ("God said,\n", "Let"), ("God", "liness"),
  ])
  func answersBeginWhereThePromptsTokensEnd(prompt: String, answer: String) throws {
    let example = Example(prompt: prompt, answer: answer)
    let (tokens, answerCount) = try example.encoded(with: tokenizer)
    #expect(tokens == (try tokenizer.encode(prompt + answer)))
    #expect(answerCount > 0 && answerCount < tokens.count)
    let prompt = prompt.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(tokens.count - answerCount == (try tokenizer.encode(prompt).count))
  }

  @Test func rowsHoldWholeExamplesAndSayWhatIsAnswered() throws {
    let examples = [
      ("In the", " beginning"), ("God created", " the heaven"), ("and the", " earth"),
    ]
    let lines = (examples + examples).map { "{\"prompt\":\"\($0)\",\"answer\":\"\($1)\"}" }
    try folder.write(lines.joined(separator: "\n"), to: "data.jsonl")
    let file = try ExampleFile(path: folder / "data.jsonl")
    let context = 16
    try EncodedExamples(file, with: tokenizer, contextLength: context)
      .write(to: folder / "e.tokens", split: DocumentSplit(validationFraction: 0.2, seed: 1))
    let packed = try TokenFile(path: folder / "e.tokens")
    #expect(packed.holdsAnswers)
    var seen = 0
    for split in Split.allCases {
      let rows = try packed.exampleSequences(of: split, contextLength: context)
      for row in 0..<rows.count {
        let tokens = try rows.tokens([row])
        let segments = rows.segments([row])
        let answers = try #require(rows.answers([row]))
        #expect(tokens.count == context + 1 && segments.count == context + 1)
        #expect(answers.count == context + 1)
        for segment in 0..<(try #require(segments.last)) {
          let places = segments.indices.filter { segments[$0] == segment }
          let whole = places.map { tokens[$0] }
          let answer = places.filter { answers[$0] == 1 }.map { tokens[$0] }
          // The end token stands before and behind, as for a model that goes on with a prompt.
          #expect(whole.first == packed.endID && whole.last == packed.endID)
          #expect(Array(whole.suffix(answer.count)) == answer)
          let text = try tokenizer.decode(whole)
          let index = try #require(examples.firstIndex { $0.0 + $0.1 == text })
          #expect(try tokenizer.decode(answer) == examples[index].1.trimmingPrefix(" "))
          seen += 1
        }
      }
    }
    // The last segment of a row fills it up, unless the row is full.
    #expect(seen >= 4 && seen <= 6)
    #expect(packed.documentCount(of: .validation) >= 1)
  }

  @Test func aTextHasNoAnswers() throws {
    let corpus = try TokenFile(path: TestCorpus.tokenFile())
    #expect(!corpus.holdsAnswers)
    #expect(throws: ExampleError.noAnswers(path: corpus.path)) {
      try corpus.exampleSequences(of: .train, contextLength: 8)
    }
    #expect(try corpus.sequences(of: .train, contextLength: 8).answers([0]) == nil)
  }

  @Test func whatIsNoExampleIsSaidInASentence() throws {
    let good = #"{"prompt":"a","answer":"b"}"#
    #expect(
      message(good, #"{"prompt":"a","text":"b"}"#)
        == "data.jsonl:2: the record has no field \"answer\"; it has \"prompt\", \"text\"; an example "
        + "needs \"prompt\" and \"answer\""
    )
    #expect(
      message(good, "", #"{"prompt":" ","answer":"b"}"#)
        == "data.jsonl:3: the field \"prompt\" holds no text; leave the example out or complete it"
    )
    #expect(
      message(#"{"prompt":"a","answer":7}"#)
        == "data.jsonl:1:24: the field \"answer\" needs to hold a string; got a number"
    )
    #expect(
      message("")
        == "data.jsonl: holds no example; write one JSON object with \"prompt\" and \"answer\" a line"
    )
    #expect(
      message(good)
        == "data.jsonl: holds one example, but one is held out to measure the model on; write at "
        + "least two"
    )
    let long = String(repeating: "God ", count: 16)
    #expect(
      message(good, "{\"prompt\":\"\(long)\",\"answer\":\"b\"}")?
        .hasSuffix("but the model's context takes 15; shorten the example or leave it out") == true
    )
    #expect(message("[1]")?.hasPrefix("data.jsonl:1:1: is not JSON for a record: ") == true)
    try Data([0x7B, 0x22, 0xFF]).write(to: URL(fileURLWithPath: folder / "bytes.jsonl"))
    #expect(throws: TextError.notUTF8(path: folder / "bytes.jsonl", byteOffset: 2)) {
      try ExampleFile(path: folder / "bytes.jsonl")
    }
  }
}
