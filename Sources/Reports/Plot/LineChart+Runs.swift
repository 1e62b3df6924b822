import Runs

extension LineChart {
  /// The losses of runs against one axis.
  ///
  /// The thin line is the smoothed training loss, the marked line the validation loss.
  init(_ runs: [LoadedRun], against axis: Axis) {
    let farthest =
      runs.flatMap { $0.metrics.records.suffix(1) }.map { record in
        switch axis {
        case .steps: Double(record.step)
        case .flops: record.chargedFlops
        case .seconds: record.seconds
        }
      }.filter(\.isFinite).max() ?? 0
    let (title, unit) = Self.unit(of: axis, farthest: farthest)

    func points(_ curve: LossCurve) -> [Point] {
      curve.points.map { Point(x: $0.position(on: axis) / unit, y: $0.loss) }
    }
    xTitle = title
    yTitle = "Loss, nats per token"
    series = runs.enumerated().map { index, run in
      Series(
        name: run.name,
        style: index % ChartMark.styleCount,
        thin: points(run.smoothedTrainingCurve),
        marked: points(run.validationCurve)
      )
    }
    if axis == .flops {
      series += Self.freeRuns(among: runs).enumerated().map { index, free in
        Series(
          name: Self.freeName(of: free.run),
          style: (runs.count + index) % ChartMark.styleCount,
          thin: [],
          marked: points(free.curve)
        )
      }
    }
    stages = runs.enumerated().compactMap { index, run in
      let spans = Self.spans(of: run, on: axis, unit: unit)
      return spans.count > 1 ? Stages(style: index % ChartMark.styleCount, spans: spans) : nil
    }
    summary = Self.summary(of: runs, against: title)
  }

  /// The runs that spent something on deciding how to grow, with their losses against training alone.
  static func freeRuns(among runs: [LoadedRun]) -> [(run: LoadedRun, curve: LossCurve)] {
    runs.compactMap { run in run.freeValidationCurve.map { (run, $0) } }
  }

  /// What the curve of a run is called that leaves out what deciding how to grow took.
  static func freeName(of run: LoadedRun) -> String { "\(run.name), deciding free" }

  /// An axis's title, and how many of its base units make one of its shown ones.
  private static func unit(of axis: Axis, farthest: Double) -> (title: String, unit: Double) {
    switch axis {
    case .steps: return ("Optimiser steps", 1)
    case .flops:
      var (index, unit) = (0, 1.0)
      while farthest / unit >= 1000, index < NumberText.flopUnits.count - 1 {
        (index, unit) = (index + 1, unit * 1000)
      }
      return ("Training compute, \(NumberText.flopUnits[index])", unit)
    case .seconds:
      if farthest < 180 { return ("Training time, seconds", 1) }
      return farthest < 3 * 3600 ? ("Training time, minutes", 60) : ("Training time, hours", 3600)
    }
  }

  /// The stages that a run entered, as stretches of an axis.
  private static func spans(of run: LoadedRun, on axis: Axis, unit: Double) -> [Stages.Span] {
    let moments = LossCurve(run.metrics.records) { _ in 0 }.points
    guard let last = moments.last else { return [] }
    let stages = run.record.plan.stages.filter {
      $0.firstStep < max(1, last.step) && $0.stepCount > 0
    }
    let starts = stages.map { stage in
      position(ofStep: stage.firstStep, in: moments, on: axis) / unit
    }
    let ends = Array(starts.dropFirst()) + [last.position(on: axis) / unit]
    return zip(stages, zip(starts, ends)).map { stage, ends in
      Stages.Span(from: ends.0, to: max(ends.0, ends.1), layers: stage.layers)
    }
  }

  /// Where a step lies on an axis, on straight lines between the measurements and from the origin.
  private static func position(
    ofStep step: Int,
    in moments: [LossPoint],
    on axis: Axis
  ) -> Double {
    guard let after = moments.firstIndex(where: { $0.step >= step }) else {
      return moments.last?.position(on: axis) ?? 0
    }
    let (right, end) = (moments[after].step, moments[after].position(on: axis))
    let (left, start) =
      after > 0 ? (moments[after - 1].step, moments[after - 1].position(on: axis)) : (0, 0)
    guard right > left else { return end }
    return start + (end - start) * Double(step - left) / Double(right - left)
  }

  private static func summary(of runs: [LoadedRun], against title: String) -> String {
    let ends = runs.map { run in
      let result = RunResult(run)
      return
        "\(result.name) ends at a validation loss of \(NumberText.loss(result.finalValidationLoss)) "
        + "and a training loss of \(NumberText.loss(result.finalTrainingLoss))"
    }
    return "Line chart of the loss against: \(title.lowercased()). \(ends.joined(separator: "; "))."
  }
}
