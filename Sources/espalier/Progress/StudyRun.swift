import ArgumentParser

/// Runs a study in front of the user: progress on one line, and a way to stop and go on.
struct StudyRun {
  let console: Console

  /// Runs what has not run.
  ///
  /// - Parameter study: Told where to show how far it has come; returns whether all is done.
  /// - Throws: What the study throws, or `ExitCode` where someone asked to stop.
  func complete(_ study: (_ line: LiveLine) throws -> Bool) throws {
    StopSignal.listen()
    let line = LiveLine(console)
    let isComplete = try study(line)
    line.clear()
    guard isComplete else {
      console.note("Stopped; what is done is saved. The same command goes on.")
      throw ExitCode(StopSignal.exitCode)
    }
  }
}
