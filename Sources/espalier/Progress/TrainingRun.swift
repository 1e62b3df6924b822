import ArgumentParser
import Reports
import Runs
import Training

/// A run that ended with an error.
struct StoppedRun: Error {
  /// What went wrong.
  var reason: any Error
  /// The run's folder.
  var folder: String
}

/// Runs a training session in front of the user: progress on the way, a page at the end.
struct TrainingRun {
  let context: CommandContext
  /// The command that goes on with a run that was stopped; by default `espalier resume`.
  var continuation: String?

  /// Trains to the end, and shows what came out.
  ///
  /// - Parameters:
  ///   - session: What to run.
  ///   - hosts: The hosts that run it together, of which the first one speaks; nil for this one alone.
  /// - Throws: What training throws, `HostError`, or ``ExitCode`` when someone asked to stop.
  func present(_ session: inout TrainingSession, among hosts: TrainingHosts? = nil) throws {
    let folder = session.folder
    do {
      try hosts?.agree(on: session)
      if let hosts, !hosts.isFirst {
        context.console.note(
          "rank \(hosts.place.rank) of \(hosts.place.count) trains along; rank 0 says how it goes"
        )
        try trainAlong(&session)
      } else {
        try summarise([complete(&session)])
        try context.console.write("\nThe page: \(folder.reportFile)\n")
      }
      hosts?.leave()
    } catch let stopped as ExitCode {
      // All have stopped. After any other error the rest are to see that this process is gone.
      hosts?.leave()
      throw stopped
    }
  }

  /// Trains in a process that is not the first, which says how it goes.
  private func trainAlong(_ session: inout TrainingSession) throws {
    StopSignal.listen()
    let result = try session.run(StopSignal.watch { _ in })
    if result.ending == .interrupted { throw ExitCode(StopSignal.exitCode) }
  }

  /// Trains to the end and writes the run's page.
  ///
  /// - Parameter session: What to run.
  /// - Returns: The run, read back from its folder.
  /// - Throws: What training throws, or ``ExitCode`` when someone asked to stop.
  func complete(_ session: inout TrainingSession) throws -> LoadedRun {
    let console = context.console
    try introduce(session)
    StopSignal.listen()
    let progress = TrainingProgress(session.job, console: console)
    let result: TrainingSession.Result
    do {
      result = try session.run(StopSignal.watch(progress.observe))
    } catch {
      progress.finish()
      throw StoppedRun(reason: error, folder: session.folder.path)
    }
    progress.finish()
    let run = try writeReport(session.folder)
    if result.ending == .interrupted {
      console.note(
        "Stopped after step \(result.record.outcome.finalStep) of "
          + "\(session.job.plan.totalSteps); everything is saved. Go on with:\n"
          + "  \(continuation ?? "espalier resume \(session.folder.path)")"
      )
      throw ExitCode(StopSignal.exitCode)
    }
    return run
  }

  /// Writes the page about a run, and returns the run.
  @discardableResult
  func writeReport(_ folder: RunFolder) throws -> LoadedRun {
    let run = try LoadedRun.load(folder)
    try RunStore(folder).write(report: Report.page(of: run))
    return run
  }

  /// Prints a table and a chart of runs.
  func summarise(_ runs: [LoadedRun]) throws {
    let console = context.console
    try console.write(
      Report.terminalSummary(
        of: runs,
        width: min(console.outputWidth, 120),
        colour: console.usesColour,
        characters: console.characters
      )
    )
  }

  /// Says what is about to be trained.
  private func introduce(_ session: borrowing TrainingSession) throws {
    let (job, console) = (session.job, context.console)
    let model = job.configuration
    console.note(
      "\(job.recipe.name): \(counted(model.layerCount, "layer")) of width \(model.width), "
        + "\(NumberFormat.grouped(model.parameterCount)) parameters, "
        + "vocabulary \(NumberFormat.grouped(model.vocabularySize))"
    )
    console.note(
      "\(job.corpus.path): \(NumberFormat.grouped(job.corpus.tokenCount(of: .train))) tokens to "
        + "train on, \(NumberFormat.grouped(job.corpus.tokenCount(of: .validation))) held out"
    )
    console.note(
      "\(counted(job.plan.totalSteps, "step")) of "
        + "\(NumberFormat.grouped(job.tokensPerStep)) tokens, "
        + NumberFormat.operations(job.operations(throughStep: job.plan.totalSteps))
        + (job.plan.growths.isEmpty
          ? ""
          : ", \(NumberFormat.fixed(job.expectedSpeedUp, digits: 2)) times cheaper than full depth")
    )
    let reason = session.kernels.shortcoming.map { ", since \($0)" } ?? ""
    console.note("kernels: \(session.kernels)\(reason)")
    if !job.plan.growths.isEmpty {
      PlanText.table(try PlanOverview(job)).forEach { console.note("  \($0)") }
    }
    if session.completedSteps > 0 {
      console.note("going on after step \(session.completedSteps)")
    }
  }
}
