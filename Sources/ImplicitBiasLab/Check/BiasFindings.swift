import Foundation
import Laboratory
import Reports
import Statistics

/// How the perfect fits of a data set do on rows that were held out.
package struct BiasFindings: Sendable {
  let checker: BiasChecker
  /// A point a split.
  let splits: [LabPoint]
  let spectrum: Spectrum

  /// A solution and its error.
  struct Row: Sendable {
    let name: String
    let key: LabKey
    let error: Estimate
  }

  /// The solutions from the l2 end to the l1 end.
  var rows: [Row] {
    let isRegression = checker.task == .regression
    func end(_ norm: String) -> Row? {
      row(
        isRegression ? "least \(norm) norm" : "largest \(norm) margin",
        LabKey("error", labels: ["method": "least-\(norm)"])
      )
    }
    let networks = checker.networks.flatMap { network -> [Row?] in
      let name = "D = \(network.depth), α = \(NumberText.setting(network.positiveStart))"
      let key = BiasChecker.key("error", network)
      guard !isRegression else { return [row(name, key)] }
      return BiasChecker.exponents.map {
        row("\(name), loss 1e-\(Int($0))", key.at(["exponent": $0]))
      }
    }
    return ([end("l2")] + networks + [end("l1")]).compactMap(\.self)
  }

  private func row(_ name: String, _ key: LabKey) -> Row? {
    let errors = splits.on(key).map(\.value)
    // A flow that stopped before its loss on some split has no mean.
    guard errors.count == checker.seeds.count else { return nil }
    return Row(name: name, key: key, error: .mean(of: errors))
  }

  /// The mean over splits of a quantity at a solution.
  func mean(_ quantity: String, _ key: LabKey) -> Double? {
    let values = splits.on(key.of(quantity)).map(\.value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// What the splits say of l1 and l2, in a sentence.
  package var verdict: String {
    func errors(_ norm: String) -> [Double] {
      splits.on(LabKey("error", labels: ["method": "least-\(norm)"])).map(\.value)
    }
    let lead = Estimate.mean(of: zip(errors("l2"), errors("l1")).map { $0 - $1 })
    if lead.low > 0 {
      return
        "The l1 end errs less than the l2 end, by \(Self.text(lead)): small scales and more layers help here."
    }
    let other = Estimate(value: -lead.value, low: -lead.high, high: -lead.low)
    if other.low > 0 {
      return
        "The l2 end errs less than the l1 end, by \(Self.text(other)): these data want a kernel, large scales."
    }
    return
      "The splits do not tell the two ends apart; the l2 end's error less the l1 end's is \(Self.text(lead))."
  }

  /// Which network errs least, in a sentence.
  package var bestNetwork: String? {
    rows.filter { $0.key.labels["method"] == "network" }
      .min { $0.error.value < $1.error.value }
      .map {
        "Of the networks \($0.name) errs least, \(Self.text($0.error)); it was chosen on these rows, so that is a little too "
          + "good."
      }
  }

  /// What the bound for benign overfitting says of the features' spectrum, a sentence each.
  package var benign: [String] {
    let n = Double(checker.learnedCount)
    let head =
      "r₀/n is \(LabReader.text(spectrum.effectiveRank(after: 0) / n)) with n = \(checker.learnedCount)"
    let limit =
      "These rows show \(spectrum.dimension) eigenvalues; where there are more features than rows, ranks are larger in truth."
    guard let split = spectrum.splitIndex(sampleCount: checker.learnedCount) else {
      return [
        "\(head), and no tail of the eigenvalues is so flat that r_k ≥ n: the bound promises nothing, and fitting noise may "
          + "cost all of it.",
        limit,
      ]
    }
    let cost = spectrum.variance(sampleCount: checker.learnedCount, noise: 1)
    let judgement =
      cost < 0.2
      ? "fitting noise is next to benign"
      : cost < 1 ? "fitting noise costs a part of it" : "fitting noise is not benign"
    return [
      "\(head), k*/n \(LabReader.text(Double(split) / n)) and n/R_k* \(LabReader.text(n / spectrum.flatRank(after: split))): up "
        + "to a constant the least l2 norm pays \(LabReader.text(cost)) of the noise's variance; \(judgement).",
      limit,
    ]
  }

  static func text(_ estimate: Estimate) -> String {
    "\(LabReader.text(estimate.value)) (\(LabReader.text(estimate.low)) to \(LabReader.text(estimate.high)))"
  }

  /// The findings in the shape of all laboratories' records.
  ///
  /// - Returns: A record without checks: data has no expected outcome.
  package func record() -> LabRecord {
    let n = Double(checker.learnedCount)
    var ranks = [LabKey("r0/n").point(spectrum.effectiveRank(after: 0) / n)]
    if let split = spectrum.splitIndex(sampleCount: checker.learnedCount) {
      ranks += [
        LabKey("k/n").point(Double(split) / n),
        LabKey("n/R").point(n / spectrum.flatRank(after: split)),
      ]
    }
    return LabRecord(
      experiment: "\(ImplicitBiasLaboratory.name)-check",
      version: ImplicitBiasLaboratory.version,
      parameters: [
        "features": [Double(checker.table.columns.count)], "learned": [n],
        "heldOut": [Double(checker.heldOutCount)],
        "isClassification": [checker.task == .classification ? 1 : 0],
      ],
      seeds: checker.seeds,
      points: splits.means(over: "seed") + ranks
    )
  }

  /// The findings as people read them.
  package var terminalText: String {
    let unit =
      checker.task == .regression
      ? "Squared error over that of guessing the mean" : "Share of rows on the wrong side"
    var lines = [
      "\(checker.table.rows.count) rows, \(checker.table.columns.count) features, \(checker.task.rawValue): "
        + "\(checker.learnedCount) rows to learn from, \(checker.heldOutCount) held out, \(checker.seeds.count) splits",
      "", "\(unit), with 95 % intervals over splits",
    ]
    lines += rows.map { "  \(TerminalText.padded($0.name, to: 32)) \(Self.text($0.error))" }
    for sentence in [verdict, bestNetwork].compactMap(\.self) + benign {
      lines += [""] + TerminalText.wrapped(sentence, to: 76)
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
