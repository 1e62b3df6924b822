/// What is counted of the answers to a task.
///
/// The names are lm-evaluation-harness's where it has them.
public enum Metric: String, Hashable, Sendable, Codable, CaseIterable {
  /// Whether the right choice is the most likely one; of a continuation, whether the model would go on with it.
  case accuracy = "acc"
  /// The same with each choice's log-likelihood over its number of characters (Unicode scalars).
  case accuracyByLength = "acc_norm"
  /// The same over the number of its UTF-8 bytes.
  case accuracyByBytes = "acc_bytes"
  /// The same with the log-likelihood that the choice has without its question subtracted.
  case accuracyByMutualInformation = "acc_mutual_info"
  /// Whether the answer is what the model writes: of a choice, whether each of its tokens is the most likely one.
  case exactMatch = "exact_match"
  /// The right choice's log-likelihood less the largest of the others', in nats.
  case margin
  /// The logarithm of the right choice's probability among the choices, in nats.
  case choiceLogProbability = "choice_logprob"
  /// The log-likelihood of the right answer, in nats.
  case logLikelihood = "log_likelihood"

  /// Whether it is 0 or 1 for each question.
  public var isShare: Bool {
    switch self {
    case .accuracy, .accuracyByLength, .accuracyByBytes, .accuracyByMutualInformation, .exactMatch:
      true
    case .margin, .choiceLogProbability, .logLikelihood: false
    }
  }
}
