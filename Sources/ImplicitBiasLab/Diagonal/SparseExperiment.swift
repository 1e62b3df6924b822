import Laboratory
import Reports

extension ImplicitBiasLaboratory {
  func sparse() throws -> LabRecord {
    Self.record(.sparse, parameters: [:], points: [])
  }

  static var sparseSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> { [:] }
}
