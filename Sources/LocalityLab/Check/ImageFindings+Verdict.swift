import Laboratory
import Statistics

extension ImageFindings {
  /// What is wrong with the curve of a network that guesses, or that more images bring next to nothing; nil if it
  /// learns.
  private func flaw(_ network: Architecture) -> String? {
    let errors = sizes.indices.map { error(.plain, network, at: $0).value }
    let best = errors.min() ?? .nan
    guard best > 0.4 || best > 0.9 * errors[0] else { return nil }
    return
      "\(Self.name(network)) errs with \(LabReader.text(errors[0])) after \(sizes[0]) images and with "
      + "\(LabReader.text(best)) at best after up to \(sizes.last ?? 0), too little to say what knowledge is worth"
  }

  /// Whether every network has learned something.
  var isLearned: Bool { Architecture.allCases.allSatisfy { flaw($0) == nil } }

  /// What locality and weight sharing are worth, a sentence each.
  package var verdicts: [String] {
    Self.steps.map { step in
      let name = step.name.prefix(1).uppercased() + step.name.dropFirst()
      return "\(name): \(worth(of: step.with, beside: step.without))."
    }
  }

  /// What a network's knowledge is worth beside one without it, in words.
  private func worth(of network: Architecture, beside other: Architecture) -> String {
    if let flaw = flaw(network) ?? flaw(other) { return flaw }
    let (own, others) = (Self.name(network), Self.name(other))
    let common = commonError([network, other])
    let error = "an error of \(LabReader.text(common))"
    guard let ratio = ratio(of: other, to: network, error: common) else {
      return "one of \(own) and \(others) does not reach \(error), so nothing is said"
    }
    if begins(network, below: common), begins(other, below: common) {
      return
        "\(own) and \(others) err no more than \(LabReader.text(common)) with \(sizes[0]) images already, "
        + "so nothing is said"
    }
    guard ratio.low < 1 || ratio.high > 1 else {
      return "\(own) and \(others) need equally many images for \(error)"
    }
    func times(_ ratio: Estimate, _ divisor: Architecture) -> String {
      "\(begins(divisor, below: common) ? "at least " : "")\(Self.text(ratio)) times as many images as "
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
    guard estimate.high.isFinite else {
      return "\(LabReader.text(estimate.value)) (\(LabReader.text(estimate.low)) or more)"
    }
    return
      "\(LabReader.text(estimate.value)) (\(LabReader.text(estimate.low)) to \(LabReader.text(estimate.high)))"
  }

  private static func name(_ network: Architecture) -> String {
    LocalityReport.looks.first { $0.architecture == network }?.name ?? network.rawValue
  }
}
