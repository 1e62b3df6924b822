import Foundation

/// What one answer counts, metric by metric.
public typealias ItemScore = [Metric: Double]

/// The numbers of a choice.
struct ChoiceScore {
  /// The choices' texts, without what stands between question and answer.
  let candidates: [String]
  let answer: Int
  /// The choices behind the question.
  let scores: [ContinuationScore]
  /// Their log-likelihoods without the question, where they were asked for.
  let unconditional: [Double]?

  /// The metrics.
  ///
  /// Source: lm-evaluation-harness 0.4.9, `ConfigurableTask.process_results`; of equal choices the first counts as chosen.
  var metrics: ItemScore {
    let likelihoods = scores.map(\.logLikelihood)
    func isChosen(_ values: [Double]) -> Double { Self.largest(values) == answer ? 1 : 0 }
    func over(_ sizes: [Int]) -> [Double] { zip(likelihoods, sizes).map { $0 / Double($1) } }
    var metrics: ItemScore = [
      .accuracy: isChosen(likelihoods),
      .accuracyByLength: isChosen(over(candidates.map(\.unicodeScalars.count))),
      .accuracyByBytes: isChosen(over(candidates.map(\.utf8.count))),
      .exactMatch: scores[answer].isGreedy ? 1 : 0,
      .logLikelihood: likelihoods[answer],
    ]
    if let unconditional {
      metrics[.accuracyByMutualInformation] = isChosen(
        zip(likelihoods, unconditional).map { $0 - $1 }
      )
    }
    let others = likelihoods.enumerated().filter { $0.offset != answer }.map(\.element)
    guard let strongest = others.max() else { return metrics }
    metrics[.margin] = likelihoods[answer] - strongest
    let peak = max(strongest, likelihoods[answer])
    let total = likelihoods.reduce(0) { $0 + exp($1 - peak) }
    metrics[.choiceLogProbability] = likelihoods[answer] - peak - log(total)
    return metrics
  }

  private static func largest(_ values: [Double]) -> Int? {
    values.indices.max { (values[$0], $1) < (values[$1], $0) }
  }
}
