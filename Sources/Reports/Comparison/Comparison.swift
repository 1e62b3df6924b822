import Foundation
import Runs

/// Several runs side by side, in numbers.
///
/// Each run is set against the *baseline*: the first run without growth, or else the first run. The
/// comparison is a pure function of the run folders; encoded as JSON it is what `espalier compare --json`
/// prints. Losses are in nats a token; what is not known is left out.
package struct Comparison: Codable, Hashable, Sendable {
  /// The baseline's place among the runs, counted from 0; absent if there are no runs.
  package var baseline: Int?
  /// The results in the order in which the runs were given.
  package var runs: [RunResult]
  /// Sentences about what makes the numbers less comparable than they look.
  package var notes: [String]

  /// Compares runs.
  package init(_ runs: [LoadedRun]) {
    let loaded = LoadedRun.toldApart(runs)
    let baseline = loaded.firstIndex { $0.record.method == "none" } ?? loaded.indices.first
    self.baseline = baseline
    self.runs = loaded.map(RunResult.init)
    notes = Self.notes(on: loaded)
    guard let baseline else { return }
    for index in loaded.indices where index != baseline {
      self.runs[index].relative = RelativeResult(
        self.runs[index],
        loaded[index],
        baseline: self.runs[baseline],
        loaded[baseline]
      )
    }
  }

  /// The comparison as JSON text, with sorted keys and a line feed at the end.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}

extension RunResult {
  /// The numbers of one run, without the comparison.
  init(_ run: LoadedRun) {
    let (record, outcome) = (run.record, run.record.outcome)
    // A run that was killed wrote its record earlier than its last measurement.
    let last = run.metrics.records.last.flatMap { $0.step >= outcome.finalStep ? $0 : nil }
    let seconds = last?.seconds ?? outcome.trainingSeconds
    let tokens = last?.tokens ?? outcome.tokens
    let training = run.trainingCurve
    let window = LossCurve.window(recordCount: training.points.count)
    let validation =
      run.validationCurve.points.isEmpty
      ? outcome.finalValidationLoss : run.validationCurve.points.last?.loss
    self.init(
      name: run.name,
      folder: run.folder.path,
      method: record.method,
      seed: record.seed,
      status: outcome.status.rawValue,
      parameterCount: record.model.parameterCount,
      steps: last?.step ?? outcome.finalStep,
      plannedSteps: record.plan.totalSteps,
      tokens: tokens,
      flops: finite(last?.flops) ?? outcome.flops,
      compiledFlops: finite(run.metrics.records.last { $0.compiledFlops != nil }?.compiledFlops),
      growthFlops: finite(last?.growthFlops),
      optimizerFlops: finite(last?.optimizerFlops),
      trainingSeconds: finite(seconds) ?? outcome.trainingSeconds,
      compileSeconds: outcome.compileSeconds,
      tokensPerSecond: ratio(Double(tokens), seconds),
      finalTrainingLoss: training.points.isEmpty
        ? finite(outcome.finalLoss) : training.finalMean(window: window),
      smoothingRecords: window,
      finalValidationLoss: finite(validation),
      finalBitsPerByte: run.bitsPerByte(ofLoss: finite(validation)),
      relative: nil
    )
  }
}

extension LoadedRun {
  /// The last loss of each next token in bits a byte of text.
  fileprivate func bitsPerByte(ofLoss validationLoss: Double?) -> Double? {
    let loss =
      record.objective?.kind == nil
      ? validationLoss : metrics.records.reversed().lazy.compactMap(nextTokenLoss).first
    return loss.flatMap(bitsPerByte(ofNextTokenLoss:))
  }

  /// The loss of predicting each next token of the validation set, where a record has it.
  package func nextTokenLoss(_ measured: MetricsRecord) -> Double? {
    switch record.objective?.kind {
    case nil: finite(measured.validationLoss)
    case "mixture": finite(measured.causalValidationLoss)
    default: nil
    }
  }

  /// A loss of each next token in bits a byte of text, where the bytes are known.
  ///
  /// Tokens that end documents count as tokens and have no bytes.
  package func bitsPerByte(ofNextTokenLoss loss: Double) -> Double? {
    let corpus = record.corpus
    guard let bytes = corpus.validationBytes, bytes > 0 else { return nil }
    return loss * Double(corpus.validationTokens) / Double(bytes) / log(2)
  }
}

/// A number that JSON can spell, or nothing.
private func finite(_ number: Double?) -> Double? {
  number.flatMap { $0.isFinite ? $0 : nil }
}

extension RelativeResult {
  /// Sets a run against the baseline.
  init(_ result: RunResult, _ run: LoadedRun, baseline: RunResult, _ baselineRun: LoadedRun) {
    self.init(
      flopRatio: ratio(baseline.chargedFlops, result.chargedFlops),
      expectedSpeedUp: finite(run.record.expectedSpeedUp),
      wallTimeSpeedUp: ratio(baseline.trainingSeconds, result.trainingSeconds),
      wallTimeSpeedUpWithCompilation: ratio(
        baseline.trainingSeconds + baseline.compileSeconds,
        result.trainingSeconds + result.compileSeconds
      ),
      trainingLossDifference: difference(result.finalTrainingLoss, baseline.finalTrainingLoss),
      validationLossDifference: difference(
        result.finalValidationLoss,
        baseline.finalValidationLoss
      ),
      atEqualFlops: EqualBudget(run, baselineRun, on: .flops),
      atEqualSeconds: EqualBudget(run, baselineRun, on: .seconds)
    )
  }
}

extension EqualBudget {
  /// The losses at the largest expense at which both runs were measured; nothing if there is none.
  ///
  /// Validation names the moment, being the better witness; without it the training loss does.
  init?(_ run: LoadedRun, _ baseline: LoadedRun, on axis: Axis) {
    func commonEnd(_ first: LossCurve, _ second: LossCurve) -> Double? {
      guard let first = first.points.last?.position(on: axis),
        let second = second.points.last?.position(on: axis)
      else { return nil }
      let end = min(first, second)
      return end.isFinite && end > 0 ? end : nil
    }
    let validation = (run.validationCurve, baseline.validationCurve)
    let training = (run.smoothedTrainingCurve, baseline.smoothedTrainingCurve)
    guard
      let budget = commonEnd(validation.0, validation.1) ?? commonEnd(training.0, training.1)
    else { return nil }
    let validationLoss = validation.0.loss(at: budget, on: axis)
    let baselineValidationLoss = validation.1.loss(at: budget, on: axis)
    let trainingLoss = training.0.loss(at: budget, on: axis)
    let baselineTrainingLoss = training.1.loss(at: budget, on: axis)
    self.init(
      budget: budget,
      validationLoss: validationLoss,
      baselineValidationLoss: baselineValidationLoss,
      trainingLoss: trainingLoss,
      baselineTrainingLoss: baselineTrainingLoss,
      validationLossDifference: difference(validationLoss, baselineValidationLoss),
      trainingLossDifference: difference(trainingLoss, baselineTrainingLoss)
    )
  }
}
