import Checkpoints
import Corpus
import Foundation
import Laboratory
import LanguageModels
import PJRT
import Recipes
import Runs
import SavedModels
import Studies
import Training

/// A failure as the user sees it: sentences, at most one hint, and an exit code.
struct Failure {
  /// What is wrong, a sentence each.
  var messages: [String]
  /// What to do, where the sentences do not say it.
  var hint: String?
  /// What the process ends with.
  var exitCode: Int32

  /// The exit code for a wrong command line or recipe.
  static let usageCode: Int32 = 2

  /// A wrong command line.
  static func usage(_ message: String, command: String) -> Failure {
    Failure(
      messages: [oneLine(message)],
      hint: "`\(command) --help` shows how it is used",
      exitCode: usageCode
    )
  }

  /// Finds words for an error.
  init(_ error: any Error) {
    if let stopped = error as? StoppedRun {
      self.init(stopped.reason)
      if Self.canPass(stopped.reason) {
        hint = "`espalier resume \(stopped.folder)` goes on from the last checkpoint"
      }
    } else if let error = error as? RecipeError {
      self.init(
        messages: error.messages.map(Self.oneLine),
        hint: Self.hint(error),
        exitCode: Self.usageCode
      )
    } else {
      self.init(messages: [Self.oneLine("\(error)")], hint: Self.hint(error), exitCode: 1)
    }
  }

  private init(messages: [String], hint: String?, exitCode: Int32) {
    self.messages = messages
    self.hint = hint
    self.exitCode = exitCode
  }

  /// Whether a run that ended with the error can go on once the world is in order again.
  private static func canPass(_ error: any Error) -> Bool {
    switch error {
    case CheckpointError.file, CheckpointError.diskFull, RunError.cannotWrite: true
    default: false
    }
  }

  private static func hint(_ error: any Error) -> String? {
    switch error {
    case PJRTError.pluginNotFound, PJRTError.noPluginForDevice, PJRTError.cudaUnusable,
      PJRTError.cannotOpen, PJRTError.notAPlugin, PJRTError.truncated,
      PJRTError.unsupportedVersion:
      "`espalier doctor` shows what is there and what is missing"
    case RunError.alreadyARun(let path):
      "`espalier resume \(path)` goes on with it, --run FOLDER puts the run elsewhere"
    case TokenFileError.cannotRead:
      "relative paths begin in the folder the command runs in; `espalier corpus pack` makes a token "
        + "file, `espalier demo` the demonstration's"
    case CheckpointError.noManifest:
      "name the folder of a checkpoint, such as runs/NAME/checkpoints/step-00000400"
    case TokenizerError.trainingFailed, TokenizerError.vocabularyTooLarge:
      "another --vocabulary-size may do, or more text"
    case TokenizerError.tooManyCharacters:
      "a larger --vocabulary-size or a smaller --character-coverage; without the option as many "
        + "characters as fit have pieces, and the others are spelled in bytes"
    case SavedModelError.noCheckpoint:
      "--from names what to begin with"
    case TrainingError.otherOptimizer:
      "`espalier train --from CHECKPOINT --optimizer reset` begins anew with the weights"
    case RecipeError.malformedOverride:
      "`espalier train --help` shows how fields are set"
    case StudyError.anotherStudy, StudyError.malformedStudy, LabError.unreadable,
      LabError.otherFormat:
      "--output names the folder"
    case StudyError.tooManyLagSteps:
      "--steps says how many, training.steps how long the run is"
    case StudyError.costUnknown:
      "--equal steps compares at equal steps"
    case StudyError.seedTwice:
      "--seeds names them, with commas between them"
    case let error as TrainingError:
      hint(error)
    default:
      nil
    }
  }

  /// What to do with a saved model that a run cannot begin with.
  private static func hint(_ error: TrainingError) -> String? {
    switch error {
    case .originTied(let path):
      "`espalier grow \(path) --method untie --output FOLDER` unties them"
    case .originTokenizer:
      "`espalier corpus pack` packs a text"
    default:
      nil
    }
  }

  /// The message as one line: XLA's may have many, and the first says what is wrong.
  private static func oneLine(_ message: String) -> String {
    let line = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? message
    return visible(line.count > 2000 ? line.prefix(2000) + "…" : line)
  }

  /// A message with numbers for characters that cannot be seen, which may be what is wrong.
  ///
  /// It also keeps what stands in files and names from acting on the terminal.
  private static func visible(_ message: String) -> String {
    message.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      // They join the parts of letters and emoji.
      case .format where scalar == "\u{200C}" || scalar == "\u{200D}": String(scalar)
      case .control, .format, .lineSeparator, .paragraphSeparator,
        .spaceSeparator where scalar != " ":
        "<U+\(String(format: "%04X", scalar.value))>"
      default: String(scalar)
      }
    }.joined()
  }
}
