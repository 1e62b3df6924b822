import Testing

@testable import Corpus

@Suite struct TokenFileWriterTests {
  /// Lets the n-th call that changes the disk fail as a full disk does.
  private final class FullDisk {
    var callsLeft: Int
    private(set) var calls = 0

    init(callsLeft: Int) { self.callsLeft = callsLeft }

    func count() throws(SystemFailure) {
      calls += 1
      if callsLeft == 0 { throw SystemFailure(code: 28) }
      callsLeft -= 1
    }

    var operations: FileOperations {
      let system = FileOperations.system
      return FileOperations(
        write: { handle, bytes, offset throws(SystemFailure) in
          try self.count()
          // Short writes are allowed, so give the writer some.
          return try system.write(handle, bytes.prefix(max(1, bytes.count / 2)), offset)
        },
        synchronize: { handle throws(SystemFailure) in
          try self.count()
          try system.synchronize(handle)
        },
        rename: { from, to throws(SystemFailure) in
          try self.count()
          try system.rename(from, to)
        }
      )
    }
  }

  private func write(to path: String, on disk: FullDisk) throws {
    let writer = try TokenFileWriter(
      path: path,
      tokenizer: try smallTokenizer(),
      split: DocumentSplit(validationFraction: 0.5),
      operations: disk.operations
    )
    for index in 0..<20 {
      try writer.append(tokens: [5, 6, 7], textByteCount: 9, source: "s", index: index)
    }
    try writer.finish()
  }

  /// Whichever call fails, the earlier file is whole, or the new one is, and nothing else is left.
  @Test func aFullDiskLeavesTheEarlierFileAlone() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/corpus.tokens"
    let roomy = FullDisk(callsLeft: .max)
    try write(to: path, on: roomy)
    let new = try contents(of: path)
    try TokenFile(path: path).verify()
    #expect(roomy.calls > 10)
    let old = Array("an earlier file".utf8)
    for calls in 0..<roomy.calls {
      try folder.write(old, to: "corpus.tokens")
      let expected = TokenFileError.cannotWrite(path: path, reason: "No space left on device")
      #expect(throws: expected) { try write(to: path, on: FullDisk(callsLeft: calls)) }
      let left = try contents(of: path)
      // The last call makes the new name durable; by then the new file has it.
      #expect(left == (calls == roomy.calls - 1 ? new : old), "call \(calls)")
      #expect(try folder.names() == ["corpus.tokens"], "call \(calls)")
    }
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
