import Laboratory
import Reports

extension ImplicitBiasLaboratory {
  func matrix() throws -> LabRecord {
    Self.record(.matrix, parameters: [:], points: [])
  }

  static var matrixSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> { [:] }
}
