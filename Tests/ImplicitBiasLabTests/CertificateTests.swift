import Laboratory
import Testing

@testable import ImplicitBiasLab

@Suite struct CertificateTests {
  @Test func theWorstOfSeveralIsTheLargestOfEach() {
    let certificates = [
      Certificate(primal: 1e-9, gap: 3), Certificate(primal: 1e-12, dual: 1e-3),
    ]
    let worst = Certificate(worstOf: certificates)
    #expect(worst == Certificate(primal: 1e-9, dual: 1e-3, gap: 3))
    #expect(worst.worst == 3)
    #expect(Certificate(worstOf: [Certificate(dual: 2)]).primal == nil)
  }

  /// A number that is none is worse than all others, wherever it stands.
  @Test func noNumberIsNeverTheBest() {
    #expect(Certificate(primal: .nan, dual: 1).worst.isNaN)
    #expect(Certificate(worstOf: [Certificate(primal: 1), Certificate(primal: .nan)]).worst.isNaN)
    #expect(Certificate.worst(of: LabKey("answer"), in: []).isNaN)
  }

  /// What goes into a record comes out for its answer and no other.
  @Test func aRecordKeepsEachAnswersNumbers() {
    let (first, second) = (
      LabKey("fit", labels: ["method": "a"]), LabKey("fit", labels: ["method": "b"])
    )
    let points =
      Certificate(primal: 1, dual: 2).points(of: first)
      + Certificate(gap: 5).points(of: second)
    #expect(Certificate.worst(of: first, in: points) == 2)
    #expect(Certificate.worst(of: second, in: points) == 5)
    #expect(points.count == 3)
  }
}
