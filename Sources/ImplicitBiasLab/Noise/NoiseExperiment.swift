import Laboratory
import Reports

extension ImplicitBiasLaboratory {
  func noise() throws -> LabRecord {
    Self.record(.noise, parameters: [:], points: [])
  }

  static var noiseSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> { [:] }
}
