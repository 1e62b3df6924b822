import Corpus
import EspalierTestSupport
import Files
import Foundation
import Randomness
import Synchronization
import Testing

@Suite struct TokenizerTests {
  @Test(arguments: oddTexts)
  func decodingGivesBackWhatWasEncoded(text: String) throws {
    let tokenizer = try smallTokenizer()
    let decoded = try tokenizer.decode(tokenizer.encode(text))
    #expect(Array(decoded.utf8) == Array(text.utf8))
  }

  /// Scalars from every plane, in texts of 0 to 39 of them, without surrogates and without U+2581.
  @Test func decodingGivesBackRandomTexts() throws {
    let tokenizer = try smallTokenizer()
    let stream = RandomStream(seed: 11).named("texts")
    for round in UInt64(0)..<200 {
      var draws = stream.indexed(round).makeGenerator()
      let scalars = (0..<Int.random(in: 0..<40, using: &draws)).compactMap { _ in
        let bits = Int.random(in: 1...21, using: &draws)
        return UnicodeScalar(UInt32.random(in: 0..<(1 << UInt32(bits)), using: &draws))
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars.filter { $0 != "\u{2581}" })
      let string = String(text)
      #expect(
        Array(try tokenizer.decode(tokenizer.encode(string)).utf8) == Array(string.utf8),
        "round \(round)"
      )
    }
  }

  /// The one exception that the documentation of Tokenizer names.
  @Test func theSpaceSymbolComesBackAsASpace() throws {
    let tokenizer = try smallTokenizer()
    #expect(try tokenizer.decode(tokenizer.encode("a\u{2581}b")) == "a b")
  }

  @Test func encodesAsSentencePieceForPythonDoes() throws {
    let tokenizer = try smallTokenizer()
    let golden = try JSONDecoder().decode(
      Golden.self,
      from: Data(try contents(of: Golden.path))
    )
    #expect(golden.cases.count > 20)
    #expect(tokenizer.vocabularySize == golden.vocabularySize)
    #expect(tokenizer.beginningID == golden.beginningID)
    #expect(tokenizer.endID == golden.endID)
    for (id, piece) in golden.pieces {
      #expect(try tokenizer.piece(try #require(Int32(id))) == piece)
    }
    for sample in golden.cases {
      #expect(try tokenizer.encode(sample.text) == sample.ids, "\(sample.text.debugDescription)")
    }
  }

  @Test func trainingGivesTheSameBytesEveryTime() throws {
    let texts = try genesis(chapters: 20).map(\.text)
    let tokenizer = try Tokenizer.train(on: texts, options: .init(vocabularySize: 512))
    #expect(tokenizer.vocabularySize == 512)
    #expect(tokenizer.serializedModel == (try contents(of: tokenizerFixture)))
    #expect(tokenizer.checksum == (try smallTokenizer().checksum))
  }

  @Test func aWrittenTokenizerIsReadBack() throws {
    let folder = try TemporaryFolder()
    let tokenizer = try smallTokenizer()
    let path = "\(folder.path)/tokenizer.model"
    try tokenizer.write(to: path)
    #expect(try folder.names() == ["tokenizer.model"])
    let again = try Tokenizer(path: path)
    #expect(again.serializedModel == tokenizer.serializedModel)
    #expect(again.name == "tokenizer.model")
    #expect(try again.encode("And God said") == tokenizer.encode("And God said"))
  }

  /// The library alone would skip each of these: a line with a tab, one with a null character, and one
  /// that is longer than its limit, with and without spaces to cut it at.
  @Test(arguments: [
    ("espalier\tespalier espalier", 1), ("espalier\u{0}espalier", 1), ("espalier ", 3000),
    ("espalier7", 3000),
  ])
  func trainingSkipsNothing(piece: String, repetitions: Int) throws {
    let text = String(repeating: piece, count: repetitions)
    // 259 special pieces and bytes, the characters and the space, and 8 merges that make the word.
    let characters = Set(piece.unicodeScalars.filter { $0 > " " }).count + 1
    let tokenizer = try Tokenizer.train(
      on: [text],
      options: .init(vocabularySize: 259 + characters + 8)
    )
    let pieces = try tokenizer.encode("espalier").map { try tokenizer.piece($0) }
    // A space that is rare in the text has no piece of its own and is spelled in bytes before the word.
    #expect(pieces.last?.hasSuffix("espalier") == true, "\(pieces)")
  }

  @Test func aCollectionWithinTheBoundIsTrainedOnWhole() throws {
    let folder = try TemporaryFolder()
    let texts = try genesis(chapters: 20).map(\.text)
    for (index, text) in texts.enumerated() {
      try folder.write(text, to: "\(10 + index).txt")
    }
    let tokenizer = try Tokenizer.train(
      on: try TextCollection(paths: [folder.path]),
      options: .init(vocabularySize: 512)
    )
    #expect(tokenizer.serializedModel == (try contents(of: tokenizerFixture)))
  }

  /// What comes late in a collection beyond the bound is learnt as what comes first.
  @Test(arguments: [false, true]) func aCollectionBeyondTheBoundIsSampledFromEndToEnd(
    isReversed: Bool
  ) throws {
    let folder = try TemporaryFolder()
    let common = "{\"text\":\"\("abc ".repeated(25))\"}\n"
    let other = common.replacing("abc ", with: "xyz ")
    try folder.write(common.repeated(200), to: isReversed ? "b.jsonl" : "a.jsonl")
    try folder.write(other.repeated(100), to: isReversed ? "a.jsonl" : "b.jsonl")
    let texts = try TextCollection(paths: [folder.path])
    let options = TokenizerTrainingOptions(vocabularySize: 272, maximumTextByteCount: 10_000)
    let tokenizer = try Tokenizer.train(on: texts, options: options)
    #expect(try tokenizer.encode("xyz").count == 1)
    let again = try Tokenizer.train(on: texts, options: options)
    #expect(again.serializedModel == tokenizer.serializedModel)
  }

  @Test func severalThreadsEncodeWithOneTokenizer() throws {
    let tokenizer = try smallTokenizer()
    let texts = try genesis(chapters: 8).map(\.text)
    let expected = try texts.map { try tokenizer.encode($0) }
    let differences = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 64) { index in
      let ids = try? tokenizer.encode(texts[index % 8])
      if ids != expected[index % 8] { differences.withLock { $0 += 1 } }
    }
    #expect(differences.withLock { $0 } == 0)
  }

  @Test func theLibrarySaysWhereItIs() throws {
    let library = SentencePieceLibrary.loaded()
    #expect(try #require(library.path).contains("sentencepiece"))
    let version = try #require(library.version)
    #expect(version.split(separator: ".").count == 3)
  }
}

@Suite struct TokenizerErrorTests {
  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(path: "/nowhere/a.model") }
    #expect(
      error == .cannotRead(path: "/nowhere/a.model", reason: "No such file or directory")
    )
    #expect(
      error?.description
        == "/nowhere/a.model: cannot read the tokenizer: No such file or directory"
    )
  }

  @Test func aFolderIsNoTokenizer() throws {
    let folder = try TemporaryFolder()
    #expect(throws: TokenizerError.cannotRead(path: folder.path, reason: "Is a directory")) {
      try Tokenizer(path: folder.path)
    }
  }

  @Test(arguments: ["", "hello", "\u{0}\u{0}\u{0}\u{0}", "[1]", "ESPTOKEN"])
  func foreignBytesAreNoModel(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "x.model")
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(path: path) }
    guard case .notAModel(let name, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(name == path && !reason.isEmpty)
  }

  @Test(arguments: ["{", "{\"model\": 1}", "{}"])
  func foreignObjectsAreNoTokenizerFile(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "x.model")
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(path: path) }
    guard case .notATokenizerFile(let name, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(name == path && !reason.isEmpty)
  }

  /// A cut model is refused or, when the cut falls between two pieces, is a smaller vocabulary.
  @Test func aTruncatedModelDoesNotEndTheProcess() throws {
    let bytes = try contents(of: tokenizerFixture)
    var refused = 0
    for length in stride(from: 0, to: bytes.count, by: 61) {
      do {
        let tokenizer = try Tokenizer(serializedModel: Array(bytes[..<length]))
        _ = try? tokenizer.encode("And God said 1 é\n")
      } catch {
        refused += 1
      }
    }
    #expect(refused > 50)
  }

  @Test(arguments: [-1, 0, 100, 259, Int(Int32.max) + 1])
  func theVocabularySizeMustHoldTheBytesAndFit(size: Int) {
    #expect(throws: TokenizerError.impossibleVocabularySize(size)) {
      try Tokenizer.train(on: ["text"], options: .init(vocabularySize: size))
    }
  }

  @Test func aVocabularyTooLargeForTheTextIsToldTheLargest() throws {
    let text = ["a b c"]
    let error = #expect(throws: TokenizerError.self) {
      try Tokenizer.train(on: text, options: .init(vocabularySize: 4000))
    }
    #expect(error == .vocabularyTooLarge(size: 4000, largest: 266))
    #expect(
      error?.description == "this text gives a vocabulary of 266 pieces at most; got 4000"
    )
    #expect(
      try Tokenizer.train(on: text, options: .init(vocabularySize: 266)).vocabularySize == 266
    )
  }

  @Test(arguments: [[], [""], ["\n\t\u{0}"]])
  func thereMustBeText(texts: [String]) {
    #expect(throws: TokenizerError.noTrainingText) {
      try Tokenizer.train(on: texts, options: .init(vocabularySize: 300))
    }
  }

  @Test(arguments: [Int32(-1), 512, .max, .min])
  func idsOutsideTheVocabularyAreRefused(id: Int32) throws {
    let tokenizer = try smallTokenizer()
    let expected = TokenizerError.unknownToken(id: Int(id), vocabularySize: 512)
    #expect(throws: expected) { try tokenizer.decode([5, id]) }
    #expect(throws: expected) { try tokenizer.piece(id) }
  }

  @Test func aFolderThatIsNotThereCannotBeWrittenTo() throws {
    let tokenizer = try smallTokenizer()
    #expect(
      throws: TokenizerError.cannotWrite(
        path: "/nowhere/a.model",
        reason: "No such file or directory"
      )
    ) { try tokenizer.write(to: "/nowhere/a.model") }
  }

  @Test func everyFailureLeavesTheOldModelOrTheNewOne() throws {
    let tokenizer = try smallTokenizer()
    let trial = try WriterTrial {
      try $0.replace("a.model", with: Array("an earlier one".utf8))
    } write: {
      try tokenizer.write(to: "a.model", in: $0)
    }
    #expect(trial.problems().isEmpty)
  }
}

private struct Golden: Decodable {
  struct Case: Decodable {
    let text: String
    let ids: [Int32]
  }

  static let path = "\(repository)/Tests/Fixtures/tokenizer/genesis-512.encodings.json"

  let vocabularySize: Int
  let beginningID: Int32
  let endID: Int32
  let pieces: [String: String]
  let cases: [Case]
}

extension String {
  fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
