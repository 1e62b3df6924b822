import Kernels
import LanguageModels

/// Why a run cannot start, go on or be resumed.
public enum TrainingError: Error, Hashable, CustomStringConvertible {
  /// The recipe asks for another vocabulary than the token file has.
  case vocabularySize(recipe: Int, path: String, file: Int)
  /// A row of this length has no room for spans to be cut out.
  case contextTooShortForSpans(contextLength: Int, rate: Double)
  /// The run folder's token file is not the one that the run began with.
  case corpusChanged(path: String, expected: String, found: String)
  /// The run folder's recipe is not the one that the run goes on as.
  case recipeChanged(path: String, folder: String, [ChangedField])
  /// A run cannot become shorter than it was to be.
  case notLonger(path: String, steps: Int, formerSteps: Int)
  /// A run cannot become longer, since no checkpoint is from the steps that both lengths have in common.
  case noCommonCheckpoint(path: String, steps: Int, formerSteps: Int, commonSteps: Int)
  /// The run folder's token file is at none of the places where it can be.
  case corpusNotFound(recipe: String, path: String, searched: [String])
  /// A checkpoint says it is further than the run's plan goes.
  case stepOutsidePlan(path: String, step: Int, totalSteps: Int)
  /// The saved model that a run shall begin with is another than the recipe's at its first stage.
  case originDiffers(path: String, field: String, found: String, expected: String)
  /// The saved model's optimizer remembers something else than the recipe's needs.
  case otherOptimizer(path: String, found: [String], expected: [String])
  /// The saved model was trained to see text before and after, and so cannot answer.
  case originMasked(path: String)
  /// The saved model has tied layers, which a recipe's first stage has not.
  case originTied(path: String)
  /// The saved model was trained with another tokenizer than the recipe's text was packed with.
  case originTokenizer(path: String, found: String, corpus: String, expected: String)
  /// A folder holds checkpoints but no run that they could be of.
  case strayCheckpoints(path: String)
  /// A run that began with a saved model has lost all of its checkpoints.
  case originLost(path: String, origin: String)
  /// The recipe asks for kernels that cannot run here.
  case noKernels(KernelError)
  /// The recipe asks for more devices than there are.
  case tooFewDevices(wanted: Int, found: Int, platform: String)
  /// A token file of a mixture was packed with another tokenizer than the corpus.
  case mixedTokenizers(path: String, corpus: String)
  /// A run has no checkpoint of the step at which another is to branch off.
  case noBranchPoint(path: String, step: Int, steps: [Int])
  /// A branch is to begin before its trunk has grown to its full depth.
  case branchBeforeGrowth(path: String, step: Int, lastGrowth: Int)
  /// A branch is to end no later than it begins.
  case branchTooShort(path: String, step: Int, steps: Int)
  /// The recipe of a branch is another than its trunk's where it cannot be.
  case branchDiffers(path: String, [ChangedField])
  /// The trunk's steps had other rates than the branch's recipe gives them.
  case branchRates(path: String, step: Int)
  /// Something is infinite or not a number any more, such as "the loss is not a number".
  case diverged(step: Int, what: String, checkpoint: String? = nil)
  /// The loss is not a number any more while the layer map of a growth is learnt.
  case mapDiverged(step: Int, loss: Double)

  /// One sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .vocabularySize(let recipe, let path, let file):
      "model.vocabularySize: is \(recipe), but \(path) was packed with \(file) tokens; leave the field out to take the file's"
    case .contextTooShortForSpans(let contextLength, let rate):
      "model.contextLength: is \(contextLength), too short for spans to be cut out of it at training.objective.spanCorruption.rate \(rate); raise either, or set training.objective.shares.spanCorruption to 0"
    case .corpusChanged(let path, let expected, let found):
      "\(path): is not the token file this run began with (\(found), not \(expected)); put the old one back or start a new run"
    case .recipeChanged(let path, let folder, let fields):
      Self.recipeChanged(path, folder: folder, fields)
    case .notLonger(let path, let steps, let formerSteps):
      "--steps \(steps): \(path) is a run of \(formerSteps) steps, and a run can only become longer"
    case .noCommonCheckpoint(let path, let steps, let formerSteps, let commonSteps):
      "--steps \(steps): \(path) has no checkpoint of step \(commonSteps) or before, after which the learning rates of \(steps) steps are not those of \(formerSteps); begin another run with `espalier train RECIPE --from \(path)`"
    case .corpusNotFound(let recipe, let path, let searched):
      "\(recipe): corpus.tokens: names the token file \(path), which is not there; looked for \(searched.joined(separator: ", ")); put it there, or its place into the recipe"
    case .stepOutsidePlan(let path, let step, let totalSteps):
      "\(path): is at step \(step), but the run has only \(totalSteps) steps"
    case .originDiffers(let path, let field, let found, let expected):
      "\(path): has \(field) \(found), but the recipe's first stage needs \(expected); change the recipe or grow the checkpoint"
    case .otherOptimizer(let path, let found, let expected):
      "\(path): its optimizer remembers \(Self.slots(found)), but the recipe's needs \(Self.slots(expected)); keep the optimizer that the model was trained with, or begin anew with the weights alone"
    case .originMasked(let path):
      "\(path): predicts hidden tokens from both sides and cannot go on with a prompt; begin with a model of objective causal or mixture"
    case .originTied(let path):
      "\(path): has tied layers, which the recipe does not; say so by model.loop if they are a loop, or untie them and begin with what that gives"
    case .originTokenizer(let path, let found, let corpus, let expected):
      "\(path): was trained with another tokenizer (SHA-256 \(found.prefix(12))…) than \(corpus) was packed with (\(expected.prefix(12))…); pack the text with the tokenizer of the checkpoint"
    case .strayCheckpoints(let path):
      "\(path): holds checkpoints but no run.json, so they are of no run that is known and could be taken for the new run's; delete the folder or choose another"
    case .originLost(let path, let origin):
      "\(path): holds no complete checkpoint of the run, which began with a saved model; delete the folder and train from \(origin) again"
    case .noKernels(let error):
      "kernels: swift cannot be had: \(error); choose auto or xla"
    case .tooFewDevices(let wanted, let found, let platform):
      "parallelism.devices: asks for \(wanted), and the platform \(platform) has \(found); choose at most so many"
    case .mixedTokenizers(let path, let corpus):
      "\(path): was packed with another tokenizer than \(corpus), and texts that are mixed need one; pack it anew with the tokenizer of the corpus"
    case .noBranchPoint(let path, let step, let steps):
      "\(path): has no checkpoint of step \(step) to branch off at"
        + (steps.isEmpty
          ? "" : "; it has those of \(steps.map(String.init).joined(separator: ", "))")
        + "; checkpoints.every and checkpoints.keep of the trunk say which stay"
    case .branchBeforeGrowth(let path, let step, let lastGrowth):
      "\(path): grows last at step \(lastGrowth), and a branch goes on with a model that does not grow; got step \(step)"
    case .branchTooShort(let path, let step, let steps):
      "\(path): a branch at step \(step) needs more training.steps than that; got \(steps)"
    case .branchDiffers(let path, let fields):
      "\(path): a branch goes on with the training of its trunk, but "
        + fields.map { "\($0.name) is \($0.found) instead of \($0.expected)" }.joined(
          separator: ", "
        )
        + "; only the name, training.steps, the decay, the mixture, and what is measured and saved may differ"
    case .branchRates(let path, let step):
      "\(path): the steps before \(step) had other learning rates than a run of the branch's recipe; branch off in the stable phase of training.learningRate.schedule warmup-stable-decay, before any decay"
    case .diverged(let step, let what, let checkpoint):
      "step \(step): \(what), so training has diverged; lower training.learningRate.peak or raise its warm-up"
        + (checkpoint.map { " (the last good checkpoint is \($0))" } ?? "")
    case .mapDiverged(let step, let loss):
      "step \(step): the loss is \(Self.strange(loss)) while the layer map is learnt; lower growth.mapLearningRate"
    }
  }
}

/// A field of a recipe that is not what a run began with.
public struct ChangedField: Hashable, Sendable {
  /// The field's path, such as `training.steps`.
  public let name: String
  /// What the recipe says.
  public let found: String
  /// What the run goes on with.
  public let expected: String
}

extension TrainingError {
  /// Training whose numbers cannot be gone on with.
  ///
  /// - Parameters:
  ///   - name: What is not finite, such as "the loss".
  ///   - value: What it is.
  ///   - step: The steps that had been taken.
  /// - Returns: The error.
  static func diverged(_ name: String, _ value: Double, afterStep step: Int) -> TrainingError {
    .diverged(step: step, what: "\(name) is \(strange(value))")
  }

  /// A number that is not finite, in words; the sign of what is not a number says nothing.
  private static func strange(_ value: Double) -> String {
    value.isNaN ? "not a number" : "infinite"
  }

  private static func recipeChanged(
    _ path: String,
    folder: String,
    _ fields: [ChangedField]
  ) -> String {
    let named = fields.prefix(3).map { "\($0.name) is \($0.found) instead of \($0.expected)" }
    let rest = fields.count > 3 ? " and \(fields.count - 3) more fields differ" : ""
    let longer = fields.first { $0.name == "training.steps" }.map {
      ", or train longer with `espalier resume \(folder) --steps \($0.found)`"
    }
    let remedy = fields.count == 1 ? longer : nil
    let put = "put \(fields.count == 1 ? "it" : "them") back\(remedy ?? ", or start another run")"
    return
      "\(path): \(named.joined(separator: ", "))\(rest), and a run goes on as what it began as; \(put)"
  }

  /// A few names of an optimizer's slots, and how many more there are.
  private static func slots(_ names: [String]) -> String {
    let named = names.prefix(2).joined(separator: ", ")
    return names.isEmpty
      ? "nothing besides" : names.count > 2 ? "\(named) and \(names.count - 2) more" : named
  }
}
