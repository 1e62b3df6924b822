import EspalierTestSupport
import Foundation
import Testing

@testable import Corpus

/// A token file made of given documents, with a tokenizer of 512 pieces.
private func tokenFile(
  _ documents: [[Int32]],
  in folder: TemporaryFolder,
  split: DocumentSplit = DocumentSplit(),
  name: String = "corpus.tokens"
) throws -> TokenFile {
  let path = "\(folder.path)/\(name)"
  let writer = try TokenFileWriter(path: path, tokenizer: try smallTokenizer(), split: split)
  for (index, tokens) in documents.enumerated() {
    try writer.append(
      tokens: tokens,
      textByteCount: 3 * tokens.count,
      source: "source \(index % 3)",
      index: index
    )
  }
  try writer.finish()
  return try TokenFile(path: path)
}

/// Document `i` has `lengths[i]` tokens of the value 10 + i.
private func numbered(_ lengths: [Int]) -> [[Int32]] {
  lengths.enumerated().map { [Int32](repeating: Int32(10 + $0 % 500), count: $1) }
}

@Suite struct TokenFileTests {
  @Test func documentsComeBackWithTheirEndTokensAndParts() throws {
    let folder = try TemporaryFolder()
    let rule = DocumentSplit(validationFraction: 0.3, seed: 7)
    let documents = numbered((0..<60).map { $0 % 9 })
    let file = try tokenFile(documents, in: folder, split: rule)
    var seen: Set<Int> = []
    for split in Split.allCases {
      var position = 0
      for index in 0..<file.documentCount(of: split) {
        let document = file.document(index, of: split)
        #expect(document.tokens.lowerBound == position)
        position = document.tokens.upperBound
        let expected = documents[document.readingIndex]
        #expect(try file.tokens(in: document.tokens, of: split) == expected + [file.endID])
        #expect(document.textByteCount == 3 * expected.count)
        #expect(document.source == "source \(document.readingIndex % 3)")
        #expect(rule.split(ofDocument: document.readingIndex) == split)
        seen.insert(document.readingIndex)
      }
      #expect(position == file.tokenCount(of: split))
    }
    #expect(seen == Set(0..<60))
    #expect(file.documentSplit == rule)
    #expect(file.vocabularySize == 512)
    #expect(file.beginningID == 1 && file.endID == 2)
    try file.verify()
    #expect(try folder.names() == ["corpus.tokens"])
  }

  @Test func theTokenizerTravelsWithTheFile() throws {
    let folder = try TemporaryFolder()
    let tokenizer = try smallTokenizer()
    let text = "In the beginning\n— é 😀"
    let file = try tokenFile([tokenizer.encode(text)], in: folder)
    let packed = try file.loadTokenizer()
    #expect(packed.serializedModel == tokenizer.serializedModel)
    #expect(file.tokenizerChecksum == tokenizer.checksum)
    #expect(file.tokenizerName == "genesis-512.model")
    #expect(
      try packed.decode(file.tokens(in: file.document(0, of: .train).tokens, of: .train)) == text
    )
  }

  /// Two tries are the same bytes: no time, no path, no order of a hash table.
  @Test func theSameDocumentsGiveTheSameBytes() throws {
    let folder = try TemporaryFolder()
    let documents = numbered((0..<40).map { 1 + $0 % 5 })
    _ = try tokenFile(documents, in: folder, name: "a.tokens")
    _ = try tokenFile(documents, in: folder, name: "b.tokens")
    #expect(try contents(of: "\(folder.path)/a.tokens") == contents(of: "\(folder.path)/b.tokens"))
  }

  /// Each part has a document as soon as there are two, whichever way the hash falls.
  @Test(arguments: [1, 2, 3, 5], [0.0, 0.0001, 0.5, 0.9999])
  func neitherPartIsEmpty(count: Int, fraction: Double) throws {
    let folder = try TemporaryFolder()
    for seed in UInt64(0)..<4 {
      let rule = DocumentSplit(validationFraction: fraction, seed: seed)
      let file = try tokenFile(numbered(Array(1...count)), in: folder, split: rule)
      #expect(file.documentCount(of: .train) + file.documentCount(of: .validation) == count)
      if fraction == 0 { #expect(file.documentCount(of: .validation) == 0) }
      if count > 1, fraction > 0 {
        #expect(file.documentCount(of: .train) > 0)
        #expect(file.documentCount(of: .validation) > 0)
      }
      let tokens = try Split.allCases.flatMap {
        try file.tokens(in: 0..<file.tokenCount(of: $0), of: $0)
      }
      #expect(tokens.count == (1...count).reduce(0, +) + count)
      try file.verify()
    }
  }

  @Test func aVocabularyBeyondSixteenBitsTakesFourBytesAToken() throws {
    var header = TokenFileHeader()
    header.tokenByteCount = 4
    header.vocabularySize = 70_000
    header.endID = 2
    header.documentCounts.train = 1
    header.tokenCounts.train = 3
    let folder = try TemporaryFolder()
    let tokens: [Int32] = [69_999, 65_536, 2]
    let file = try TokenFile(path: try folder.write(crafted(header, tokens: tokens), to: "a"))
    #expect(try file.tokens(in: 0..<3, of: .train) == tokens)
    try file.verify()
  }

  @Test func packingATextCollectionKeepsEveryText() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "{\"text\":\"one\",\"source\":\"A\"}\n{\"text\":\"\"}\n{\"text\":\"two é\",\"source\":\"B\"}\n",
      to: "texts/a.jsonl"
    )
    try folder.write(" three\n", to: "texts/b.txt")
    let texts = try TextCollection(paths: ["\(folder.path)/texts"])
    let path = "\(folder.path)/corpus.tokens"
    var last: PackingProgress?
    let summary = try TokenFile.pack(
      texts,
      with: try smallTokenizer(),
      to: path,
      split: DocumentSplit(validationFraction: 0.4, seed: 1)
    ) { last = $0 }
    let file = try TokenFile(path: path)
    let tokenizer = try file.loadTokenizer()
    var found: [Int: String] = [:]
    for split in Split.allCases {
      for index in 0..<file.documentCount(of: split) {
        let document = file.document(index, of: split)
        found[document.readingIndex] = try tokenizer.decode(
          file.tokens(in: document.tokens, of: split)
        )
      }
    }
    #expect(found == [0: "one", 2: "two é", 3: " three\n"])
    #expect(summary.documents == 3 && summary.emptyDocuments == 1)
    #expect(summary.tokens == file.tokenCount(of: .train) + file.tokenCount(of: .validation))
    #expect(last?.fileBytesRead == texts.fileByteCount)
    #expect(last?.documentCount == 3)
  }

  @Test func statisticsAddUp() throws {
    let folder = try TemporaryFolder()
    let file = try tokenFile(
      numbered(Array(0..<30)),
      in: folder,
      split: DocumentSplit(validationFraction: 0.2)
    )
    let statistics = file.statistics()
    // 0 to 29 tokens of three bytes, and an end each.
    let (tokens, bytes) = (435 + 30, 3 * 435)
    #expect(statistics.total == .init(documents: 30, tokens: tokens, bytes: bytes))
    #expect(statistics.total.bytesPerToken == Double(bytes) / Double(tokens))
    #expect(statistics.train.documents == file.documentCount(of: .train))
    #expect(statistics.validation.tokens == file.tokenCount(of: .validation))
    #expect(statistics.validation.bytes == file.textByteCount(of: .validation))
    #expect(statistics.sources.map(\.name) == ["source 2", "source 1", "source 0"])
    var sourceTokens = 0
    for source in statistics.sources {
      sourceTokens += source.train.tokens + source.validation.tokens
    }
    #expect(sourceTokens == tokens)
    #expect(statistics.shortestDocumentTokens == 1 && statistics.longestDocumentTokens == 30)
    #expect(statistics.fileBytes == (try contents(of: file.path)).count)
    let data = try JSONEncoder().encode(statistics)
    #expect(try JSONDecoder().decode(CorpusStatistics.self, from: data) == statistics)
    #expect(String(decoding: data, as: UTF8.self).contains("\"bytesPerToken\":"))
  }
}

@Suite struct TokenSequencesTests {
  @Test func sequencesOverlapByOneTokenAndStayInTheirPart() throws {
    let folder = try TemporaryFolder()
    let documents = numbered([5, 1, 9, 0, 4, 7, 3, 8, 2, 6])
    let file = try tokenFile(
      documents,
      in: folder,
      split: DocumentSplit(validationFraction: 0.4, seed: 3)
    )
    for split in Split.allCases {
      let all = try file.tokens(in: 0..<file.tokenCount(of: split), of: split)
      for length in 1...6 {
        let sequences = try file.sequences(of: split, contextLength: length)
        #expect(sequences.count == (all.count - 1) / length)
        #expect(sequences.count == file.sequenceCount(of: split, contextLength: length))
        let indices = Array(0..<sequences.count).reversed() + [0, 0]
        let rows = try sequences.tokens(indices)
        let expected = indices.flatMap { all[($0 * length)...($0 * length + length)] }
        #expect(rows == expected)
      }
    }
  }

  /// Against a count of end tokens from the start of each row.
  @Test func segmentsCountDocumentsFromTheStartOfTheRow() throws {
    let folder = try TemporaryFolder()
    let file = try tokenFile(
      numbered([0, 0, 3, 1, 0, 12, 2, 2, 0, 5, 1, 1, 1, 1]),
      in: folder,
      split: DocumentSplit(validationFraction: 0.3, seed: 2)
    )
    for split in Split.allCases {
      for length in [1, 2, 3, 5, 8] {
        guard file.sequenceCount(of: split, contextLength: length) > 0 else { continue }
        let sequences = try file.sequences(of: split, contextLength: length)
        let indices = Array(0..<sequences.count)
        let tokens = try sequences.tokens(indices)
        var expected: [Int32] = []
        for row in indices {
          var segment: Int32 = 0
          for token in tokens[(row * (length + 1))..<((row + 1) * (length + 1))] {
            expected.append(segment)
            if token == file.endID { segment += 1 }
          }
        }
        #expect(sequences.segments(indices) == expected)
      }
    }
  }

  @Test func everyTokenFindsItsDocument() throws {
    let folder = try TemporaryFolder()
    let file = try tokenFile(numbered((0..<25).map { $0 % 4 }), in: folder)
    for split in Split.allCases {
      for position in 0..<file.tokenCount(of: split) {
        let index = file.documentIndex(containing: position, of: split)
        #expect(file.document(index, of: split).tokens.contains(position))
      }
    }
  }

  @Test func validationSequencesAreSpreadEvenly() throws {
    let folder = try TemporaryFolder()
    let file = try tokenFile(numbered([1000, 10]), in: folder)
    let sequences = try file.sequences(of: .train, contextLength: 10)
    #expect(sequences.count == 100)
    #expect(sequences.evenlySpreadIndices(limit: 4) == [0, 25, 50, 75])
    #expect(sequences.evenlySpreadIndices(limit: 0) == [])
    for limit in 1...130 {
      let indices = sequences.evenlySpreadIndices(limit: limit)
      #expect(indices.count == min(limit, 100))
      #expect(Set(indices).count == indices.count)
      let gaps = zip(indices, indices.dropFirst()).map { $1 - $0 }
      if let least = gaps.min(), let most = gaps.max() { #expect(most - least <= 1) }
    }
  }

  @Test func aPartShorterThanOneSequenceIsAnError() throws {
    let folder = try TemporaryFolder()
    let file = try tokenFile(numbered([20, 7]), in: folder)
    #expect(try file.sequences(of: .validation, contextLength: 7).count == 1)
    let error = #expect(throws: TokenFileError.self) {
      try file.sequences(of: .validation, contextLength: 8)
    }
    #expect(
      error
        == .tooFewTokens(path: file.path, split: .validation, tokenCount: 8, contextLength: 8)
    )
    #expect(
      error?.description.hasSuffix(
        "the validation part has 8 tokens, but one sequence of contextLength 8 needs 9; shorten "
          + "the context, or pack again with more text or a larger --validation-fraction"
      ) == true
    )
  }

  @Test func anEmptyPartIsAnErrorToo() throws {
    let folder = try TemporaryFolder()
    let file = try tokenFile(numbered([20]), in: folder)
    #expect(throws: TokenFileError.self) { try file.sequences(of: .validation, contextLength: 1) }
  }
}
