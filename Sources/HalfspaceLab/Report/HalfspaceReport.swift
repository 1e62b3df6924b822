import Laboratory
import Reports

/// What the records of the experiments say, as a study.
package enum HalfspaceReport {
  /// The study of whatever records there are.
  ///
  /// - Parameters:
  ///   - records: By experiment.
  ///   - facts: How the numbers came to be.
  /// - Returns: A section or more an experiment.
  package static func study(
    of records: [HalfspaceLaboratory.Experiment: LabRecord],
    facts: [Study.Fact]
  ) -> Study {
    let found = HalfspaceLaboratory.Experiment.allCases.flatMap { experiment in
      records[experiment].map { sections(of: experiment, RecordReader(record: $0)) } ?? []
    }
    return Study(
      title: "Agnostic halfspaces by logistic loss",
      lead:
        "Labels are wrong with probability OPT even for the best halfspace. How much worse is the one "
        + "that logistic regression finds? Lines are exact, marks are learned from samples and carry 95 % "
        + "intervals over the seeds.",
      sections: found,
      facts: facts + sizes(records)
    )
  }

  private static func sections(
    of experiment: HalfspaceLaboratory.Experiment,
    _ reader: RecordReader
  ) -> [Study.Section] {
    switch experiment {
    case .risk: [hardRisk(reader), gaussianRisk(reader), controls(reader)]
    case .scale: [scale(reader)]
    case .phase2: [secondPhase(reader)]
    case .noise: [noise(reader)]
    case .samples: [samples(reader)]
    }
  }

  private static func sizes(
    _ records: [HalfspaceLaboratory.Experiment: LabRecord]
  ) -> [Study.Fact] {
    HalfspaceLaboratory.Experiment.allCases.compactMap { experiment in
      guard let record = records[experiment] else { return nil }
      let settings = record.parameters.sorted { $0.key < $1.key }.map { name, values in
        "\(name) \(values.map(RecordReader.setting).joined(separator: ", "))"
      }
      let seeds = record.seeds.isEmpty ? [] : ["seeds \(record.seeds.count)"]
      return Study.Fact(
        "\(record.experiment), version \(record.version)",
        (settings + seeds).joined(separator: "; ")
      )
    }
  }
}
