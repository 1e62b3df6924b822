import Laboratory
import LinearAlgebra
import Testing

@testable import ImplicitBiasLab

@Suite struct MatrixSensingTests {
  /// With enough measurements the least trace is the truth, and the certificate says that nothing is less.
  @Test(arguments: 1...3 as ClosedRange<UInt64>) func theLeastTraceIsTheTruth(seed: UInt64) throws {
    let problem = MatrixSensing(size: 8, rank: 1, count: 24, seed: seed)
    let minimum = try LeastTrace(problem).minimum()
    #expect((minimum.matrix - problem.truth).frobeniusNorm < 1e-6)
    #expect(minimum.certificate.worst < 1e-7)
  }

  /// With few measurements it is not, and has a smaller trace.
  @Test func withFewMeasurementsSomethingHasALesserTrace() throws {
    let problem = MatrixSensing(size: 8, rank: 3, count: 12, seed: 1)
    let minimum = try LeastTrace(problem).minimum()
    #expect(minimum.matrix.trace < 0.99)
    #expect(minimum.certificate.worst < 1e-7)
    #expect(try SymmetricEigensystem(minimum.matrix).values.allSatisfy { $0 > -1e-12 })
  }

  @Test func smallStartsEndNearTheLeastTrace() throws {
    let problems = [1, 2].map { MatrixSensing(size: 6, rank: 1, count: 14, seed: $0) }
    let minima = try problems.map { try LeastTrace($0).minimum() }
    var descent = FactorDescent(engine: try TestEngine.shared())
    descent.stepLimit = 10_000
    let ends = try descent.run(problems, scales: [0.5, 0.2])
    for (problem, minimum) in minima.enumerated() {
      let excess = ends[problem].map { $0.matrix.trace / minimum.matrix.trace - 1 }
      let residuals = ends[problem].map(\.residual)
      #expect(residuals.allSatisfy { $0 < 1e-2 }, "\(residuals)")
      #expect(excess[0] > excess[1] && excess[1] > -1e-2, "\(excess)")
    }
  }

  /// Each problem and start goes its way whatever else is in the program.
  @Test func trialsDoNotKnowOfEachOther() throws {
    let problems = [1, 2].map { MatrixSensing(size: 5, rank: 1, count: 8, seed: $0) }
    let descent = FactorDescent(engine: try TestEngine.shared())
    let together = try descent.run(problems, scales: [0.5, 0.2])
    let alone = try descent.run([problems[1]], scales: [0.2])
    let difference = together[1][1].matrix - alone[0][0].matrix
    #expect(difference.frobeniusNorm < 1e-10)
    #expect(together[1][1].stepCount == alone[0][0].stepCount)
  }

  /// Measurements that commute: the eigenvalues' path is that of exponentiated gradients, gate by gate.
  @Test func commutingMeasurementsFollowTheEntropy() throws {
    let study = MatrixStudy(engine: try TestEngine.shared(), seeds: [1])
    let points = try study.points(of: .commuting)
    let checks = MatrixStudy.checks(points).filter { $0.name.hasPrefix("commuting") }
    let failing = checks.filter { !$0.holds }.map { "\($0.name): \($0.measured)" }
    #expect(checks.count == 2 && failing.isEmpty, "\(failing)")
  }

  @Test func measurementsThatRepeatAreAnErrorInOneSentence() {
    let problem = MatrixSensing(size: 4, rank: 1, count: 12, seed: 1)
    let error = #expect(throws: BiasError.self) { try LeastTrace(problem) }
    #expect(
      error?.description
        == "measurements: needs fewer than 11 that do not repeat each other; got 12"
    )
  }
}
