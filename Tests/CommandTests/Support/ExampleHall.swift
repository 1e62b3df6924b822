import EspalierTestSupport
import Foundation

/// A folder that holds whatever the written examples name: texts, recipes of those names with tiny models, and, where
/// asked for, what earlier commands would have made.
struct ExampleHall {
  let folder: TemporaryFolder

  /// The hall, ready.
  static func ready() async throws -> ExampleHall { try await made.value }

  private static let made = Task { try await ExampleHall() }

  /// What is there before any command has run.
  private static let raw = [
    ".espalier", "book.txt", "texts", "books", "news.jsonl.gz", "data.csv", "digits.csv",
    "wide.csv",
    "images",
    "ids.txt", "answers.jsonl", "Recipes", "Data", "my-model.yaml",
  ]

  private static let model = """
    model: {layers: 4, width: 16, headCount: 2, feedForwardWidth: 32, contextLength: 64, layerExecution: scan}
    training: {steps: 12, batchSize: 4, learningRate: {schedule: warmup-stable-decay, warmupSteps: 2}}
    evaluation: {every: 6, sequences: 4}
    checkpoints: {every: 4, keep: 4}
    """

  private static func recipe(_ name: String, tokens: String, growth: String) -> String {
    "name: \(name)\ncorpus: {tokens: \(tokens)}\n\(model)\ngrowth: {\(growth)}\n"
  }

  private init() async throws {
    let workshop = try await Workshop.ready()
    folder = try workshop.copy()
    let documents = try JSONLines.texts(
      Data(contentsOf: URL(fileURLWithPath: folder / "text.jsonl"))
    )
    let book = documents.joined(separator: "\n\n")
    try folder.write(book, to: "book.txt")
    for name in ["texts", "books", "Recipes", "runs", "Data"] { try folder.makeFolder(name) }
    for (index, text) in documents.enumerated() {
      try folder.write(text, to: "texts/\(index).txt")
      try folder.write(text, to: "books/\(index).txt")
    }
    let news = try documents.map { text in
      String(
        decoding: try JSONSerialization.data(withJSONObject: ["text": text, "body": text]),
        as: UTF8.self
      )
    }
    try folder.write(news.joined(separator: "\n") + "\n", to: "news.jsonl")
    try await shell("gzip news.jsonl")
    try folder.write("312 289 1001\n", to: "ids.txt")
    let answers = (0..<8).map { "{\"prompt\": \"God \($0) ->\", \"answer\": \" day\"}\n" }
    try folder.write(answers.joined(), to: "answers.jsonl")
    try folder.write("In the beginning\nAnd God said\n", to: "prompts.txt")
    try folder.write(
      "records: mine.jsonl\nprompt: \"{{q}}\"\nchoices: [light, darkness]\nanswer: \"{{a}}\"\n",
      to: "mine.yaml"
    )
    try folder.write("{\"q\": \"God saw the\", \"a\": \"light\"}\n", to: "mine.jsonl")
    let rows = (0..<400).map { "\($0 % 13 - 6),\(($0 * 7) % 11 - 5),\($0 % 13 > 6 ? 1 : 0)" }
    try folder.write("a,b,diagnosis\n" + rows.joined(separator: "\n") + "\n", to: "data.csv")
    let wide = (0..<40).map { row in
      (0..<60).map { "\((row * row * ($0 + 3) + 7 * row * $0 + $0 * $0) % 61)" }
        .joined(separator: ",")
        + ",\(row % 7 + (3 * row) % 5)"
    }
    let features = (0..<60).map { "f\($0)" } + ["yield"]
    try folder.write(
      ([features.joined(separator: ",")] + wide).joined(separator: "\n") + "\n",
      to: "wide.csv"
    )
    try writeImages()
    try FileManager.default.createSymbolicLink(
      atPath: folder / "Data/king-james.jsonl.gz",
      withDestinationPath: TestPlugin.packageRoot.path + "/Data/king-james.jsonl.gz"
    )
    try FileManager.default.copyItem(
      atPath: TestPlugin.packageRoot.path + "/Tests/Fixtures/foreign-models/llama",
      toPath: folder / "SmolLM-135M"
    )
    try writeRecipes()
    try await makeResults()
  }

  private init(folder: TemporaryFolder) { self.folder = folder }

  private func writeImages() throws {
    let names = (["digit"] + (0..<64).map { "p\($0)" }).joined(separator: ",")
    let digits = (0..<120).map { row in
      "\([3, 8, 9][row % 3])," + (0..<64).map { "\((row * $0 + row) % 17)" }.joined(separator: ",")
    }
    try folder.write(([names] + digits).joined(separator: "\n") + "\n", to: "digits.csv")
    for number in 0..<80 {
      let picture = TestPicture.png(height: 4, width: 4) { row, column in
        UInt8((number * 31 + row * 17 + column * 7) % 200 + number % 2 * 50)
      }
      try folder.write(picture, to: "images/\(number % 2 == 0 ? "dark" : "bright")/\(number).png")
    }
  }

  private func writeRecipes() throws {
    let midas = "method: midas, blockSize: 2"
    let adaptive = "method: adaptive, blockSize: 2, adaptive: {pool: midas stack, lag: 2}"
    let recipes = [
      ("Recipes/demo-midas", "book.tokens", midas),
      ("Recipes/demo-full-depth", "book.tokens", "method: none"),
      ("my-model", "runs/my-corpus.tokens", midas),
      ("midas", "book.tokens", midas), ("a", "book.tokens", midas),
      ("b", "book.tokens", "method: none"),
      ("full", "book.tokens", "method: none"), ("full-depth", "book.tokens", "method: none"),
      ("adaptive", "book.tokens", adaptive),
    ]
    for (path, tokens, growth) in recipes {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      try folder.write(Self.recipe(name, tokens: tokens, growth: growth), to: "\(path).yaml")
    }
    // A study takes fifty steps after this one's first growth.
    let lagging = Self.recipe("my", tokens: "book.tokens", growth: "\(midas), firstLayers: 4")
      .replacingOccurrences(of: "steps: 12", with: "steps: 120")
      .replacingOccurrences(of: "layers: 4,", with: "layers: 6,")
    try folder.write(lagging, to: "my.yaml")
    let deeper = Self.recipe("deeper", tokens: "book.tokens", growth: "method: none")
      .replacingOccurrences(of: "layers: 4", with: "layers: 6")
    try folder.write(deeper, to: "deeper.yaml")
  }

  /// What the examples expect earlier commands to have made.
  private func makeResults() async throws {
    try FileManager.default.copyItem(atPath: folder / "book.model", toPath: folder / "my.model")
    try FileManager.default.copyItem(
      atPath: folder / "book.tokens",
      toPath: folder / "runs/my-corpus.tokens"
    )
    for (recipe, name) in [
      ("Recipes/demo-midas", "demo-midas"), ("Recipes/demo-full-depth", "demo-full-depth"),
      ("b", "b"), ("b", "long"),
    ] {
      try await shell("espalier train \(recipe).yaml --run runs/\(name)")
    }
    try await shell(
      "espalier sweep Recipes/demo-midas.yaml Recipes/demo-full-depth.yaml --seeds 0,1 --equal steps --output runs/study"
    )
    try await shell(
      "espalier eval runs/study/*/seed-* --tasks p-hop-1 --shots 0 --questions 20 --checkpoints all "
        + "--output evaluations/study"
    )
    // The examples name the last steps of longer runs.
    for (name, steps) in [("a", 400), ("small", 250)] {
      let fields =
        "--set training.steps=\(steps) --set checkpoints.every=\(name == "a" ? 100 : 1000)"
      try await shell("espalier train b.yaml --run runs/\(name) \(fields)")
    }
    try FileManager.default.copyItem(atPath: folder / "runs/a", toPath: folder / "runs/trunk")
    try FileManager.default.copyItem(
      atPath: folder / "book.tokens",
      toPath: folder / "runs/maths.tokens"
    )
    try await shell(
      "espalier grow runs/small/checkpoints/step-00000250 --method midas --block-size 2 --output grown"
    )
    try await shell("espalier import SmolLM-135M smol")
    try await shell("espalier grow smol/step-00000000 --method gradstack --output larger")
  }

  /// A folder of one's own; with results it holds what earlier commands would have made, too.
  func copy(hasResults: Bool) throws -> ExampleHall {
    let copy = try TemporaryFolder()
    let names =
      hasResults ? try FileManager.default.contentsOfDirectory(atPath: folder.path) : Self.raw
    for name in names {
      try FileManager.default.copyItem(atPath: folder / name, toPath: copy / name)
    }
    return ExampleHall(folder: copy)
  }

  /// Removes what a command would make, so that it is not in its way.
  func removeResults(of line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    var results = words.indices.dropLast().filter { words[$0] == "--output" }.map { words[$0 + 1] }
    if words.prefix(2) == ["espalier", "finetune"], !words.contains("--run") {
      results.append("runs/\(words[3].dropLast(".jsonl".count))")
    }
    if words.prefix(2) == ["espalier", "train"], !words.contains("--run") {
      let recipe = words[2].split(separator: "/").last ?? ""
      results.append("runs/\(recipe.dropLast(".yaml".count))")
    }
    if words.prefix(2) == ["espalier", "import"] { results.append(words[3]) }
    for result in results where FileManager.default.fileExists(atPath: folder / result) {
      try FileManager.default.removeItem(atPath: folder / result)
    }
  }

  /// Runs a line as a shell does, with `espalier` in the search path.
  func run(_ line: String) async throws -> EspalierProcess.Outcome {
    let programs = URL(fileURLWithPath: EspalierProcess.executable).deletingLastPathComponent().path
    let shell = EspalierProcess(
      folder: folder.path,
      launcher: ["/bin/sh", "-c", "set -e; \(line)"],
      environment: ["PATH": "\(programs):/usr/local/bin:/usr/bin:/bin"]
    )
    return try await shell.run([])
  }

  private func shell(_ line: String) async throws {
    let outcome = try await run(line)
    guard outcome.code == 0 else { throw ExampleFailed(line: line, errors: outcome.errors) }
  }

  private struct ExampleFailed: Error {
    let line: String
    let errors: String
  }
}

/// The texts of records, one a line.
private enum JSONLines {
  static func texts(_ data: Data) throws -> [String] {
    try data.split(separator: UInt8(ascii: "\n")).compactMap { line in
      (try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])?["text"] as? String
    }
  }
}
