import Runs

/// The results as rows of text: what page and terminal show alike.
struct ResultsTable: Hashable, Sendable {
  /// One measure of all runs.
  struct Row: Hashable, Sendable {
    var label: String
    var cells: [String]
  }

  /// Measures that belong together.
  struct Group: Hashable, Sendable {
    var title: String
    var rows: [Row]
  }

  /// The runs' names.
  var names: [String]
  /// The measures.
  var groups: [Group]

  /// Lays out a comparison; a row in which nothing is known is left out.
  init(_ comparison: Comparison) {
    let runs = comparison.runs
    names = runs.map(\.name)
    func row(_ label: String, _ cell: (RunResult) -> String) -> Row {
      Row(label: label, cells: runs.map(cell))
    }
    func relative(_ label: String, _ cell: (RelativeResult) -> String) -> Row {
      Row(label: label, cells: runs.map { $0.relative.map(cell) ?? NumberText.unknown })
    }
    let quality = [
      row("Final validation loss") { NumberText.loss($0.finalValidationLoss) },
      row("The same, bits per byte") { NumberText.loss($0.finalBitsPerByte) },
      row("Final training loss") { NumberText.loss($0.finalTrainingLoss) },
    ]
    let updating =
      runs.contains { $0.optimizerFlops != nil }
      ? [row("FLOPs of the optimizer") { NumberText.flops($0.optimizerFlops) }] : []
    let spent = [
      row("Training FLOPs") { NumberText.flops($0.flops) },
      row("FLOPs to decide on growths") { NumberText.flops($0.growthFlops) },
    ]
    let measured = [
      row("Training FLOPs by XLA") { NumberText.flops($0.compiledFlops) },
      row("Training time") { NumberText.duration($0.trainingSeconds) },
      row("Compile time") { NumberText.duration($0.compileSeconds) },
      row("Tokens per second") {
        NumberText.count(ofWhole: $0.tokensPerSecond)
      },
    ]
    let cost = spent + updating + measured
    let size = [
      row("Growth method") { $0.method },
      row("Steps") {
        $0.steps == $0.plannedSteps
          ? NumberText.count($0.steps)
          : "\(NumberText.count($0.steps)) of \(NumberText.count($0.plannedSteps))"
      },
      row("Tokens") { NumberText.amount(Double($0.tokens)) },
      row("Parameters") { NumberText.amount(Double($0.parameterCount)) },
      row("Seed") { String($0.seed) },
    ]
    let baseline = comparison.baseline.map { runs[$0].name } ?? ""
    let beside = [
      relative("Speed-up by the formula") { NumberText.factor($0.expectedSpeedUp) },
      relative("Speed-up in FLOPs") { NumberText.factor($0.flopRatio) },
      relative("Speed-up in time") { NumberText.factor($0.wallTimeSpeedUp) },
      relative("… with compilation") { NumberText.factor($0.wallTimeSpeedUpWithCompilation) },
      relative(
        Set(runs.map(\.steps)).count == 1
          ? "Validation loss, equal steps" : "Validation loss at the end"
      ) {
        NumberText.lossDifference($0.validationLossDifference)
      },
      relative("Validation loss, equal FLOPs") {
        NumberText.lossDifference($0.atEqualFlops?.validationLossDifference)
      },
      relative("Validation loss, equal time") {
        NumberText.lossDifference($0.atEqualSeconds?.validationLossDifference)
      },
      relative("Training loss, equal FLOPs") {
        NumberText.lossDifference($0.atEqualFlops?.trainingLossDifference)
      },
    ]
    groups = [
      Group(title: "Loss, nats per token", rows: quality), Group(title: "Cost", rows: cost),
      Group(title: "Compared with \(baseline)", rows: beside), Group(title: "Size", rows: size),
    ].compactMap { group in
      let rows = group.rows.filter { !$0.cells.allSatisfy { $0 == NumberText.unknown } }
      return rows.isEmpty ? nil : Group(title: group.title, rows: rows)
    }
  }
}
