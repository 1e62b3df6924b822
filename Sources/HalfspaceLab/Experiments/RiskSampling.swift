import Foundation
import Laboratory
import PJRT
import Tensors

/// What all methods learn from samples of laws that differ in OPT only.
struct RiskSampling: Sendable {
  let engine: Engine
  let size: HalfspaceLaboratory.Size

  func risks(_ laws: [HalfspaceLaw], dimension: Int) throws -> [LabPoint] {
    let trials = laws.flatMap { law in
      size.seeds.map { Trial(law: law, seed: $0, dimension: dimension) }
    }
    let sampler = DeviceSampler(engine: engine)
    let sampleCount = size.sampleCount
    let exact = laws.concurrentMap { AngleLaw($0, sampleCount: sampleCount) }
    let weights = try learnedWeights(trials, sampler: sampler)
    let quantities: [(HalfspaceLaboratory.Method, [[Double]])] = [
      (.logistic, weights.logistic), (.twoPhase, weights.twoPhase),
      (.averaging, weights.averages), (.sigmoid, weights.sigmoid),
      (.leastSquares, weights.leastSquares), (.supportVectors, weights.supportVectors),
    ]
    return quantities.flatMap { method, rows in
      let risks = trials.indices.concurrentMap { trials[$0].zeroOneRisk(ofTurned: rows[$0]) }
      return laws.indices.flatMap { index -> [LabPoint] in
        let places = size.seeds.indices.map { index * size.seeds.count + $0 }
        let key = LabKey(
          by: method,
          law: laws[index].name,
          .sampled,
          optimum: laws[index].optimum,
          dimension: dimension,
          sampleCount: size.sampleCount
        )
        let angles = places.map { trials[$0].angle(ofTurned: rows[$0]) }
        let shared = [
          key.point(meanOf: places.map { risks[$0] }), key.of("angle").point(meanOf: angles),
        ]
        guard method == .logistic else { return shared }
        let norms = places.map { rows[$0].norm }
        return shared + [
          key.of("norm").point(meanOf: norms),
          key.of("largest-deviation").point(exact[index].largestDeviation(of: angles)),
        ]
      }
    }
  }

  private func learnedWeights(_ trials: [Trial], sampler: DeviceSampler) throws -> (
    logistic: [[Double]], twoPhase: [[Double]], averages: [[Double]], sigmoid: [[Double]],
    leastSquares: [[Double]], supportVectors: [[Double]]
  ) {
    let first = try sampler.samples(trials, sampleCount: size.sampleCount, phase: 1)
    let logistic = try SoftenedHingeLearner(engine: engine)
      .minimize(samples: first, tolerance: 1e-8).weights
    let closed = ClosedFormLearner(engine: engine)
    let (averages, leastSquares) = try closed.learn(samples: first)
    let supportVectors = try SoftenedHingeLearner(engine: engine)
      .supportVectors(
        samples: first,
        ridge: HalfspaceLaboratory.supportVectorRidge,
        finalWidth: 0.03
      )
    let second = try sampler.samples(trials, sampleCount: size.sampleCount, phase: 2)
    let twoPhase = try HingeDescentLearner(engine: engine)
      .minimize(samples: second, directions: logistic)
    let sigmoids = try SigmoidDescentLearner(engine: engine).minimize(
      samples: second,
      start: averages,
      widths: trials.map { trial in HalfspaceLaboratory.sigmoidWidths.map { $0 * trial.law.mass } }
    )
    // The width is chosen on the first phase's samples, which the sigmoid's descent has not seen.
    let risks = try HalfspaceLaboratory.sigmoidWidths.indices.map { width in
      try closed.zeroOneRisks(samples: first, weights: sigmoids.map { $0[width] })
    }
    let best = trials.indices.map { trial in
      let widths = HalfspaceLaboratory.sigmoidWidths.indices
      let width = widths.min { risks[$0][trial] < risks[$1][trial] } ?? 0
      return sigmoids[trial][width]
    }
    return (logistic, twoPhase, averages, best, leastSquares, supportVectors)
  }
}
