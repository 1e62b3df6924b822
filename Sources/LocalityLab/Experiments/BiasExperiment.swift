import Laboratory
import Tensors

extension LocalityLaboratory {
  /// What the final bias does, and by which schedule the filters are best found.
  func bias() throws -> LabRecord {
    let law = SignalLaw(patchCount: 8, dimension: 32, sigma: 0.3)
    let sampleCount = 256
    let biases = [PaperConstants.finalBias] + (1..<8).map { Double($0) / 10 }
    let architectures = [Architecture.convolutional, .locallyConnected]
    sweep.plan(2 * architectures.count)
    let (engine, seeds) = (engine, size.seeds)
    let learned = try measured(.bias, architectures, named: { "\($0) \(law) n=\(sampleCount)" }) {
      architecture in
      let readout = ReadoutError(patchCount: law.patchCount, sigma: law.sigma, biases: biases)
      return try [FilterRule.averaging, .standard, .twoStep].flatMap { rule -> [LabPoint] in
        let start = rule == .twoStep ? FilterLearner.Start.random : .zero
        let alignments = try FilterLearner(engine: engine, rule: rule)
          .learn(architecture, law, seeds: seeds, sizes: [sampleCount], start: start)
          .alignments.map { $0[0] }
        let key = LabKey("error", architecture, by: rule.name, law: law, sampleCount: sampleCount)
        return biases.indices.map { place in
          key.at(["bias": biases[place]])
            .point(meanOf: alignments.map { readout.error($0, bias: place) })
        } + [key.of("best-error").point(meanOf: alignments.map { readout.error($0) })]
      }
    }
    let trained = try measured(
      .bias,
      architectures,
      named: { "descent \($0) \(law) n=\(sampleCount)" }
    ) { architecture in
      let learner = GradientLearner(engine: engine, architecture, law)
      let network = try learner.train(seeds: seeds, sizes: [sampleCount])
      let key = LabKey(
        "best-error",
        architecture,
        by: "descent",
        law: law,
        sampleCount: sampleCount
      )
      let norm = network.filterNorms.reduce(0, +) / Double(network.filterNorms.count)
      return [
        key.point(meanOf: try learner.errors(of: network).map { $0[0] }),
        key.of("learned-bias").point(meanOf: network.biases.map { $0 / norm }),
      ]
    }
    return Self.record(
      .bias,
      parameters: [
        "patches": [8], "dimension": [32], "sigma": [0.3], "samples": [Double(sampleCount)],
        "biases": biases,
      ],
      seeds: size.seeds,
      points: learned + trained
    )
  }
}
