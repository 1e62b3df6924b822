import Laboratory
import Statistics

extension ImplicitBiasLaboratory {
  /// Least-norm interpolation: double descent, effective ranks, and when fitting noise does no harm.
  func benign() throws -> LabRecord { try benignRecord(parts: BenignStudy.Part.allCases) }

  /// Some parts of the chapter.
  func benignRecord(parts: [BenignStudy.Part]) throws -> LabRecord {
    let (chapter, seeds) = (size.benign, size.seeds)
    let study = BenignStudy(size: chapter, seeds: seeds)
    let points = try measured(
      .benign,
      parts,
      named: { "\($0.rawValue) \(chapter) seeds=\(seeds)" },
      compute: { study.points(of: $0) }
    )
    return Self.record(
      .benign,
      parameters: [
        "samples": [Double(chapter.sampleCount)],
        "parameters": chapter.parameterCounts.map(Double.init),
        "noise": [chapter.noise],
      ],
      seeds: seeds,
      points: points,
      checks: parts.flatMap { study.checks(of: $0, points) }
    )
  }
}

/// The measurements of the chapter.
struct BenignStudy: Sendable {
  enum Part: String, CaseIterable, Sendable {
    case descent, ranks, spiked, spectra
  }

  let size: BenignSize
  let seeds: [UInt64]

  func points(of part: Part) -> [LabPoint] {
    switch part {
    case .descent: descent()
    case .ranks: ranks()
    case .spiked: spiked()
    case .spectra: spectra()
    }
  }

  func checks(of part: Part, _ points: [LabPoint]) -> [LabCheck] {
    switch part {
    case .descent: descentChecks(points)
    case .ranks: rankChecks(points)
    case .spiked: spikedChecks(points)
    case .spectra: []
    }
  }

  /// The seeds of the costlier draws.
  private var fewSeeds: [UInt64] { Array(seeds.prefix(20)) }

  private var risk: RidgelessRisk {
    RidgelessRisk(sampleCount: size.sampleCount, noise: size.noise)
  }

  // MARK: - Double descent

  /// Risks against the number of parameters; a seed has one draw, of which the first features are used.
  private func descent() -> [LabPoint] {
    let counts = size.parameterCounts
    let most = counts.max() ?? 1
    let fits = seeds.concurrentMap { seed in
      let trial = GaussianTrial(
        .flat(dimension: most),
        truth: [1],
        sampleCount: size.sampleCount,
        noise: size.noise,
        seed: seed
      )
      return counts.map { count in
        (
          plain: trial.fit(featureCount: count),
          ridge: trial.fit(featureCount: count, penalty: Double(count) * size.noise)
        )
      }
    }
    return counts.indices.flatMap { place -> [LabPoint] in
      let plain = fits.compactMap { $0[place].plain }
      let ridge = fits.compactMap { $0[place].ridge }
      guard plain.count == seeds.count, ridge.count == seeds.count else { return [] }
      func key(_ quantity: String, _ method: String) -> LabKey {
        LabKey(
          quantity,
          labels: ["method": method],
          coordinates: ["parameters": Double(counts[place])]
        )
      }
      let risks = plain.map(\.risk)
      let sample = SampleMean(risks)
      let exact = risk.exact(parameterCount: counts[place])
      let ratio = Double(counts[place]) / Double(size.sampleCount)
      return [
        key("risk", "least-norm").point(meanOf: risks),
        key("risk", "median").point(Quantiles(of: risks)(0.5)),
        key("risk", "exact").point(exact),
        key("risk", "asymptotic").point(risk.asymptotic(ratio: ratio)),
        key("risk", "ridge").point(meanOf: ridge.map(\.risk)),
        key("gain-of-ridge", "ridge").point(meanOf: zip(risks, ridge).map { $0 - $1.risk }),
        key("squared-norm", "least-norm").point(meanOf: plain.map(\.squaredNorm)),
        key("deviation", "least-norm")
          .point((sample.value - exact) / (sample.standardError ?? .nan)),
      ] + Certificate(worstOf: plain.map(\.certificate)).points(of: key("risk", "least-norm"))
    }
  }

  private func descentChecks(_ points: [LabPoint]) -> [LabCheck] {
    let section = LabSection.doubleDescent
    let gates = points.on(LabKey("deviation")).map { point in
      section.check(
        "p = \(Int(point["parameters"])): mean less exact, in standard errors",
        point.value,
        .close(to: 0, within: 3.5),
        of: point.key
      )
    }
    let ridge = points.on(LabKey("risk", labels: ["method": "ridge"]))
      .sorted { $0["parameters"] < $1["parameters"] }
    let rises = zip(ridge, ridge.dropFirst()).map { $1.value - $0.value }
    let certificates = LabKey("risk", labels: ["method": "least-norm"])
    return gates + [
      section.check(
        "ridge with the best penalty: the least gain on no penalty",
        points.on(LabKey("gain-of-ridge")).map(\.value).min() ?? .nan,
        .other("> 0", holds: points.on(LabKey("gain-of-ridge")).allSatisfy { $0.value > 0 })
      ),
      section.check(
        "ridge with the best penalty: the least rise from one p to the next",
        rises.min() ?? .nan,
        .other("> 0", holds: rises.allSatisfy { $0 > 0 })
      ),
      section.check(
        "certificates of all fits, the worst",
        Certificate.worst(of: certificates, in: points),
        .below(1e-9)
      ),
    ]
  }

  // MARK: - Effective ranks

  /// What spectra promise at growing numbers of samples.
  private func ranks() -> [LabPoint] {
    let dimension = 400_000
    let spectra = [
      Spectrum.logarithmic(dimension: dimension), .power(1.5, dimension: dimension),
      .power(2, dimension: dimension),
    ]
    return [100, 1000, 10_000].flatMap { count -> [LabPoint] in
      let isotropic = Spectrum.flat(dimension: count + count / 5)
      let n = Double(count)
      return (spectra + [isotropic]).flatMap { spectrum -> [LabPoint] in
        let key = LabKey(
          "split",
          labels: ["spectrum": spectrum.name],
          coordinates: ["samples": n]
        )
        let split = spectrum.splitIndex(sampleCount: count)
        return [
          key.of("r0/n").point(spectrum.effectiveRank(after: 0) / n),
          key.of("k/n").point(split.map { Double($0) / n } ?? .infinity),
          key.of("n/R").point(split.map { n / spectrum.flatRank(after: $0) } ?? .infinity),
        ]
      }
    }
  }

  private func rankChecks(_ points: [LabPoint]) -> [LabCheck] {
    func key(_ quantity: String) -> LabKey {
      LabKey(quantity, labels: ["spectrum": Spectrum.logarithmic(dimension: 1).name])
    }
    return ["r0/n", "k/n", "n/R"].map { quantity in
      let values = points.on(key(quantity)).sorted { $0["samples"] < $1["samples"] }.map(\.value)
      let falls = zip(values, values.dropFirst()).map { $0 - $1 }
      return LabSection.ranks.check(
        "benign spectrum: \(quantity), the least fall from one n to the next",
        falls.min() ?? .nan,
        .other("> 0", holds: !falls.isEmpty && falls.allSatisfy { $0 > 0 }),
        of: key(quantity)
      )
    }
  }

  // MARK: - Spikes on a flat tail

  private static let spikeCount = 5
  /// ε and p; the last row is where the prediction has no right to hold.
  private static let spikedCells = [
    (0.1, 1000), (0.1, 5000), (0.5, 5000), (0.02, 5000), (0.1, 20_000), (0.1, 200),
  ]

  private func spiked() -> [LabPoint] {
    Self.spikedCells.flatMap { share, dimension -> [LabPoint] in
      let law = SpikedRisk(
        sampleCount: size.sampleCount,
        spikeCount: Self.spikeCount,
        tailShare: share,
        dimension: dimension,
        noise: size.noise
      )
      let spectrum = law.spectrum
      let fits = fewSeeds.concurrentMap { seed in
        GaussianTrial(
          spectrum,
          truth: [Double](
            repeating: 1 / Double(Self.spikeCount).squareRoot(),
            count: Self.spikeCount
          ),
          sampleCount: size.sampleCount,
          noise: size.noise,
          seed: seed
        ).fit()
      }.compactMap(\.self)
      let key = LabKey(
        "spiked-risk",
        coordinates: ["tail": share, "parameters": Double(dimension)]
      )
      let risks = fits.map(\.risk)
      let error = SampleMean(risks).standardError ?? .nan
      return [
        key.point(meanOf: risks),
        key.of("prediction").point(law.prediction),
        key.of("variance-order").point(
          spectrum.variance(sampleCount: size.sampleCount, noise: size.noise)
        ),
        key.of("training-error").point(fits.map(\.trainingError).max() ?? .nan),
        key.of("deviation-of-prediction").point(
          abs(SampleMean(risks).value - law.prediction) / error
        ),
      ] + Certificate(worstOf: fits.map(\.certificate)).points(of: key)
    }
  }

  private func spikedChecks(_ points: [LabPoint]) -> [LabCheck] {
    points.on(LabKey("spiked-risk")).map { point in
      let prediction = points.value(point.key.of("prediction"))
      let ratio = point.value / prediction
      let name = "ε = \(point["tail"]), p = \(Int(point["parameters"])): risk over prediction"
      let isNear =
        abs(ratio - 1) <= 0.4 || points.value(point.key.of("deviation-of-prediction")) <= 4
      // A control: few tail dimensions are not predicted.
      guard point["parameters"] > 2 * Double(size.sampleCount) else {
        return LabSection.spiked.check(
          "\(name), where p is not large",
          ratio,
          .other("not within 40 % of 1", holds: abs(ratio - 1) > 0.4),
          of: point.key
        )
      }
      return LabSection.spiked.check(
        name,
        ratio,
        .other("1 within 40 % or 4 standard errors", holds: isNear),
        of: point.key
      )
    } + [
      LabSection.spiked.check(
        "training error of all fits, the largest",
        points.on(LabKey("training-error")).map(\.value).max() ?? .nan,
        .below(1e-20)
      )
    ]
  }

  // MARK: - Spectra, measured

  /// What interpolating noise costs with more and more samples, for four spectra.
  private func spectra() -> [LabPoint] {
    [25, 50, 100, 200].flatMap { count -> [LabPoint] in
      let laws = [
        ("benign", Spectrum.logarithmic(dimension: 4000)), ("power", .power(2, dimension: 4000)),
        ("isotropic", .flat(dimension: count + count / 5)),
        (
          "spiked",
          SpikedRisk(
            sampleCount: count,
            spikeCount: Self.spikeCount,
            tailShare: 1 / Double(count).squareRoot(),
            dimension: 20 * count,
            noise: size.noise
          ).spectrum
        ),
      ]
      return laws.map { name, spectrum in
        let risks = fewSeeds.concurrentMap { seed in
          GaussianTrial(
            spectrum,
            truth: [1],
            sampleCount: count,
            noise: size.noise,
            seed: seed
          ).fit()?.risk
        }
        return LabKey(
          "risk-of-spectrum",
          labels: ["spectrum": name],
          coordinates: ["samples": Double(count)]
        ).point(meanOf: risks.compactMap(\.self))
      }
    }
  }
}
