import Foundation
import Testing

/// Whatever is wrong with the input, the command says so in one sentence and loses nothing.
@Suite struct BadInputTests {
  static let cases: [BadInput] =
    badRecipes + badTokenFiles + badTexts + badTokenizers + badPlugins + badRuns + badCheckpoints
    + badOrigins + badExamples

  @Test func thereAreManyCasesWithNamesOfTheirOwn() {
    #expect(Self.cases.count >= 60)
    #expect(Set(Self.cases.map(\.name)).count == Self.cases.count)
  }

  @Test(arguments: cases) func badInputIsAnErrorInOneSentence(_ bad: BadInput) async throws {
    let folder = try await Workshop.ready().copy(withReference: bad.needsRun)
    try bad.prepare(folder)
    let before = try FolderContents(folder.path)

    let outcome = try await EspalierProcess(folder: folder.path, environment: bad.environment)
      .run(bad.arguments, input: bad.input)

    #expect(!outcome.wasKilled)
    #expect(outcome.code == bad.code)
    #expect(outcome.output == "")
    let errors = outcome.errorLines.filter { $0.hasPrefix("error: ") }.map { $0.dropFirst(7) }
    let hints = outcome.errorLines.filter { $0.hasPrefix("hint: ") }
    #expect(bad.begins || errors.count + hints.count == outcome.errorLines.count)
    #expect(hints.count <= 1)
    try #require(errors.count == bad.messages.count, "\(outcome.errors)")
    for (error, message) in zip(errors, bad.messages) {
      #expect(matches(String(error), message), "\(error)")
    }
    #expect(try FolderContents(folder.path) == before)
  }
}
