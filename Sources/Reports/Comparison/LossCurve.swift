import Runs

/// What a curve is drawn against.
enum Axis: Hashable, Sendable, CaseIterable {
  case steps, flops, seconds
}

/// A loss at a moment of a run.
struct LossPoint: Hashable, Sendable {
  var step: Int
  var stage: Int
  var flops: Double
  var seconds: Double
  var loss: Double

  /// Where the point lies on an axis.
  func position(on axis: Axis) -> Double {
    switch axis {
    case .steps: Double(step)
    case .flops: flops
    case .seconds: seconds
    }
  }
}

/// Losses along a run, in the order of the run.
struct LossCurve: Hashable, Sendable {
  var points: [LossPoint]

  /// The losses of those records that have one, also if it is not a number.
  ///
  /// - Parameters:
  ///   - records: The measurements.
  ///   - isCharged: Whether the FLOPs are with those spent on deciding how to grow.
  ///   - loss: Which loss.
  init(
    _ records: [MetricsRecord],
    isCharged: Bool = true,
    _ loss: (MetricsRecord) -> Double?
  ) {
    points = records.compactMap { record in
      loss(record).map {
        LossPoint(
          step: record.step,
          stage: record.stage,
          flops: isCharged ? record.chargedFlops : record.flops,
          seconds: record.seconds,
          loss: $0
        )
      }
    }
  }

  /// How many records a mean takes in: ten, or an eighth of them if there are fewer than eighty.
  static func window(recordCount: Int) -> Int {
    max(1, min(10, recordCount / 8))
  }

  /// Each point's mean with the points before it in the same stage, at most `window` of them.
  ///
  /// The mean starts anew at each growth, where the loss jumps; so a jump stays as steep as it was.
  func smoothed(window: Int) -> LossCurve {
    var result = self
    var first = 0
    for index in points.indices {
      if points[index].stage != points[first].stage { first = index }
      let part = points[max(first, index - window + 1)...index]
      result.points[index].loss = part.reduce(0) { $0 + $1.loss } / Double(part.count)
    }
    return result
  }

  /// The last mean of ``smoothed(window:)``, if it is a number.
  func finalMean(window: Int) -> Double? {
    guard let last = smoothed(window: window).points.last?.loss, last.isFinite else { return nil }
    return last
  }

  /// The loss at a position, on the straight line between the two points around it.
  ///
  /// - Returns: Nothing before the first point, behind the last one, or next to a loss that is no number.
  func loss(at position: Double, on axis: Axis) -> Double? {
    guard let after = points.firstIndex(where: { $0.position(on: axis) >= position }) else {
      return nil
    }
    let right = points[after]
    let end = right.position(on: axis)
    if end == position { return right.loss.isFinite ? right.loss : nil }
    guard after > 0 else { return nil }
    let left = points[after - 1]
    let start = left.position(on: axis)
    let loss = left.loss + (right.loss - left.loss) * (position - start) / (end - start)
    return loss.isFinite ? loss : nil
  }
}

extension LoadedRun {
  /// The training losses, smoothed over ``LossCurve/window(recordCount:)`` records.
  var smoothedTrainingCurve: LossCurve {
    let curve = trainingCurve
    return curve.smoothed(window: LossCurve.window(recordCount: curve.points.count))
  }

  /// The training losses as they were measured.
  var trainingCurve: LossCurve { LossCurve(metrics.records) { $0.loss } }

  /// The validation losses.
  var validationCurve: LossCurve { LossCurve(metrics.records) { $0.validationLoss } }

  /// The validation losses against training FLOPs alone, if deciding how to grow took some besides.
  var freeValidationCurve: LossCurve? {
    guard metrics.records.contains(where: { ($0.growthFlops ?? 0) > 0 }) else { return nil }
    return LossCurve(metrics.records, isCharged: false) { $0.validationLoss }
  }
}
