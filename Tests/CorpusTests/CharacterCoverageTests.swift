import Foundation
import Testing

@testable import Corpus

/// Texts with more characters than a vocabulary has room for.
@Suite struct CharacterCoverageTests {
  /// Lines of made-up words of two to four frequent Chinese characters, and of 1,500 rare ones.
  private static let text: [String] = (0..<150).map { line in
    let words = (0..<20).map { word -> String in
      let number = line * 20 + word
      let frequent = (0..<(2 + number % 3)).map { (number * number % 23 + $0 * 5) % 30 }
      let places = frequent + [number.isMultiple(of: 2) ? 30 + number / 2 : 3]
      return String(String.UnicodeScalarView(places.compactMap { UnicodeScalar(0x4E00 + $0) }))
    }
    return words.joined() + "。"
  }

  private func training(
    _ size: Int,
    coverage: Double? = nil,
    on texts: [String] = text
  ) throws(TokenizerError) -> TokenizerTraining {
    var rest = texts[...]
    return try TokenizerTraining(
      on: TextSample { rest.popFirst() },
      options: TokenizerTrainingOptions(vocabularySize: size, characterCoverage: coverage)
    )
  }

  /// The single characters among the pieces, ▁ for the space among them.
  private func characters(_ tokenizer: Tokenizer) throws -> Set<String> {
    let pieces = try (Int32(259)..<Int32(tokenizer.vocabularySize)).map { try tokenizer.piece($0) }
    return Set(pieces.filter { $0.unicodeScalars.count == 1 })
  }

  @Test(arguments: [260, 280, 300, 512]) func charactersBeyondTheRoomAreSpelledInBytes(
    size: Int
  ) throws {
    let training = try training(size)
    let coverage = training.coverage
    #expect(coverage.isLimited)
    #expect(coverage.characterCount > size)
    #expect(coverage.pieceCount == max(1, (size - 259) / 2))
    let tokenizer = try training.run()
    #expect(tokenizer.vocabularySize == size)
    let characters = try characters(tokenizer)
    #expect(characters.count == coverage.pieceCount && characters.contains("▁"))
    for text in Self.text.prefix(3) + ["a 漢字", " "] {
      #expect(try tokenizer.decode(tokenizer.encode(text)) == text)
    }
    if size == 512 {
      #expect(coverage.share > 0.5 && coverage.share < 0.9995)
      // The frequent characters have pieces, the rare ones have none.
      #expect(characters.contains("\u{4E00}") && !characters.contains("\u{53E8}"))
    }
  }

  /// As long as there is room, the library's own choice stands, to the last place.
  @Test func whereThereIsRoomNothingChanges() throws {
    let needed = try training(100_000).coverage
    #expect(!needed.isLimited && needed.chosen == nil)
    let fitting = try training(259 + needed.pieceCount)
    #expect(!fitting.coverage.isLimited && fitting.coverage.chosen == nil)
    let tokenizer = try fitting.run()
    #expect(try characters(tokenizer).count == needed.pieceCount)
    #expect(try training(258 + needed.pieceCount).coverage.isLimited)
  }

  /// What is counted here is what the library counts, in texts with and without spaces.
  @Test func theLibraryCountsTheSameCharacters() throws {
    let rare = (0..<300).map {
      String(repeating: "e", count: 40) + " \(UnicodeScalar(0x400 + $0)!)"
    }
    for texts in [try genesis(chapters: 3).map(\.text), rare, [rare.joined()]] {
      let training = try training(700, on: texts)
      #expect(!training.coverage.isLimited)
      let count = try characters(training.run()).count
      #expect(count == training.coverage.pieceCount)
    }
  }

  /// Other shares than the library allows, and those it does.
  @Test(arguments: [0.3, 0.9, 0.99, 1]) func aShareThatIsAskedForIsKept(share: Double) throws {
    let training = try training(4000, coverage: share)
    #expect(training.coverage.share >= share - 1e-6)
    let tokenizer: Tokenizer
    do {
      tokenizer = try training.run()
    } catch .vocabularyTooLarge(_, let largest) {
      tokenizer = try self.training(largest, coverage: share).run()
    }
    #expect(try characters(tokenizer).count == training.coverage.pieceCount)
  }

  @Test func aShareThatDoesNotFitIsRefused() throws {
    let error = #expect(throws: TokenizerError.self) { try training(300, coverage: 0.99) }
    guard case .tooManyCharacters(0.99, let count, 300) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(
      error?.description == "a character coverage of 0.99 takes \(count) characters of this text, "
        + "but a vocabulary of 300 has room for 41"
    )
  }

  @Test(arguments: [0, -1, 1.5, .nan, .infinity]) func aShareIsAbove0AndUpTo1(share: Double) {
    let error = #expect(throws: TokenizerError.self) { try training(300, coverage: share) }
    #expect(
      error?.description == "character coverage: needs a number above 0 and up to 1; got \(share)"
    )
  }

  /// The library keeps ▅ for itself and would skip every line that holds one.
  @Test func aLineWithTheLibrarysOwnCharacterIsLearntFrom() throws {
    let text = (0..<50).map { _ in "progress ▅▅▅ of everything" }
    let tokenizer = try training(259 + 16 + 40, on: text).run()
    #expect(try tokenizer.encode(" progress everything").count <= 4)
    #expect(try tokenizer.decode(tokenizer.encode("▅▁▅")) == "▅ ▅")
  }
}
