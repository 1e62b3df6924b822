import ArgumentParser
import CLargeBlocks
import Files
import Foundation
import Training

/// The command `espalier`.
@main
struct EspalierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "espalier",
    abstract: "Train language models by growing them, and see what growing brings.",
    discussion: """
      A model that grows starts shallow and gets its further layers on the way, as copies of \
      layers it has. It costs less to train than one that is deep from the start.

      The first thing to try trains one model of each kind and compares them:

        espalier demo

      What it does step by step can be done by hand:

        espalier tokenizer train book.txt --vocabulary-size 1024 --output book.model
        espalier corpus pack book.txt --tokenizer book.model --output book.tokens
        espalier train Recipes/demo-full-depth.yaml --set corpus.tokens=book.tokens
        espalier train Recipes/demo-midas.yaml --set corpus.tokens=book.tokens
        espalier compare runs/demo-full-depth runs/demo-midas

      A file to write may be a device or a pipe, such as /dev/stdout, which is written through; a \
      symbolic link stays, and what it leads to is replaced. Paths are taken as they are: `~` is \
      the shell's, and a name need not be UTF-8, though it is shown with %E9 for such a byte.

      Exit codes: 0 for success, 1 for a failure, 2 for a wrong command line or recipe, 130 for \
      a run that was stopped by a signal (Ctrl-C, SIGTERM, SIGHUP, SIGXCPU) and saved.
      """,
    version: TrainingSession.version,
    subcommands: [
      Demo.self, Plan.self, Train.self, Resume.self, Branch.self, Compare.self, SweepCommand.self,
      Grow.self,
      FineTune.self, Eval.self, IsoplotCommand.self, LearningCurve.self, Analyze.self, Tasks.self,
      Generate.self,
      Export.self, Import.self,
      Lag.self, Operators.self,
      TokenizerCommand.self, CorpusCommand.self, LabCommand.self, Profile.self,
      CompileCommand.self, Doctor.self,
    ]
  )

  /// The one place that reads the process: its arguments, its environment, its streams.
  static func main() {
    reserveStandardDescriptors()
    // What cannot be written is an error for the writer; by default the system ends the process instead.
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    // XLA writes to the standard error stream what it also returns as errors; 3 keeps it silent.
    setenv("TF_CPP_MIN_LOG_LEVEL", "3", 0)
    _ = espalier_keep_large_blocks()
    let context = CommandContext.ofThisProcess()
    Foundation.exit(run(Array(context.arguments.dropFirst()), in: context))
  }

  /// Parses and runs a command line, and returns the exit code.
  static func run(_ arguments: [String], in context: CommandContext) -> Int32 {
    do {
      var command = try parseAsRoot(arguments)
      if let command = command as? any EspalierSubcommand {
        try command.run(in: context)
      } else {
        try command.run()
      }
      return 0
    } catch {
      return report(error, arguments: arguments, console: context.console)
    }
  }

  /// Says what went wrong, or prints the help that was asked for, and returns the exit code.
  private static func report(
    _ error: any Error,
    arguments: [String],
    console: Console
  ) -> Int32 {
    if let code = error as? ExitCode { return code.rawValue }
    let failure: Failure
    switch exitCode(for: error) {
    case .success:
      do {
        try console.write(fullMessage(for: error) + "\n")
        return 0
      } catch {
        failure = Failure(error)
      }
    case .validationFailure:
      failure = usage(message(for: error), arguments)
    default:
      failure = Failure(error)
    }
    failure.messages.forEach { console.note("error: \($0)") }
    if let hint = failure.hint { console.note("hint: \(hint)") }
    return failure.exitCode
  }

  /// What is wrong with a command line that could not be parsed.
  private static func usage(_ message: String, _ arguments: [String]) -> Failure {
    var names = ["espalier"]
    var command: any ParsableCommand.Type = EspalierCommand.self
    for argument in arguments {
      let subcommands = command.configuration.subcommands
      guard let next = subcommands.first(where: { $0.configuration.commandName == argument })
      else {
        // The parser takes a subcommand that does not exist for an argument too many.
        if !subcommands.isEmpty, !argument.hasPrefix("-") {
          let name = names.joined(separator: " ")
          return .usage("`\(name)` has no subcommand \"\(argument)\"", command: name)
        }
        break
      }
      names.append(argument)
      command = next
    }
    return .usage(message, command: names.joined(separator: " "))
  }
}

/// A subcommand that does something; those that only group others do without.
protocol EspalierSubcommand: ParsableCommand {
  /// Does what the command is for.
  func run(in context: CommandContext) throws
}
