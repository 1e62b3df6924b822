import Laboratory
import Reports

extension ImplicitBiasLaboratory {
  func metric() throws -> LabRecord {
    Self.record(.metric, parameters: [:], points: [])
  }

  static var metricSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> { [:] }
}
