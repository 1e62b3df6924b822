import Runs

extension ReportPage {
  /// What came out, in sentences and large numbers, before any chart.
  var findings: Markup? {
    let findings = comparison.runs.compactMap { run in run.relative.map { finding(run, $0) } }
    guard let baseline = comparison.baseline, !findings.isEmpty else {
      return comparison.runs.first.map(singleFinding)
    }
    return """
      <section aria-labelledby="findings">
      <h2 id="findings">What came out</h2>
      <p class="note">Compared with <b class="run-name">\(comparison.runs[baseline].name)</b>, \
      whose final validation loss is \(NumberText.loss(comparison.runs[baseline].finalValidationLoss)).</p>
      \(findings)
      </section>
      """
  }

  private func finding(_ run: RunResult, _ relative: RelativeResult) -> Markup {
    let formula = relative.expectedSpeedUp.map { "the formula says \(NumberText.factor($0))" } ?? ""
    let compilation =
      relative.wallTimeSpeedUpWithCompilation.map {
        "\(NumberText.factor($0)) with compilation"
      } ?? ""
    let tiles: [Markup] = [
      tile("Speed-up in FLOPs", NumberText.factor(relative.flopRatio), formula),
      tile("Speed-up in training time", NumberText.factor(relative.wallTimeSpeedUp), compilation),
      tile(
        run.steps == comparison.baseline.map { comparison.runs[$0].steps }
          ? "Validation loss, equal steps" : "Validation loss at the end",
        NumberText.lossDifference(relative.validationLossDifference),
        "ends at \(NumberText.loss(run.finalValidationLoss))"
      ),
      tile(
        "Validation loss, equal FLOPs",
        NumberText.lossDifference(relative.atEqualFlops?.validationLossDifference),
        relative.atEqualFlops.map { "at \(NumberText.flops($0.budget))" } ?? ""
      ),
    ]
    return """
      <h3>\(swatch(of: run.name))<span class="run-name">\(run.name)</span></h3>
      <dl class="tiles">
      \(tiles)
      </dl>
      """
  }

  private func singleFinding(_ run: RunResult) -> Markup {
    let tiles: [Markup] = [
      tile("Final validation loss", NumberText.loss(run.finalValidationLoss), "nats per token"),
      tile("Final training loss", NumberText.loss(run.finalTrainingLoss), "nats per token"),
      tile(
        "Training FLOPs",
        NumberText.flops(run.flops),
        runs.first?.record.expectedSpeedUp.map {
          "\(NumberText.factor($0)) fewer than at full depth, by the formula"
        } ?? ""
      ),
      tile(
        "Training time",
        NumberText.duration(run.trainingSeconds),
        "\(NumberText.amount(run.tokensPerSecond)) tokens per second"
      ),
    ]
    return """
      <section aria-labelledby="findings">
      <h2 id="findings">What came out</h2>
      <dl class="tiles">
      \(tiles)
      </dl>
      </section>
      """
  }

  private func tile(_ label: String, _ value: String, _ remark: String) -> Markup {
    """
    <div><dt>\(label)</dt><dd><span class="value">\(value)</span>\
    <span class="remark">\(remark)</span></dd></div>
    """
  }

  /// The line and mark of a run, as in the charts.
  func swatch(of name: String) -> Markup {
    swatch(style: (runs.firstIndex { $0.name == name } ?? 0) % ChartMark.styleCount)
  }

  /// The line and mark of a style.
  func swatch(style: Int) -> Markup {
    """
    <svg class="swatch run-\(style)" viewBox="0 0 34 12" width="34" height="12" aria-hidden="true">\
    <path class="strong dashes-\(style)" d="M1 6L33 6"/>\
    <g class="marks">\(ChartMark.markup(style: style, x: 17, y: 6))</g></svg>
    """
  }
}
