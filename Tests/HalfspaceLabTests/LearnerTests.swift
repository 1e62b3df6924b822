import Arrays
import EspalierTestSupport
import Foundation
import PJRT
import Randomness
import Tensors
import Testing

@testable import HalfspaceLab

@Suite struct GoldenLearnerTests {
  @Test func newtonFindsTheLogisticWeightsOfScikitLearn() throws {
    let golden = try Golden.load()
    let result = try SoftenedHingeLearner(engine: TestEngine.shared())
      .minimize(samples: golden.buffer())
    #expect(distance(result.weights, golden.trials.map(\.logistic)) < 1e-6)
    for (risk, trial) in zip(result.objective, golden.trials) {
      #expect(abs(risk - trial.logisticRisk) < 1e-12)
    }
    #expect(result.gradientNorm.allSatisfy { $0 < 1e-10 })
    #expect(result.passCount < 30)
  }

  @Test(arguments: [false, true])
  func descentFindsTheWeightsInTheBall(hasMomentum: Bool) throws {
    let golden = try Golden.load()
    let learner = GradientDescentLearner(
      engine: try TestEngine.shared(),
      hasMomentum: hasMomentum
    )
    let bounded = try learner.minimize(
      samples: golden.buffer(),
      radii: golden.trials.map(\.radius),
      stepLimit: 20_000
    )
    #expect(distance(bounded.weights, golden.trials.map(\.bounded)) < 1e-6)
    let free = try learner.minimize(
      samples: golden.buffer(),
      radii: golden.trials.map { _ in 1e3 },
      tolerance: 1e-10,
      stepLimit: 20_000
    )
    #expect(distance(free.weights, golden.trials.map(\.logistic)) < 1e-6)
    #expect(free.residual.allSatisfy { $0 <= 1e-10 })
  }

  @Test func momentumNeedsFewerSteps() throws {
    let golden = try Golden.load()
    let steps = try [false, true].map { hasMomentum in
      try GradientDescentLearner(engine: TestEngine.shared(), hasMomentum: hasMomentum).minimize(
        samples: golden.buffer(),
        radii: golden.trials.map { _ in 1e3 },
        stepLimit: 20_000
      ).stepCount
    }
    #expect(steps[1] * 2 < steps[0])
  }

  @Test func theSecondPhaseReachesTheHingeRiskOfTheLinearProgram() throws {
    let golden = try Golden.load()
    let normals = golden.trials.map { unit($0.logistic) }
    let weights = try SoftenedHingeLearner(engine: TestEngine.shared())
      .secondPhase(samples: golden.buffer(), normals: normals)
    for (index, trial) in golden.trials.enumerated() {
      let risk = hingeRisk(weights[index], trial.samples)
      #expect(abs(risk - trial.hingeRisk) < 1e-6)
      let onPlane = product(weights[index], normals[index])
      #expect(abs(onPlane - 1) < 1e-12)
    }
  }

  @Test func leastSquaresAreThoseOfTheNormalEquations() throws {
    let golden = try Golden.load()
    let found = try ClosedFormLearner(engine: TestEngine.shared()).learn(samples: golden.buffer())
    #expect(distance(found.leastSquares, golden.trials.map(\.leastSquares)) < 1e-10)
  }

  @Test func supportVectorsReachTheQuadraticProgramsObjective() throws {
    let golden = try Golden.load()
    let weights = try SoftenedHingeLearner(engine: TestEngine.shared())
      .supportVectors(samples: golden.buffer(), ridge: golden.trials[0].ridge, finalWidth: 1e-7)
    #expect(weights.count == golden.trials.count)
    for (trial, found) in zip(golden.trials, weights) {
      let ridge = trial.ridge / 2 * found.reduce(0) { $0 + $1 * $1 }
      let hinge = trial.samples.reduce(0.0) { sum, row in
        sum + max(0, 1 - product(found, row))
      }
      let value = hinge / Double(trial.samples.count) + ridge
      #expect(abs(value - trial.supportVectorObjective) < 1e-6)
    }
  }
}

@Suite struct LearnerInvarianceTests {
  /// An orthogonal matrix in four dimensions.
  private func rotated(_ row: [Double]) -> [Double] {
    let matrix = Trial(law: .noisy(.gaussian, .random(rate: 0)), seed: 5, dimension: 4).rotation
    return (0..<4).map { i in zip(matrix[(4 * i)...], row).map(*).reduce(0, +) }
  }

  private func relative(_ a: [[Double]], _ b: [[Double]]) -> Double {
    distance(a, b) / (b.flatMap(\.self).map(abs).max() ?? 1)
  }

  @Test func turningTheDataTurnsNewtonsWeights() throws {
    let golden = try Golden.load()
    let learner = SoftenedHingeLearner(engine: try TestEngine.shared())
    let own = try learner.minimize(samples: golden.buffer()).weights
    let turned = try learner.minimize(samples: golden.buffer(rotated)).weights
    #expect(relative(turned, own.map(rotated)) < 1e-9)
  }

  /// The step size comes from power iterations, which are not the same in turned coordinates until they
  /// have converged; the minimiser is.
  @Test func turningTheDataTurnsTheDescentsWeights() throws {
    let golden = try Golden.load()
    let learner = GradientDescentLearner(engine: try TestEngine.shared(), hasMomentum: true)
    let radii = golden.trials.map { _ in 1e3 }
    func weights(_ samples: Buffer) throws -> [[Double]] {
      try learner.minimize(samples: samples, radii: radii, tolerance: 1e-13, stepLimit: 5000)
        .weights
    }
    let own = try weights(golden.buffer())
    #expect(relative(try weights(golden.buffer(rotated)), own.map(rotated)) < 1e-9)
  }

  @Test func turningTheDataTurnsTheSecondPhase() throws {
    let golden = try Golden.load()
    let learner = HingeDescentLearner(engine: try TestEngine.shared())
    let directions = golden.trials.map(\.logistic)
    let own = try learner.minimize(samples: golden.buffer(), directions: directions)
    let turned = try learner.minimize(
      samples: golden.buffer(rotated),
      directions: directions.map(rotated)
    )
    #expect(relative(turned, own.map(rotated)) < 1e-9)
  }

  @Test(arguments: [0.01, 3, 100])
  func scalingTheDataScalesTheWeightsBack(factor: Double) throws {
    let golden = try Golden.load()
    let learner = SoftenedHingeLearner(engine: try TestEngine.shared())
    let own = try learner.minimize(samples: golden.buffer(), tolerance: 1e-13).weights
    let scaled = try learner.minimize(
      samples: golden.buffer { $0.map { $0 * factor } },
      tolerance: 1e-13 * factor
    ).weights
    #expect(relative(scaled.map { $0.map { $0 * factor } }, own) < 1e-9)
  }

  @Test func flippingAllLabelsTurnsTheWeightsRound() throws {
    let golden = try Golden.load()
    let learner = SoftenedHingeLearner(engine: try TestEngine.shared())
    let own = try learner.minimize(samples: golden.buffer()).weights
    let flipped = try learner.minimize(samples: golden.buffer { $0.map { -$0 } }).weights
    #expect(relative(flipped, own.map { $0.map { -$0 } }) < 1e-9)
  }

  /// The second phase in plain loops, sample by sample.
  @Test func theSecondPhaseIsALoopOverSamples() throws {
    let golden = try Golden.load()
    let found = try HingeDescentLearner(engine: TestEngine.shared())
      .minimize(samples: golden.buffer(), directions: golden.trials.map(\.logistic))
    for (trial, weights) in zip(golden.trials, found) {
      let v = unit(trial.logistic)
      let rate = 2 / (4.0 * Double(trial.samples.count)).squareRoot()
      var w = v
      var sum = [0.0, 0, 0, 0]
      for (index, z) in trial.samples.enumerated() {
        if product(w, z) <= 0 {
          w = zip(w, z).map { $0 + rate * $1 }
          let missing = 1 - product(w, v)
          if missing > 0 {
            w = zip(w, v).map { $0 + missing * $1 }
            #expect(abs(product(w, v) - 1) < 1e-12)
          }
        }
        if index >= trial.samples.count / 2 { sum = zip(sum, w).map { $0 + $1 } }
      }
      let mean = sum.map { $0 / Double(trial.samples.count / 2) }
      #expect(distance([weights], [mean]) < 1e-12)
    }
  }

  /// The sigmoid's descent in plain loops.
  @Test func theSigmoidsDescentIsALoopOverBatches() throws {
    let golden = try Golden.load()
    let widths = golden.trials.map { _ in [0.3, 1.1] }
    let found = try SigmoidDescentLearner(engine: TestEngine.shared())
      .minimize(samples: golden.buffer(), start: golden.trials.map(\.logistic), widths: widths)
    for (trial, rows) in zip(golden.trials, found) {
      let stepCount = trial.samples.count / 10
      for (width, weights) in zip(widths[0], rows) {
        var w = unit(trial.logistic)
        var sum = [0.0, 0, 0, 0]
        for step in 0..<stepCount {
          var gradient = [0.0, 0, 0, 0]
          for z in trial.samples[10 * step..<10 * (step + 1)] {
            let margin = product(w, z)
            let loss = 1 / (1 + exp(margin / width))
            // The derivative along the sphere: z without its part along w.
            for axis in 0..<4 {
              gradient[axis] += loss * (1 - loss) / width * (z[axis] - margin * w[axis]) / 10
            }
          }
          let rate = width / 2 * pow(4 * width, Double(step) / Double(stepCount))
          w = unit(zip(w, gradient).map { $0 + rate * $1 })
          if 4 * step >= 3 * stepCount { sum = zip(sum, w).map { $0 + $1 } }
        }
        #expect(distance([weights], [unit(sum)]) < 1e-12)
      }
    }
  }

  /// With many samples the search begins on a few of them, and still ends at the minimiser.
  @Test func aStartOnFewSamplesChangesNothing() throws {
    let trials = [1, 2].map {
      Trial(law: .noisy(.gaussian, .massart(rate: 0.3)), seed: $0, dimension: 3)
    }
    let samples = try DeviceSampler(engine: TestEngine.shared())
      .samples(trials, sampleCount: 20_000, phase: 1)
    let newton = try SoftenedHingeLearner(engine: TestEngine.shared()).minimize(samples: samples)
    let descent = try GradientDescentLearner(engine: TestEngine.shared(), hasMomentum: true)
      .minimize(samples: samples, radii: [100, 100], tolerance: 1e-11, stepLimit: 5000)
    #expect(distance(newton.weights, descent.weights) < 1e-8)
    #expect(newton.gradientNorm.allSatisfy { $0 < 1e-10 })
  }

  @Test func newtonFindsTheWeightsInTheBall() throws {
    let golden = try Golden.load()
    let learner = SoftenedHingeLearner(engine: try TestEngine.shared())
    for trial in golden.trials {
      let samples = try Samples.buffer([trial.samples])
      let found = try learner.minimizeInBall(samples: samples, radius: trial.radius)
      #expect(found.isBounded)
      #expect(distance([found.weights], [trial.bounded]) < 1e-6)
      let free = try learner.minimizeInBall(samples: samples, radius: 1e3)
      #expect(!free.isBounded)
      #expect(distance([free.weights], [trial.logistic]) < 1e-6)
    }
  }

  @Test func separableDataStopsAtTheLargestNorm() throws {
    let rows: [[Double]] = (0..<40).map { index in
      let x = 1 + Double(index) / 40
      return [x, Double(index % 7) - 3]
    }
    let samples = try Samples.buffer([rows])
    var objective = SoftenedHingeLearner.Objective()
    objective.largestNorm = 6
    let newton = try SoftenedHingeLearner(engine: TestEngine.shared())
      .minimize(objective, samples: samples)
    #expect(newton.isTooLong == [true])
    let bounded = try GradientDescentLearner(engine: TestEngine.shared(), hasMomentum: true)
      .minimize(samples: samples, radii: [6], stepLimit: 5000)
    let norm = bounded.weights[0].reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(norm - 6) < 1e-9)
  }
}

@Suite struct SamplerTests {
  static let laws: [HalfspaceLaw] = {
    var laws: [HalfspaceLaw] = [
      .noisy(.gaussianMixture(distance: 1.5), .nearBoundary(mass: 0.1)),
      .noisy(.laplace, .farQuadrant(mass: 0.05)),
      .noisy(.student(degrees: 4), .massart(rate: 0.3)),
      .noisy(.gaussian, .random(rate: 0.2)),
    ]
    if let hard = try? HalfspaceLaw.hard(optimum: 0.04) { laws.append(hard) }
    return laws
  }()

  /// Turns the device's samples back and compares them with the points drawn on the host.
  @Test(arguments: laws)
  func theDeviceDrawsTheHostsPoints(law: HalfspaceLaw) throws {
    let trials = [2, 3].map { Trial(law: law, seed: $0, dimension: 3) }
    let samples = try DeviceSampler(engine: TestEngine.shared())
      .samples(trials, sampleCount: 500, phase: 1)
    let values = try samples.copyToHost().values(as: Double.self)
    for (index, trial) in trials.enumerated() {
      let stream = trial.stream(phase: 1).named("plane")
      for sample in 0..<500 {
        let turned = (0..<3).map { values[(index * 3 + $0) * 500 + sample] }
        let own = trial.unrotated(turned)
        let point = law.point(at: sample, of: stream).margin
        #expect(abs(own[0] - point.x) < 1e-9 && abs(own[1] - point.y) < 1e-9)
      }
    }
  }

  /// Of two million samples, the part in the squares, in the strips and in the disc, within four
  /// standard deviations.
  @Test func massesOfTheHardLawAreMet() throws {
    let law = try HardLaw(optimum: 0.01)
    let trial = Trial(law: .hard(law), seed: 11, dimension: 2)
    let count = 2_000_000
    let samples = try DeviceSampler(engine: TestEngine.shared())
      .samples([trial], sampleCount: count, phase: 1)
    func isWithin(_ found: Double, _ expected: Double) -> Bool {
      abs(found - expected) < 4 * (expected * (1 - expected) / Double(count)).squareRoot()
    }
    // R01 of the ideal halfspace, which is OPT, and of one turned far.
    for angle in [0.0, 0.2, -0.5] {
      let own = [cos(angle), sin(angle)]
      let matrix = trial.rotation
      let turned = (0..<2).map { matrix[2 * $0] * own[0] + matrix[2 * $0 + 1] * own[1] }
      let risk = try ClosedFormLearner(engine: TestEngine.shared())
        .zeroOneRisks(samples: samples, weights: [turned])[0]
      #expect(isWithin(risk, law.zeroOneRisk(angle: angle)))
    }
  }

  @Test func rotationsAreOrthogonal() {
    let trial = Trial(law: .noisy(.gaussian, .random(rate: 0)), seed: 9, dimension: 20)
    let matrix = trial.rotation
    for i in 0..<20 {
      for j in 0..<20 {
        let product = (0..<20).reduce(0.0) { $0 + matrix[20 * i + $1] * matrix[20 * j + $1] }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-14)
      }
    }
  }

  @Test func phasesShareNoSamples() throws {
    let trial = Trial(law: .noisy(.gaussian, .random(rate: 0)), seed: 9, dimension: 2)
    #expect(trial.stream(phase: 1) != trial.stream(phase: 2))
  }
}

@Suite struct SampledLearnerTests {
  /// At n = 4·10⁵ the angle under random noise is at most 0.01, and Massart's formula holds within 2 %.
  @Test func largeSamplesComeCloseToTheFormulas() throws {
    let trials = [
      Trial(law: .noisy(.gaussian, .random(rate: 0.2)), seed: 1, dimension: 2),
      Trial(law: .noisy(.gaussian, .massart(rate: 0.4)), seed: 1, dimension: 2),
    ]
    let engine = try TestEngine.shared()
    let samples = try DeviceSampler(engine: engine)
      .samples(trials, sampleCount: 400_000, phase: 1)
    let weights = try SoftenedHingeLearner(engine: engine).minimize(samples: samples).weights
    #expect(abs(trials[0].angle(ofTurned: weights[0])) <= 0.01)
    let slope = tan(trials[1].angle(ofTurned: weights[1]))
    #expect(abs(slope / (0.4 / 0.6) - 1) < 0.02)
  }

  /// The split of the logistic loss into a part without labels and the hinge, sample by sample.
  @Test(arguments: [0.0, 1e-9, 0.3, -4, 30, -30])
  func lossesSplitIntoTwoParts(margin: Double) {
    let naive = log(1 + exp(-margin))
    #expect(abs(log1p(exp(-abs(margin))) + max(-margin, 0) - naive) < 1e-12)
    #expect(abs(PopulationOracle.logistic(margin).value - naive) < 1e-12)
  }

  /// Where the naive formula overflows, the split one does not.
  @Test func lossesOfLargeMarginsAreFinite() {
    #expect(PopulationOracle.logistic(-800).value == 800)
    #expect(PopulationOracle.logistic(800).value == 0)
  }
}
