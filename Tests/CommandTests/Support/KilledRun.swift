import EspalierTestSupport
import Foundation
import Testing

extension LiveCommand {
  /// Runs a command until it has logged a line, and kills it there.
  static func runKilled(
    _ arguments: [String],
    atLineBeginning start: String,
    in folder: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let command = try LiveCommand(arguments, in: folder)
    #expect(try command.reads(lineBeginning: start), sourceLocation: sourceLocation)
    command.send(SIGKILL)
    #expect(try command.finish() == .uncaughtSignal, sourceLocation: sourceLocation)
  }
}

extension TemporaryFolder {
  /// The model and the optimizer's state of a run's checkpoint, as they lie in its files.
  func checkpoint(of run: String, step: Int = Workshop.stepCount) throws -> [Data] {
    let number = String(repeating: "0", count: 8 - "\(step)".count) + "\(step)"
    return try ["model", "optimizer"].map { file in
      let path = self / "\(run)/checkpoints/step-\(number)/\(file).safetensors"
      return try Data(contentsOf: URL(fileURLWithPath: path))
    }
  }

  /// Trains a run that is left alone, `whole`, and one that is killed and resumed, `killed`, and expects both
  /// to end with the same bits.
  ///
  /// - Parameters:
  ///   - arguments: The command without its `--run`.
  ///   - moments: Beginnings of lines at which it is killed, one after the other.
  ///   - step: The last step.
  ///   - sourceLocation: Where failures are reported.
  /// - Throws: What starting commands and reading files throws.
  func expectAKilledRunEndsAsOneLeftAlone(
    _ arguments: [String],
    killedAt moments: [String],
    step: Int = Workshop.stepCount,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let espalier = EspalierProcess(folder: path)
    let whole = try await espalier.run(arguments + ["--run", "whole"])
    #expect(whole.code == 0, "\(whole.errors)", sourceLocation: sourceLocation)
    var next = arguments + ["--run", "killed"]
    for moment in moments {
      try LiveCommand.runKilled(
        next,
        atLineBeginning: moment,
        in: path,
        sourceLocation: sourceLocation
      )
      next = ["resume", "killed"]
    }
    let resumed = try await espalier.run(next)
    #expect(resumed.code == 0, "\(resumed.errors)", sourceLocation: sourceLocation)
    #expect(
      try checkpoint(of: "killed", step: step) == checkpoint(of: "whole", step: step),
      sourceLocation: sourceLocation
    )
  }
}
