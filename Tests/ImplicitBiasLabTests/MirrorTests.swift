import Laboratory
import LinearAlgebra
import Testing

@testable import ImplicitBiasLab

@Suite struct MirrorTests {
  private static let record = Result { try TestEngine.laboratory().run(.mirror) }

  /// Every potential, in three steps, with momentum and with single samples.
  @Test func descentEndsInNewtonsMinimum() throws {
    let record = try Self.record.get()
    let failing = record.checks.filter { !$0.holds }.map { "\($0.name): \($0.measured)" }
    #expect(failing.isEmpty, "\(failing)")
    #expect(record.points.on(LabKey("distance")).count == 9 * 5)
  }

  /// The control: from another start exponentiated gradient ends elsewhere, where that start's divergence is least.
  @Test func anotherStartIsAnotherMinimum() throws {
    let regression = try PotentialMinimizerTests.regression(isPositive: true)
    let start = (0..<20).map { 0.1 + 0.2 * Double($0 % 5) }
    let flat = [Double](repeating: 0.5, count: 20)
    let outcome = try MirrorDescent(EntropyPotential(), regression, from: start).descend(step: 1)
    func minimum(_ start: [Double]) throws -> [Double] {
      try PotentialMinimizer(EntropyPotential(), regression, from: start).minimum().weights
    }
    #expect(try outcome.weights.relativeDistance(to: minimum(start)) < 1e-7)
    #expect(try outcome.weights.relativeDistance(to: minimum(flat)) > 1e-2)
  }

  @Test func whatDoesNotConvergeIsAnErrorInOneSentence() throws {
    let regression = try PotentialMinimizerTests.regression()
    let zero = [Double](repeating: 0, count: 20)
    let descent = try MirrorDescent(EuclideanPotential(), regression, from: zero)
    let error = #expect(throws: BiasError.self) {
      try descent.descend(step: 0.1, passLimit: 3)
    }
    #expect(
      error?.description.hasPrefix(
        "mirror descent with the potential Euclidean: stopped with a residual of "
      ) == true
    )
  }

  /// Paths begin at the start and end on the line of fits.
  @Test func pathsInThePlaneEndOnTheLine() throws {
    let record = try Self.record.get()
    for name in PlanePicture.names {
      let path = record.points.on(LabKey("path", labels: ["potential": name]))
        .sorted { $0["step"] < $1["step"] }
      let (first, last) = (try #require(path.first), try #require(path.last))
      #expect(first["first"] == 0.05 && first.value == 0.05)
      #expect(abs(last["first"] + 2 * last.value - 2) < 1e-5)
      #expect(path.count > 40)
    }
    // Flat metrics go straight, the others turn towards the stronger weight.
    let ends = PlanePicture.names.map { name in
      record.points.on(LabKey("path", labels: ["potential": name])).last?.value ?? .nan
    }
    #expect(ends[0] < ends[1] && ends[1] < ends[2])
  }

  @Test func eachSectionAsksBeforeItTells() throws {
    let study = ImplicitBiasLaboratory.study(of: [.mirror: try Self.record.get()], facts: [])
    #expect(study.sections.count == 2)
    #expect(study.sections.allSatisfy { $0.lesson != nil })
    #expect(study.sections[0].sliderFigures.count == 1 && study.sections[1].figures.count == 4)
  }
}
