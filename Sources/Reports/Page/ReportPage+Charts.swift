import Runs

extension ReportPage {
  /// The loss against steps, FLOPs and time.
  var charts: Markup? {
    let steps = LineChart(runs, against: .steps)
    let flops = LineChart(runs, against: .flops)
    let seconds = LineChart(runs, against: .seconds)
    let isLogarithmic = steps.verticalScale(height: 300).isLogarithmic
    let grows = !steps.stages.isEmpty
    let isCutOff = steps.isCutOff || flops.isCutOff || seconds.isCutOff
    return """
      <section aria-labelledby="charts">
      <h2 id="charts">Loss</h2>
      <p class="note">Marked lines are the validation loss, thin lines the training loss\
      \(smoothing).\(isLogarithmic ? " The vertical axis is logarithmic." : "")\
      \(isCutOff ? " The first steps of a run may lie above a chart." : "")\
      \(grows ? " The bars above a chart are the stages of a growing run; at each dotted rule it grows." : "")</p>
      \(legend)
      <figure>
      <figcaption>Equal steps <small>the same text read, at different cost</small></figcaption>
      <div class="wide">\(steps.svg(id: "steps-wide", width: 1000, height: 400))</div>
      <div class="narrow">\(steps.svg(id: "steps-narrow", width: 486, height: 380))</div>
      </figure>
      <div class="pair">
      <figure>
      <figcaption>Equal compute <small>training FLOPs by the formula\(charge)</small></figcaption>
      \(flops.svg(id: "flops", width: 486, height: 380))
      </figure>
      <figure>
      <figcaption>Equal time <small>on this machine, without compilation</small></figcaption>
      \(seconds.svg(id: "seconds", width: 486, height: 380))
      </figure>
      </div>
      </section>
      """
  }

  /// What else the FLOPs of a run are that decides on its growths, where there is one.
  private var charge: String {
    LineChart.freeRuns(among: runs).isEmpty
      ? "" : ", those for deciding on growths included unless they are called free"
  }

  private var smoothing: String {
    let windows = Set(comparison.runs.map(\.smoothingRecords)).sorted()
    guard let most = windows.last, most > 1 else { return "" }
    return windows.count == 1
      ? ", the mean of \(most) records" : ", the mean of up to \(most) records"
  }

  private var legend: Markup {
    guard runs.count > 1 else { return "" }
    let names =
      runs.map(\.name)
      + LineChart.freeRuns(among: runs).map { LineChart.freeName(of: $0.run) }
    let entries = names.enumerated().map { index, name -> Markup in
      """
      <li>\(swatch(style: index % ChartMark.styleCount))\
      <span class="run-name">\(name)</span></li>
      """
    }
    return "<ul class=\"legend\">\n\(entries)\n</ul>"
  }
}
