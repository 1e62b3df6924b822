/// Why a lag study or a sweep cannot begin or go on.
public enum StudyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A comparison of growing strategies was asked for of a recipe that does not grow.
  case nothingGrows(name: String)
  /// More steps after growing than the run has.
  case tooManyLagSteps(steps: Int, left: Int)
  /// The run that strategies grow from is not at the step at which they grow.
  case sourceElsewhere(path: String, step: Int, growthStep: Int)
  /// A folder holds the record of another study.
  case anotherStudy(path: String)
  /// A record of a study cannot be read.
  case malformedStudy(path: String)
  /// A sweep needs two recipes to compare.
  case sweepTooSmall(count: Int)
  /// Two recipes of a sweep have the same name.
  case armTwice(name: String)
  /// The cost of a recipe that grows by its losses is not known before it has run.
  case costUnknown(name: String)
  /// A sweep without a seed, or with one twice.
  case seedTwice
  /// A model is to be asked twice, or two have paths that look alike.
  case evaluatedTwice(file: String)
  /// The layers of a model's middle block are not known.
  case noBlock(path: String)
  /// A folder holds no answers of models.
  case noAnswers(path: String)
  /// Losses of two tokenizers are to be compared.
  case otherTokenizer(path: String, first: String)
  /// A task has too few questions to learn from some and be asked others.
  case taskEnds(name: String)
  /// A model has no layers to take apart.
  case nothingToAnalyze(path: String)
  /// A checkpoint lies in no run, so its text is not known.
  case noText(path: String)
  /// A text was packed with another tokenizer than a model's.
  case otherText(path: String, tokens: String)
  /// Models were asked different questions.
  case otherQuestions(task: String, path: String, first: String)

  /// One sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .nothingGrows(let name):
      "\(name): trains at full depth from the start, so there is no growth to compare; set growth.method"
    case .tooManyLagSteps(let steps, let left):
      "a comparison needs 1 to \(left) steps after growing, those the run has after its first growth; got \(steps)"
    case .sourceElsewhere(let path, let step, let growthStep):
      "\(path): is at step \(step), but strategies grow after step \(growthStep); delete the folder, so that it is trained again"
    case .anotherStudy(let path):
      "\(path): is of another comparison and is not replaced; name another folder"
    case .malformedStudy(let path):
      "\(path): is no record of a comparison; name another folder"
    case .sweepTooSmall(let count):
      "a sweep needs at least two recipes to compare; got \(count)"
    case .armTwice(let name):
      "a sweep needs recipes with different names; \(name) is there twice"
    case .costUnknown(let name):
      "\(name): grows by its losses, so what it costs is not known before it has run; compare at equal steps"
    case .seedTwice:
      "a sweep needs at least one seed, and each once"
    case .evaluatedTwice(let file):
      "\(file): would hold the answers of two models; name each once, or evaluate them into different folders"
    case .noBlock(let path):
      "\(path): did not grow block by block, so its middle block is not known; say its layers with --block"
    case .taskEnds(let name):
      "\(name): has the questions of its file alone; a learning curve needs a task that is made from a seed, as `espalier tasks` lists them"
    case .noAnswers(let path):
      "\(path): holds no answers that can be compared; `espalier eval RUN... --output \(path)` makes them"
    case .otherTokenizer(let path, let first):
      "\(path): has another tokenizer than \(first), so their losses a token do not compare; --loss bits compares a byte"
    case .nothingToAnalyze(let path):
      "\(path): has no layers to take apart; name a later checkpoint"
    case .noText(let path):
      "\(path): lies in no run, so its text is not known; name a token file with --tokens"
    case .otherText(let path, let tokens):
      "\(path): was trained with another tokenizer than \(tokens) was packed with; name a text that was packed with its own"
    case .otherQuestions(let task, let path, let first):
      "\(path): was asked other questions of \(task) than \(first); evaluate both with the same options"
    }
  }
}
