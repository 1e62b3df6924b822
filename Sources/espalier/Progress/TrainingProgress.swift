import Growing
import Reports
import Runs
import Training

/// Tells a terminal, or a log, how a run is getting on.
///
/// On a terminal one line is written over; elsewhere each measurement is a line of its own.
final class TrainingProgress {
  private let job: TrainingJob
  private let console: Console
  private let line: LiveLine
  private let now: () -> Double
  /// Counts operations rather than steps: a step gets dearer with every growth.
  ///
  /// It starts anew behind every pause, or the first seconds there would promise too little.
  private var meter = RateMeter()
  private var lastShown = -Double.infinity
  private var lastRecord: MetricsRecord?

  /// The pause between two drawings, in seconds.
  private static let redrawInterval = 0.1

  /// Watches a run.
  ///
  /// - Parameters:
  ///   - job: What is trained.
  ///   - console: Where to show it.
  ///   - now: Seconds from any moment on.
  init(_ job: TrainingJob, console: Console, now: @escaping () -> Double = monotonicSeconds()) {
    self.job = job
    self.console = console
    self.now = now
    line = LiveLine(console)
  }

  /// Shows what happened.
  func observe(_ event: TrainingEvent) {
    switch event {
    case .compiling(let layers):
      meter.restart()
      let title = "compiling the training step for \(counted(layers, "layer"))"
      console.canRedraw
        ? line.show(ProgressBar(title: title, fraction: fraction(lastRecord?.step), details: []))
        : line.note(title)
    case .compiled(let layers, let seconds, let origin):
      meter.restart()
      line.note(
        (origin == .compiled ? "compiled" : "loaded the compiled program of")
          + " the training step for \(counted(layers, "layer")) in "
          + "\(NumberFormat.fixed(seconds, digits: 1)) s"
      )
    case .advanced(let step, _, let layers):
      advance(step: step, layers: layers)
    case .measured(let record):
      lastRecord = record
      if record.validationLoss != nil { meter.restart() }
      if !console.canRedraw || record.validationLoss != nil { line.note(sentence(record)) }
    case .trying(let strategy, let number, let count, let step, let lag):
      meter.restart()
      guard console.canRedraw else { return }
      line.show(
        ProgressBar(
          title: "trying \(strategy)",
          fraction: (Double(number - 1) + Double(step) / Double(lag)) / Double(count),
          details: ["way \(number)/\(count)", "step \(step)/\(lag)"]
        )
      )
    case .chose(let choice):
      line.note(sentence(choice))
    case .learningMap(let layers, let step, let count):
      meter.restart()
      let title = "learning the layer map of the growth to \(counted(layers, "layer"))"
      if console.canRedraw {
        line.show(
          ProgressBar(
            title: title,
            fraction: Double(step) / Double(count),
            details: ["step \(step)/\(count)"]
          )
        )
      } else if step == 0 {
        line.note(title)
      }
    case .learnedMap(let map):
      line.note(sentence(map))
    case .grew(let from, let to, let step, let growth):
      let depth = "grew from \(from) to \(to) layers, \(growth.layersText)"
      let width = growth.widening.map { "grew to \($0)" }
      let gates = growth.gates.map { "\($0)" }
      let changes = [growth.changesLayers ? depth : nil, gates, width].compactMap { $0 }
      line.note("step \(step): \(changes.joined(separator: "; "))")
    case .levelledOff(let step, let plannedStep):
      let count = counted(plannedStep - step, "step")
      line.note("step \(step): the loss has levelled off, growing \(count) early")
    case .saved(let step, let path):
      meter.restart()
      line.note("step \(step): saved \(path)")
    }
  }

  /// Takes the live line away.
  func finish() {
    line.clear()
  }

  private func advance(step: Int, layers: Int) {
    let time = now()
    meter.note(job.operations(throughStep: step), at: time)
    guard console.canRedraw, time - lastShown >= Self.redrawInterval else { return }
    lastShown = time
    var details = ["step \(step)/\(job.plan.totalSteps)"]
    if let loss = lastRecord?.loss { details.append("loss \(NumberFormat.fixed(loss, digits: 3))") }
    if let left = secondsLeft(afterStep: step) {
      details.append("left \(NumberFormat.duration(left))")
    }
    if let rate = meter.rate {
      let stage = job.plan.stage(containing: step - 1)
      let steps = rate / job.operationsPerStep(of: stage)
      details.append("\(NumberFormat.grouped(Int(steps * Double(job.tokensPerStep)))) tokens/s")
      details.append("\(NumberFormat.fixed(steps, digits: steps < 10 ? 2 : 0)) steps/s")
    }
    details.append(counted(layers, "layer"))
    line.show(ProgressBar(title: job.recipe.name, fraction: fraction(step), details: details))
  }

  private func fraction(_ step: Int?) -> Double {
    Double(step ?? 0) / Double(job.plan.totalSteps)
  }

  private func secondsLeft(afterStep step: Int) -> Double? {
    let left =
      job.operations(throughStep: job.plan.totalSteps) - job.operations(throughStep: step)
    return meter.rate.flatMap { $0 > 0 ? left / $0 : nil }
  }

  private func sentence(_ choice: GrowthChoiceRecord) -> String {
    guard !choice.trials.isEmpty else {
      return "step \(choice.afterStep): \(choice.chosen), the only way to grow here"
    }
    let losses = choice.trials.sorted { $0.validationLoss < $1.validationLoss }.map {
      "\($0.strategy) \(NumberFormat.fixed($0.validationLoss, digits: 4))"
    }
    return "step \(choice.afterStep): chose \(choice.chosen); validation after "
      + "\(counted(choice.lag, "step")): " + losses.joined(separator: ", ")
  }

  private func sentence(_ map: LearnedMapRecord) -> String {
    let losses = [map.validationLossBefore, map.validationLossAfter].map {
      NumberFormat.fixed($0, digits: 4)
    }
    return
      "step \(map.afterStep): learnt the layer map in \(counted(map.steps, "step")); validation "
      + "\(losses[0]) before, \(losses[1]) after"
  }

  private func sentence(_ record: MetricsRecord) -> String {
    var parts = [
      "step \(record.step)/\(job.plan.totalSteps)", counted(record.layers, "layer"),
    ]
    if let loss = record.loss { parts.append("loss \(NumberFormat.fixed(loss, digits: 4))") }
    if let loss = record.validationLoss {
      parts.append("validation \(NumberFormat.fixed(loss, digits: 4))")
    }
    parts.append("\(NumberFormat.grouped(Int(record.tokensPerSecond))) tokens/s")
    if let left = secondsLeft(afterStep: record.step), record.step < job.plan.totalSteps {
      parts.append("left \(NumberFormat.duration(left))")
    }
    return parts.joined(separator: "  ")
  }
}

/// A count with its noun, such as `1 layer` or `8 layers`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(NumberFormat.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// A clock that never goes back, in seconds from now on.
func monotonicSeconds() -> () -> Double {
  let clock = ContinuousClock()
  let start = clock.now
  return {
    let passed = (clock.now - start).components
    return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
  }
}
