import Foundation
import Laboratory
import LinearAlgebra
import Randomness
import Tensors
import Testing

@testable import ImplicitBiasLab

@Suite struct MetricTests {
  private static let record = Result { try TestEngine.laboratory().run(.metric) }

  /// Every row of the table: metric, symmetry, what is kept, which potential, where descent ends; and the controls.
  @Test func allGatesHold() throws {
    let record = try Self.record.get()
    let failing = record.checks.filter { !$0.holds }.map { "\($0.name): \($0.measured)" }
    #expect(failing.isEmpty, "\(failing)")
    #expect(record.checks.count > 50)
  }

  @Test func eachSectionAsksBeforeItTells() throws {
    let study = ImplicitBiasLaboratory.study(of: [.metric: try Self.record.get()], facts: [])
    #expect(study.sections.count == 3)
    #expect(study.sections.allSatisfy { $0.lesson != nil && !$0.tables.isEmpty })
    #expect(
      study.sections[0].tables[0].rows.dropLast().map { $0[1] }
        == MetricCase.all.dropLast().map(\.potential)
    )
  }

  /// `∂₂ρ₁₁ = -1/w₂²` and `∂₁ρ₂₁ = -1/(2w₂²)` for `(u₁u₂, u₂², u₃²)`, by hand.
  @Test func theControlsAsymmetryIsTheOneByHand() throws {
    let control = try #require(MetricCase.all.last)
    let engine = try TestEngine.shared()
    let (u, v) = (0.7, 0.4)
    let found = try control.parametrization.geometry(at: [[u, v, 0.5]], engine: engine)[0]
    // J = [[v, u], [0, 2v]] for the first two, so J Jᵀ = [[v² + u², 2uv], [2uv, 4v²]].
    #expect(abs(found.inverseMetric[0][0] - (v * v + u * u)) < 1e-14)
    #expect(abs(found.inverseMetric[0][1] - 2 * u * v) < 1e-14)
    #expect(abs(found.metric[0][0] * v * v - 1) < 1e-12)
    #expect(!found.isHessian && found.commutator > 0.1)
  }

  /// First and second derivatives beside differences, for a function without any structure.
  @Test func jetsAreDerivatives() throws {
    let function = Parametrization("mixed", parameterCount: 3) { u in
      let parts = u.split(into: 3, alongAxis: 0)
      return Tensor.concatenate(
        [parts[0] * parts[1].exponential(), parts[2].sine() * parts[0] + parts[1] * parts[1]],
        alongAxis: 0
      )
    }
    let engine = try TestEngine.shared()
    let place = [0.3, -0.4, 0.9]
    let step = 1e-5
    let moves = (0..<3).flatMap { axis in
      [step, -step].map { move in
        var moved = place
        moved[axis] += move
        return moved
      }
    }
    let jets = try function.jets(at: [place] + moves, engine: engine)
    for axis in 0..<3 {
      let (above, below) = (jets[1 + 2 * axis], jets[2 + 2 * axis])
      let slope = above.weights.minus(below.weights).scaled(by: 1 / (2 * step))
      #expect(slope.minus(jets[0].jacobian.column(axis)).norm < 1e-8)
      for weight in 0..<2 {
        let bend = above.jacobian.row(weight).minus(below.jacobian.row(weight))
          .scaled(by: 1 / (2 * step))
        #expect(bend.minus(jets[0].hessians[weight].column(axis)).norm < 1e-8)
      }
    }
  }

  /// The inverse map that is found by flowing is the closed form.
  @Test func theFlowIsTheInverseMirrorMap() throws {
    let engine = try TestEngine.shared()
    let squares = Parametrization("u²", parameterCount: 4) { $0 * $0 }
    let flow = try FlowPotential(squares, from: [0.5, 0.5, 0.5, 0.5], engine: engine)
    let dual = [0.3, -0.2, 0, 0.6]
    let end = try #require(flow.end(of: dual))
    // u = 0.5 exp(2z), and the potential is a quarter of the entropy.
    #expect(end.weights.relativeDistance(to: dual.map { 0.25 * exp(4 * $0) }) < 1e-9)
    #expect(flow.gradient(end.weights).minus(dual).norm < 1e-9)
    let entropy = EntropyPotential()
    let other = [0.2, 0.4, 0.3, 0.1]
    let expected = (entropy.divergence(end.weights, from: other)) / 4
    #expect(abs(flow.divergence(end.weights, from: other) - expected) < 1e-8)
  }

  @Test func potentialsAreFoundByTheirSecondDerivative() {
    let weights = [0.2, 0.5, 0.9, 1.4]
    func found(_ metric: (Double) -> Double) -> String? {
      FollowedPotential(weights: weights, metric: weights.map(metric))?.description
    }
    #expect(found { _ in 3 } == "Euclidean")
    #expect(found { 0.25 / $0 } == "entropy")
    #expect(found { 7 / ($0 * $0) } == "Burg")
    #expect(found { pow($0, -1.5) } == "power 0.5")
    #expect(found { 2 / ($0 * $0 + 0.09).squareRoot() } == "hypentropy, b = 0.3")
    #expect(found { 1 + $0 } == nil)
  }

  @Test func badFunctionsAreErrorsInOneSentence() throws {
    let engine = try TestEngine.shared()
    let scalar = Parametrization("sum", parameterCount: 2) { $0.sum() }
    #expect(throws: ParametrizationError.noVector(name: "sum", found: "float64[]")) {
      try scalar.geometry(at: [[1, 2]], engine: engine)
    }
    let squares = Parametrization("u²", parameterCount: 2) { $0 * $0 }
    let error = #expect(throws: ParametrizationError.self) {
      try squares.geometry(at: [[1, 0]], engine: engine)
    }
    #expect(error?.description.hasPrefix("u²: at [1.0, 0.0] some weights cannot move") == true)
    let other = #expect(throws: ParametrizationError.self) {
      try squares.geometry(at: [[1, 2, 3]], engine: engine)
    }
    #expect(other?.description == "u²: needs places of 2 numbers; got 3")
    #expect(throws: TraceError.self) {
      try Parametrization("bad", parameterCount: 2) { $0 + Tensor.ones(Parametrization.vector(3)) }
        .geometry(at: [[1, 2]], engine: engine)
    }
    #expect(throws: BiasError.noInterpolation(sampleCount: 2, dimension: 2)) {
      try squares.predictedFit(
        inputs: [[1, 2], [3, 4]],
        targets: [1, 2],
        from: [1, 1],
        engine: engine
      )
    }
  }
}
