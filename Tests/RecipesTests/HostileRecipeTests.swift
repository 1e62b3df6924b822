import Foundation
import Testing

@testable import Recipes

/// Files that are no recipes end in a typed error, never in a trap and never in a long wait.
@Suite struct HostileRecipeTests {
  private func error(_ text: String) -> RecipeError? {
    do {
      _ = try Recipe.parse(text, file: "r.yaml")
      return nil
    } catch {
      return error
    }
  }

  @Test func aBombOfAliasesIsRefused() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(
      error(text)?.messages == ["r.yaml:5: is no recipe: it has too many brackets or aliases"]
    )
  }

  @Test func aBombInKeysIsRefused() {
    var text = "? &a0 [x]\n: 0\n"
    for level in 1...15 { text += "? &a\(level) [*a\(level - 1), *a\(level - 1)]\n: 0\n" }
    #expect(error(text) != nil)
  }

  @Test(arguments: ["[", "{", "{a: ", "[a, "])
  func deepNestingInBracketsIsRefused(opening: String) {
    for count in [1, 17, 255, 100_000 / opening.count] {
      #expect(error(String(repeating: opening, count: count)) != nil)
    }
  }

  @Test(arguments: ["- ", "? ", "a:\n"])
  func deepNestingInBlocksIsRefused(opening: String) {
    for count in [17, 900, 2_000, 100_000] {
      #expect(error(String(repeating: opening, count: count)) != nil)
    }
  }

  @Test func deepNestingByIndentationIsRefused() {
    for depth in [17, 600] {
      let text = (0..<depth).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
      #expect(
        error(text)?.messages == [
          "r.yaml:17: is no recipe: its sections are nested too deeply"
        ]
      )
    }
  }

  @Test(arguments: ["", "   \n\n", "# only a comment\n"])
  func anEmptyFileSaysWhatIsNeeded(text: String) {
    #expect(error(text) == .empty(file: "r.yaml"))
  }

  @Test(arguments: [
    ([0xFF], 1, 0), ([0x61, 0x0A, 0xC3], 2, 2), ([0x61, 0xED, 0xA0, 0x80], 1, 1),
    ([0xEF, 0xBB, 0xBF, 0x0A, 0x80], 2, 4), ([0xC3, 0xA9, 0xC0, 0x80], 1, 2),
  ])
  func bytesThatAreNoTextAreLocated(bytes: [Int], line: Int, offset: Int) {
    #expect(throws: RecipeError.notText(file: "r.yaml", line: line, byteOffset: offset)) {
      try Recipe.parse(bytes.map { UInt8($0) }, file: "r.yaml", overrides: [])
    }
  }

  @Test func aMissingFileKeepsTheSystemsWords() {
    #expect(
      throws: RecipeError.unreadable(
        file: "/no/such/recipe.yaml",
        reason: "No such file or directory"
      )
    ) {
      try Recipe.load(path: "/no/such/recipe.yaml")
    }
  }

  @Test func aFolderIsNoRecipe() {
    #expect(throws: RecipeError.unreadable(file: "/tmp", reason: "Is a directory")) {
      try Recipe.load(path: "/tmp")
    }
  }

  @Test func anEndlessFileIsNotReadToItsEnd() {
    #expect(throws: RecipeError.tooLarge(file: "/dev/zero", limit: 262_144)) {
      try Recipe.load(path: "/dev/zero")
    }
  }

  @Test func emptyFilesOnDiskAreEmpty() {
    #expect(throws: RecipeError.empty(file: "/dev/null")) { try Recipe.load(path: "/dev/null") }
  }

  @Test func aTextOfManyFieldsEndsInTime() {
    let text = (0..<2_000).map { "field\($0): 1\n" }.joined()
    guard case .invalid(let problems) = error(text) else {
      Issue.record("needs a list of problems")
      return
    }
    #expect(problems.count == 2_001)
  }

  /// Every prefix of a ready recipe, and every recipe with one byte changed, is read or refused.
  @Test func damagedRecipesAreReadOrRefused() throws {
    let recipe = Recipe(
      name: "r",
      corpus: Recipe.Corpus(tokens: "a b"),
      growth: .init(method: "midas", blockSize: 2)
    )
    let bytes = Array(recipe.yamlText().utf8)
    var refused = 0
    for end in stride(from: 0, to: bytes.count, by: 3) where !reads(Array(bytes[..<end])) {
      refused += 1
    }
    let replacements = Array("\0\t\n -:#[{]}&*!|>'\"%@`?,~\\".utf8) + [0x80, 0xC3, 0xFF]
    for index in stride(from: 0, to: bytes.count, by: 7) {
      var damaged = bytes
      damaged[index] = replacements[index % replacements.count]
      if !reads(damaged) { refused += 1 }
    }
    #expect(refused > 50)
  }

  private func reads(_ bytes: [UInt8]) -> Bool {
    do throws(RecipeError) {
      _ = try Recipe.parse(bytes, file: "r.yaml", overrides: [])
      return true
    } catch {
      #expect(!error.messages.isEmpty)
      return false
    }
  }
}
