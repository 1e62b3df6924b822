import Corpus
import PJRT
import Recipes
import Runs
import Tensors
import Training

// Text becomes tokens.
let texts = try TextCollection(paths: [CommandLine.arguments[2]])
let options = TokenizerTrainingOptions(vocabularySize: 512, maximumTextByteCount: 100_000)
let tokenizer = try Tokenizer.train(on: texts, options: options)
_ = try TokenFile.pack(texts, with: tokenizer, to: "book.tokens")

// A model of four layers that begins with two.
let recipe = try Recipe.parse(
  """
  corpus: {tokens: book.tokens}
  model: {layers: 4, width: 32, headCount: 2, feedForwardWidth: 64, contextLength: 32}
  training: {steps: 20, batchSize: 4}
  growth: {method: midas, blockSize: 2}
  """,
  file: "small.yaml"
)
var session = try TrainingSession(
  new: recipe,
  folder: RunFolder(path: "small"),
  engine: Engine(client: .onOneDevice(of: Plugin(path: CommandLine.arguments[1]))),
  arguments: CommandLine.arguments
)
let watch = RunWatch<TrainingEvent> { event in
  if case .grew(let old, let new, let step, _) = event {
    print("after \(step) steps: from \(old) to \(new) layers")
  }
}
let result = try session.run(watch)
let outcome = result.record.outcome
print("\(outcome.status) after \(outcome.finalStep) steps, \(outcome.tokens) tokens")
