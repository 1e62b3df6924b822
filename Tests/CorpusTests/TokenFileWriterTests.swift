import EspalierTestSupport
import Files
import Testing

@testable import Corpus

@Suite struct TokenFileWriterTests {
  private func write(to path: String, in files: any FileSystem) throws {
    let writer = try TokenFileWriter(
      path: path,
      tokenizer: try smallTokenizer(),
      split: DocumentSplit(validationFraction: 0.5),
      in: files
    )
    for index in 0..<20 {
      try writer.append(tokens: [5, 6, 7], textByteCount: 9, source: "s", index: index)
    }
    try writer.finish()
  }

  @Test func everyFailureLeavesTheOldFileOrTheNewOne() throws {
    let trial = try WriterTrial {
      try $0.replace("corpus.tokens", with: Array("an earlier file".utf8))
    } write: {
      try write(to: "corpus.tokens", in: $0)
    }
    #expect(trial.callCount > 10)
    #expect(trial.problems().isEmpty)
  }

  @Test func aFullDiskIsSaidInTheSystemsWords() throws {
    let disk = SimulatedDisk().copy(freeByteCount: 1000)
    let expected = TokenFileError.cannotWrite(
      path: "corpus.tokens",
      reason: "No space left on device"
    )
    #expect(throws: expected) { try write(to: "corpus.tokens", in: disk) }
  }

  @Test func aWriterThatIsDroppedLeavesNothing() throws {
    let folder = try TemporaryFolder()
    do {
      let writer = try TokenFileWriter(
        path: "\(folder.path)/a.tokens",
        tokenizer: try smallTokenizer()
      )
      try writer.append(tokens: [5], textByteCount: 1, source: "s", index: 0)
      #expect(try folder.names().count == 2)
    }
    #expect(try folder.names() == [])
  }

  @Test func nothingIsWrittenWithoutDocuments() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("{\"text\":\"\"}\n", to: "texts/a.jsonl")
    let path = "\(folder.path)/a.tokens"
    #expect(throws: TokenFileError.noDocuments(path: path)) {
      try TokenFile.pack(
        try TextCollection(paths: [text]),
        with: try smallTokenizer(),
        to: path
      )
    }
    #expect(try folder.names() == ["texts"])
  }

  @Test func aBrokenTextLeavesTheEarlierFileAlone() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("{\"text\":\"a\"}\n{\n", to: "texts/a.jsonl")
    let path = try folder.write("earlier", to: "a.tokens")
    #expect(throws: TextError.self) {
      try TokenFile.pack(
        try TextCollection(paths: [text]),
        with: try smallTokenizer(),
        to: path
      )
    }
    #expect(try contents(of: path) == Array("earlier".utf8))
    #expect(try folder.names() == ["a.tokens", "texts"])
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    #expect(
      throws: TokenFileError.cannotWrite(
        path: "/nowhere/a.tokens",
        reason: "No such file or directory"
      )
    ) { try TokenFileWriter(path: "/nowhere/a.tokens", tokenizer: try smallTokenizer()) }
  }
}
