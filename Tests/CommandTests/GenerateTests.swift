import EspalierTestSupport
import Foundation
import Generation
import Testing

@Suite struct GenerateTests {
  private func generate(
    _ arguments: [String],
    in folder: TemporaryFolder
  ) async throws -> EspalierProcess.Outcome {
    try await EspalierProcess(folder: folder.path).run(["generate", "reference"] + arguments)
  }

  @Test func aTextGoesOnTheSameWayEachTime() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let arguments = ["--prompt", "In the", "--tokens", "8", "--seed", "5"]
    let outcome = try await generate(arguments, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("In the") && outcome.output.hasSuffix("\n"))
    #expect(outcome.output.count > 10)
    #expect(try await generate(arguments, in: folder).output == outcome.output)
    let other = try await generate(arguments.dropLast() + ["6"], in: folder)
    #expect(other.output != outcome.output)
  }

  @Test func promptsOfAFileBecomeJSON() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    try folder.write("And God\n\nIn the beginning\r\n", to: "prompts.txt")
    let outcome = try await generate(
      ["--prompts", "prompts.txt", "--tokens", "3", "--temperature", "0", "--json"],
      in: folder
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    let found = try JSONDecoder().decode([Continuation].self, from: Data(outcome.output.utf8))
    #expect(found.map(\.prompt) == ["And God", "In the beginning"])
    #expect(found.allSatisfy { $0.tokens.count <= 3 })
    let text = try await generate(
      [
        "--prompt", "And God", "--prompt", "In the beginning", "--tokens", "3", "--temperature",
        "0",
      ],
      in: folder
    )
    #expect(text.output == found.map { "\($0.prompt)\($0.text)\n" }.joined(separator: "\n"))
  }

  @Test func weightsInEightBitsGoOnTheSameWayEachTime() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let arguments = ["--prompt", "In the", "--tokens", "8", "--weights", "int8"]
    let outcome = try await generate(arguments, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("In the") && outcome.output.count > 10)
    #expect(try await generate(arguments, in: folder).output == outcome.output)
  }

  @Test(arguments: [
    (["--weights", "int4"], 2, "--weights"),
    (["--top-p", "2"], 2, "--top-p: needs a number above 0 and at most 1; got 2.0"),
    (["--tokens", "-1"], 2, "--tokens"),
    (["--prompts", "empty.txt"], 1, "empty.txt: holds no prompt; write one a line"),
    (["--prompts", "latin.txt"], 1, "latin.txt: byte 3: not UTF-8 text"),
    (["--prompts", "nowhere.txt"], 1, "nowhere.txt"),
    (["--prompt", "a", "--prompts", "empty.txt"], 2, "Give either --prompt or --prompts"),
    (["--tokenizer", "text.jsonl"], 1, "text.jsonl"),
  ])
  func whatCannotBeIsSaid(arguments: [String], code: Int, complaint: String) async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    try folder.write("\n\n", to: "empty.txt")
    try folder.write([UInt8]("caf".utf8) + [0xE9, 0x0A], to: "latin.txt")
    let outcome = try await generate(arguments, in: folder)
    #expect(outcome.code == code)
    #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
