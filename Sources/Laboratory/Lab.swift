import Reports
import Runs
import Tensors

/// A laboratory: experiments about one theorem, and the page that shows what came out.
package protocol Lab {
  associatedtype Experiment: CaseIterable, RawRepresentable, Hashable, Sendable
  where Experiment.RawValue == String, Experiment.AllCases == [Experiment]
  associatedtype Size: LabSize

  /// Its name on the command line and in records, such as `halfspaces`.
  static var name: String { get }
  /// The head of its page.
  static var title: String { get }
  /// What it is about, in a sentence or two.
  static var lead: String { get }
  /// Rises with every change that can move a number.
  static var version: Int { get }

  /// Which sections show an experiment, in the order of the page.
  ///
  /// Each is drawn without its checks and its origin; they are added to it.
  static func sections(
    of experiment: Experiment
  ) -> KeyValuePairs<LabSection, (LabReader) -> Study.Section>

  init(engine: Engine, sweep: Sweep, size: Size)

  /// Runs an experiment, cell by cell.
  func run(_ experiment: Experiment) throws -> LabRecord
}

/// How large the experiments of a laboratory are.
package protocol LabSize: Hashable, Sendable {
  /// The sizes of the committed study.
  static var full: Self { get }
  /// The seeds of the repetitions.
  var seeds: [UInt64] { get }

  /// Checks the sizes whole before anything starts.
  func validate() throws
}

extension Lab {
  /// The record of an experiment.
  package static func record(
    _ experiment: Experiment,
    parameters: [String: [Double]],
    seeds: [UInt64] = [],
    points: [LabPoint],
    fits: [LabFit] = [],
    checks: [LabCheck] = []
  ) -> LabRecord {
    LabRecord(
      experiment: "\(name)-\(experiment.rawValue)",
      version: version,
      parameters: parameters,
      seeds: seeds,
      points: points,
      fits: fits,
      checks: checks
    )
  }

  /// The study of whatever records there are.
  ///
  /// - Parameters:
  ///   - records: By experiment.
  ///   - facts: How the numbers came to be.
  /// - Returns: The sections of each experiment, with their checks and origins.
  package static func study(
    of records: [Experiment: LabRecord],
    facts: [Study.Fact]
  ) -> Study {
    let found = Experiment.allCases.compactMap { experiment in
      records[experiment].map { (experiment: experiment, record: $0) }
    }
    return Study(
      title: title,
      lead: lead,
      sections: found.flatMap { experiment, record in
        sections(of: experiment).map { section, draw in
          let reader = LabReader(record: record, section: section)
          var drawn = draw(reader)
          drawn.checks = reader.checks
          drawn.origin = Study.Origin(command: record.command, seeds: record.seeds)
          return drawn
        }
      },
      facts: facts + found.map { settings($0.record) }
    )
  }

  private static func settings(_ record: LabRecord) -> Study.Fact {
    let settings = record.parameters.sorted { $0.key < $1.key }.map { name, values in
      "\(name) \(values.map(NumberText.setting).joined(separator: ", "))"
    }
    let seeds = record.seeds.isEmpty ? [] : ["seeds \(record.seeds.count)"]
    return Study.Fact(
      "\(record.experiment), version \(record.version)",
      (settings + seeds).joined(separator: "; ")
    )
  }
}
