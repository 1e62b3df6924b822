import Runs
import Tables

extension Report {
  /// What runs measured, as CSV: a line for each measurement, with the run's name in front.
  ///
  /// - Parameter runs: The runs.
  /// - Returns: The text; a cell is empty where nothing was measured.
  package static func metricsCSV(of runs: [LoadedRun]) -> String {
    let rows = runs.flatMap { run in
      run.metrics.records.map { record in
        [run.folder.name] + columns.map { $0.value(record) ?? "" }
      }
    }
    return CSVText.lines([["run"] + columns.map(\.name)] + rows)
  }

  /// The fields of a measurement that are numbers, by their names in `metrics.jsonl`.
  private static let columns: [(name: String, value: @Sendable (MetricsRecord) -> String?)] = [
    ("step", { "\($0.step)" }),
    ("stage", { "\($0.stage)" }),
    ("layers", { "\($0.layers)" }),
    ("tokens", { "\($0.tokens)" }),
    ("flops", { "\($0.flops)" }),
    ("compiledFlops", { $0.compiledFlops.map { "\($0)" } }),
    ("growthFlops", { $0.growthFlops.map { "\($0)" } }),
    ("optimizerFlops", { $0.optimizerFlops.map { "\($0)" } }),
    ("seconds", { "\($0.seconds)" }),
    ("loss", { $0.loss.map { "\($0)" } }),
    ("validationLoss", { $0.validationLoss.map { "\($0)" } }),
    ("causalValidationLoss", { $0.causalValidationLoss.map { "\($0)" } }),
    ("learningRate", { "\($0.learningRate)" }),
    ("gradientNorm", { $0.gradientNorm.map { "\($0)" } }),
    ("tokensPerSecond", { "\($0.tokensPerSecond)" }),
    ("shareOfPeak", { $0.shareOfPeak.map { "\($0)" } }),
  ]
}
