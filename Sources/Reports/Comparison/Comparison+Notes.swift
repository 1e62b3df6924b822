import Runs

extension Comparison {
  /// What makes the numbers of these runs less comparable than they look, one sentence each.
  static func notes(on runs: [LoadedRun]) -> [String] {
    runs.flatMap(notes(on:)) + (runs.count > 1 ? notes(onDifferencesOf: runs) : [])
  }

  private static func notes(on run: LoadedRun) -> [String] {
    let (name, outcome) = (run.name, run.record.outcome)
    var notes: [String] = []
    switch outcome.status {
    case .completed: break
    case .running: notes.append("\(name) was not finished when it was read.")
    case .interrupted: notes.append("\(name) was interrupted and can be resumed.")
    case .failed: notes.append("\(name) failed: \(outcome.message ?? "no reason is recorded").")
    }
    if let torn = run.metrics.tornLine { notes.append("\(name): \(torn.notice).") }
    if run.metrics.records.isEmpty { notes.append("\(name) has no measurements.") }
    let strange = run.metrics.records.filter { record in
      record.loss?.isFinite == false || record.validationLoss?.isFinite == false
    }
    if let first = strange.first {
      notes.append("\(name) diverged: at step \(first.step) a loss is not a finite number.")
    }
    return notes
  }

  private static func notes(onDifferencesOf runs: [LoadedRun]) -> [String] {
    func differ<Value: Hashable>(_ value: (RunRecord) -> Value) -> Bool {
      Set(runs.map { value($0.record) }).count > 1
    }
    var notes: [String] = []
    if differ(\.machine) {
      notes.append("The runs were made on different machines; their times do not compare.")
    } else if differ(\.versions) {
      notes.append("The runs were made with different versions; their times may not compare.")
    }
    if differ(\.corpus.checksum) {
      notes.append("The runs were trained on different token files; their losses do not compare.")
    }
    if differ(\.objective?.kind) {
      notes.append("The runs were trained for different objectives; their losses do not compare.")
    }
    notes += LossConditions.notes(on: runs.map { $0.record.recipe ?? [:] })
    if differ(\.model) {
      notes.append("The models differ in size, so cost and loss differ for more than one reason.")
    }
    if Set(runs.map { RunResult($0).tokens }).count > 1 {
      notes.append(
        "The runs saw different numbers of tokens; the formula's factor holds for equal numbers."
      )
    }
    let seeds = Dictionary(grouping: runs, by: \.record.method).mapValues {
      Set($0.map(\.record.seed)).count
    }
    if seeds.values.contains(1) {
      notes.append(
        "Some method was run with a single seed: a difference in loss no larger than that between two "
          + "seeds says nothing."
      )
    }
    return notes
  }
}
