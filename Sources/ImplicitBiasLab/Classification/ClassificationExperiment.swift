import Laboratory
import Reports

extension ImplicitBiasLaboratory {
  func classification() throws -> LabRecord {
    Self.record(.classification, parameters: [:], points: [])
  }

  static var classificationSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> { [:] }
}
