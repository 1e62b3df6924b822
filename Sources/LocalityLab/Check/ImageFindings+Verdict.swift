import Laboratory
import Statistics

extension ImageFindings {
  /// A network to which more images bring next to nothing, or that guesses; nil if there is none.
  private var slowest: (name: String, first: Double, best: Double)? {
    let ends = Architecture.allCases.map { network in
      let errors = sizes.indices.map { error(.plain, network, at: $0).value }
      return (name: Self.name(network), first: errors[0], best: errors.min() ?? .nan)
    }
    return ends.first { $0.best > 0.4 || $0.best > 0.9 * $0.first }
  }

  /// Whether every network has learned something.
  var isLearned: Bool { slowest == nil }

  /// What locality and weight sharing are worth, a sentence each.
  package var verdicts: [String] {
    if let slowest {
      return [
        "\(slowest.name) errs with \(LabReader.text(slowest.first)) after \(sizes[0]) images and with "
          + "\(LabReader.text(slowest.best)) at best after up to \(sizes.last ?? 0): it learns too little of these "
          + "images to say what knowledge is worth."
      ]
    }
    return Self.steps.map { step in
      let name = step.name.prefix(1).uppercased() + step.name.dropFirst()
      return "\(name): \(worth(of: step.with, beside: step.without))."
    }
  }

  /// What a network's knowledge is worth beside one without it, in words.
  private func worth(of network: Architecture, beside other: Architecture) -> String {
    guard let ratio = ratio(of: other, to: network, error: commonError) else {
      return "a network does not reach the common error, so nothing is said"
    }
    let (own, others) = (Self.name(network), Self.name(other))
    let error = "an error of \(LabReader.text(commonError))"
    if begins(network, below: commonError), begins(other, below: commonError) {
      return
        "\(own) and \(others) err no more than \(LabReader.text(commonError)) with \(sizes[0]) images already, "
        + "so nothing is said"
    }
    guard ratio.low < 1 || ratio.high > 1 else {
      return "\(own) and \(others) need equally many images for \(error)"
    }
    func times(_ ratio: Estimate, _ divisor: Architecture) -> String {
      "\(begins(divisor, below: commonError) ? "at least " : "")\(Self.text(ratio)) times as many images as "
        + "\(Self.name(divisor)) for \(error)"
    }
    if ratio.value >= 1 {
      let judgement =
        ratio.low > 1 ? "it is worth having" : "the seeds do not tell whether it helps"
      return "\(others) needs \(times(ratio, network)); \(judgement)"
    }
    let inverse = Estimate(value: 1 / ratio.value, low: 1 / ratio.high, high: 1 / ratio.low)
    let judgement =
      ratio.high < 1 ? "it costs more than it brings" : "the seeds do not tell whether it costs"
    return "\(own) needs \(times(inverse, other)); \(judgement)"
  }

  /// What destroys neighbours and pixels does to each network at the largest sample size, a sentence each.
  package var changes: [String] {
    let last = sizes.count - 1
    return Architecture.allCases.map { network in
      let views = ImageView.allCases.map { Self.text(error($0, network, at: last)) }
      return "\(Self.name(network)) errs with \(views[0]) on the images as they are, "
        + "\(views[1]) with permuted pixels and \(views[2]) with rotated images."
    }
  }

  static func text(_ estimate: Estimate) -> String {
    "\(LabReader.text(estimate.value)) (\(LabReader.text(estimate.low)) to \(LabReader.text(estimate.high)))"
  }

  private static func name(_ network: Architecture) -> String {
    LocalityReport.looks.first { $0.architecture == network }?.name ?? network.rawValue
  }
}
