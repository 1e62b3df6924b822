import Laboratory
import Reports

extension ImplicitBiasLaboratory {
  func diagonal() throws -> LabRecord {
    Self.record(.diagonal, parameters: [:], points: [])
  }

  static var diagonalSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> { [:] }
}
