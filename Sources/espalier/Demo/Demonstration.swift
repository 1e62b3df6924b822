import Corpus
import Files
import Recipes
import Runs
import Studies
import Tensors
import Training

/// The demonstration: a text, a tokenizer, two recipes and what becomes of them.
///
/// The grown model is trained twice: for as many steps as the full-depth model's FLOPs pay for, which tells what
/// the same cost buys, and for as many steps as that model.
struct Demonstration {
  /// Where everything goes.
  let folder: String
  private let root: String
  private let context: CommandContext

  private static let vocabularySize = 2048
  private static let text = "Data/king-james.jsonl.gz"
  private static let fullDepth = "Recipes/demo-full-depth.yaml"
  private static let grown = "Recipes/demo-midas.yaml"

  private var tokenizerPath: String { "\(folder)/tokenizer.model" }
  private var tokensPath: String { "\(folder)/corpus.tokens" }

  /// Looks for the text and the recipes, in the current folder, in the package's, and where the command is installed.
  ///
  /// - Throws: ``CommandError/demoFilesMissing(file:searched:)``.
  init(context: CommandContext) throws(CommandError) {
    let places = context.places
    let needed = [Self.text, Self.fullDepth, Self.grown]
    // Paths in the current folder stay short, and what is installed is only read.
    let bases =
      [(path: places.currentFolder, prefix: "", output: "")]
      + [places.packageFolder].compactMap(\.self)
      .filter { $0 != places.currentFolder }.map { (path: $0, prefix: $0 + "/", output: $0 + "/") }
      + [places.sharedFolder].compactMap(\.self).map { (path: $0, prefix: $0 + "/", output: "") }
    func missing(_ base: String) -> String? {
      needed.first { !LocalFileSystem().exists("\(base)/\($0)") }
    }
    guard let base = bases.first(where: { missing($0.path) == nil }) else {
      throw .demoFilesMissing(
        file: bases.compactMap { missing($0.path) }.first ?? Self.text,
        searched: bases.map(\.path)
      )
    }
    self.context = context
    root = base.prefix
    folder = "\(base.output)runs/demo"
  }

  /// Makes the tokenizer and the token file, unless they are there.
  func prepareCorpus() throws {
    let console = context.console
    try OutputFile.prepareFolder(of: tokensPath)
    if hasCorpus() { return console.note("\(tokensPath): made earlier") }
    let texts = try TextCollection(paths: [root + Self.text])
    console.note("training a tokenizer of \(Self.vocabularySize) pieces on \(root)\(Self.text)")
    let tokenizer = try Tokenizer.train(
      on: texts,
      options: TokenizerTrainingOptions(vocabularySize: Self.vocabularySize)
    )
    try tokenizer.write(to: tokenizerPath)
    let summary = try CorpusPacking(console: console).pack(
      texts,
      with: tokenizer,
      to: tokensPath,
      split: DocumentSplit()
    )
    console.note("\(tokensPath): \(summary.words)")
  }

  /// Trains what is not trained yet; when everything is, everything again.
  ///
  /// - Returns: The runs: full depth, grown at equal cost, grown at equal steps.
  func train(engine: Engine) throws -> [LoadedRun] {
    let entries = try entries()
    let states = try entries.map { try state(of: $0) }
    let isComplete = states.allSatisfy { $0 == .complete }
    return try zip(entries, states).map { entry, state in
      try train(entry, state: isComplete ? .absent : state, engine: engine)
    }
  }

  private func entries() throws -> [Entry] {
    let (fullDepth, grown) = (try recipe(Self.fullDepth), try recipe(Self.grown))
    var longer = try TrainingJob(grown).recipe(costingAsMuchAs: TrainingJob(fullDepth))
    longer.name += "-long"
    return [("full-depth", fullDepth), ("midas-long", longer), ("midas", grown)].map {
      Entry(folder: RunFolder(path: "\(folder)/\($0)"), recipe: $1)
    }
  }

  private func recipe(_ path: String) throws -> Recipe {
    try Recipe.load(
      path: root + path,
      overrides: [
        RecipeOverride(field: "corpus.tokens", value: tokensPath, flag: "the demonstration")
      ]
    )
  }

  private struct Entry {
    var folder: RunFolder
    var recipe: Recipe
  }

  /// What an earlier demonstration left of a run.
  private enum State {
    /// Nothing that can be used.
    case absent
    /// A run of this recipe and this corpus that can be gone on with.
    case begun
    /// A run of this recipe and this corpus that is complete.
    case complete
  }

  private func train(_ entry: Entry, state: State, engine: Engine) throws -> LoadedRun {
    let training = TrainingRun(context: context, continuation: "espalier demo")
    var session: TrainingSession
    switch state {
    case .complete:
      context.console.note("\(entry.folder.path): trained before the interruption")
      return try LoadedRun.load(entry.folder)
    case .begun:
      session = try TrainingSession(
        resuming: entry.folder,
        engine: engine,
        notice: { context.console.note("note: \($0)") }
      )
    case .absent:
      try clear(entry.folder)
      session = try TrainingSession(
        new: entry.recipe,
        folder: entry.folder,
        engine: engine,
        arguments: context.arguments
      )
    }
    return try training.complete(&session)
  }

  private func state(of entry: Entry) throws -> State {
    // A run that cannot be read, or is of another recipe or corpus, is of no use here.
    guard let record = try? RunStore(entry.folder).record(),
      var recipe = try? Recipe.load(path: entry.folder.recipeFile)
    else { return .absent }
    // How the same file is named depends on the folder the command runs in.
    recipe.corpus.tokens = tokensPath
    guard recipe == entry.recipe,
      try TokenFile(path: tokensPath).fileChecksum == record.corpus.checksum
    else { return .absent }
    return record.outcome.status == .completed ? .complete : .begun
  }

  /// Deletes an earlier demonstration's run; anything else in its place is left alone.
  private func clear(_ folder: RunFolder) throws {
    guard LocalFileSystem().exists(folder.path) else { return }
    guard RunStore(folder).exists else { throw CommandError.notTheDemos(path: folder.path) }
    // Another demonstration may be training in it.
    try FolderLock(folder.path).whileHeld { try LocalFileSystem().removeTree(folder.path) }
  }

  /// Whether the token file of an earlier demonstration is there and in order.
  private func hasCorpus() -> Bool {
    guard LocalFileSystem().exists(tokensPath) else { return false }
    do {
      let file = try TokenFile(path: tokensPath)
      try file.checkTokens()
      return file.vocabularySize == Self.vocabularySize
    } catch {
      context.console.note("note: \(error); making it anew")
      return false
    }
  }
}
