import EspalierTestSupport
import Foundation
import LabelledImages
import Laboratory
import Randomness
import Testing

@testable import LocalityLab

/// The check of a data set.
@Suite struct ImageCheckTests {
  // MARK: Patches

  @Test(
    arguments: [
      ((28, 28), nil, 7), ((8, 8), nil, 4), ((32, 32), nil, 8), ((30, 20), nil, 5),
      ((4, 2), nil, 2),
      ((28, 28), 4, 4), ((6, 4), 1, 1),
    ] as [((Int, Int), Int?, Int)]
  )
  func patchesCoverImages(size: (Int, Int), side: Int?, expected: Int) throws {
    let shape = LabelledImages.Shape(height: size.0, width: size.1, channelCount: 1)
    let grid = try PatchGrid(shape, side: side, path: "set")
    #expect(grid.side == expected)
    #expect(grid.patchCount * grid.dimension == shape.count)
    #expect(grid.places.sorted() == Array(0..<shape.count))
  }

  /// Patches go from left to right and then down, and so do the numbers of each, its channels together.
  @Test func numbersStandPatchByPatch() throws {
    let grey = try PatchGrid(.init(height: 2, width: 4), side: 2, path: "")
    #expect(grey.places == [0, 1, 4, 5, 2, 3, 6, 7])
    let colour = try PatchGrid(.init(height: 2, width: 1, channelCount: 3), side: 1, path: "")
    #expect(colour.places == [0, 1, 2, 3, 4, 5])
    #expect(colour.patchCount == 2 && colour.dimension == 3)
  }

  @Test(
    arguments: [
      (
        LabelledImages.Shape(height: 28, width: 28), 5,
        "--patch: needs the side of a square that covers 28 x 28 pixels without rest, 1, 2, 4, 7, 14; got 5"
      ),
      (
        .init(height: 4, width: 4), 4,
        "--patch: needs the side of a square that covers 4 x 4 pixels without rest, 1, 2; got 4"
      ),
      (
        .init(height: 31, width: 29), nil,
        "set: no squares of more than a pixel cover 31 x 29 pixels without rest; crop the images first"
      ),
      (
        .init(height: 32, width: 32, channelCount: 3), nil,
        "set: needs images of at most 2048 numbers; has 3072; make the images smaller first"
      ),
    ] as [(LabelledImages.Shape, Int?, String)]
  )
  func patchesThatDoNotCoverAreRefused(shape: LabelledImages.Shape, side: Int?, message: String) {
    let error = #expect(throws: LocalityError.self) {
      try PatchGrid(shape, side: side, path: "set")
    }
    #expect(error?.description == message)
  }

  // MARK: Splits

  /// Nothing is learned from and tested on, both classes are equally many, and other seeds split otherwise.
  @Test func splitsAreBalanced() {
    let labels = (0..<90).map { $0 < 30 ? 1.0 : -1 }
    let split = ImageSplit(labels, limit: 1000, seed: 1)
    #expect(Set(split.training).isDisjoint(with: split.test))
    #expect(split.test.count == 20 && split.training.count == 40)
    func sum(_ images: ArraySlice<Int>) -> Double { images.map { labels[$0] }.reduce(0, +) }
    #expect(sum(split.test[...]) == 0)
    for count in stride(from: 2, through: 40, by: 2) {
      #expect(sum(split.training.prefix(count)) == 0)
    }
    #expect(ImageSplit(labels, limit: 16, seed: 1).training == Array(split.training.prefix(16)))
    #expect(ImageSplit(labels, limit: 1000, seed: 2) != split)
  }

  // MARK: Findings

  /// Curves e = cₐ n^(-1/2): exponents are -1/2, and networks need images as the squares of c.
  private static func findings(_ factors: [Architecture: Double]) throws -> ImageFindings {
    let grid = try PatchGrid(.init(height: 4, width: 4), path: "")
    var findings = ImageFindings(
      grid: grid,
      names: ["a", "b"],
      sizes: [16, 32, 64, 128],
      seeds: [1, 2, 3],
      testCount: 1_000_000
    )
    for view in ImageView.allCases {
      findings.errors[view] = factors.mapValues { factor in
        [0.9, 1, 1.1].map { seed in findings.sizes.map { factor * seed / Double($0).squareRoot() } }
      }
    }
    return findings
  }

  @Test func worthIsARatioOfCounts() throws {
    let findings = try Self.findings([
      .convolutional: 1, .locallyConnected: 1.25, .fullyConnected: 1.25,
    ])
    for network in Architecture.allCases {
      let exponent = try #require(findings.exponent(.plain, network))
      #expect(abs(exponent.value + 0.5) < 1e-3 && exponent.low <= exponent.value)
    }
    let error = findings.commonError()
    #expect(abs(error - 1.25 / 64.0.squareRoot()) < 1e-12)
    let sharing = try #require(
      findings.ratio(of: .locallyConnected, to: .convolutional, error: error)
    )
    #expect(abs(sharing.value - 1.25 * 1.25) < 0.01 && sharing.low > 1)
    #expect(findings.verdicts[0].hasPrefix("Weight sharing: LCN needs 1.56"))
    #expect(findings.verdicts[0].hasSuffix("; it is worth having."))
    #expect(findings.verdicts[1].hasPrefix("Locality: LCN and FCN need equally many images"))
    #expect(findings.needed(error / 10, .convolutional) == nil)
  }

  /// A network that is best with the fewest images already needs at most so many.
  @Test func whatIsBeyondTheCurveIsABound() throws {
    let findings = try Self.findings([
      .convolutional: 1.25, .locallyConnected: 0.3, .fullyConnected: 1.25,
    ])
    #expect(findings.verdicts[0].hasPrefix("Weight sharing: CNN needs at least 4 ("))
    #expect(findings.verdicts[0].hasSuffix("; it costs more than it brings."))
    #expect(findings.verdicts[1].hasPrefix("Locality: FCN needs at least 4 ("))
  }

  /// Seeds that do not get to an error leave an interval without an end, and are not passed over.
  @Test func seedsThatDoNotArriveCount() throws {
    var findings = try Self.findings([
      .convolutional: 1, .locallyConnected: 1.25, .fullyConnected: 1.3,
    ])
    findings.errors[.plain]?[.locallyConnected]?[2] = [0.3, 0.3, 0.3, 0.3]
    let error = findings.commonError()
    let needed = try #require(findings.needed(error, .locallyConnected))
    #expect(needed.value.isFinite && needed.high == .infinity)
    let ratio = try #require(
      findings.ratio(of: .locallyConnected, to: .convolutional, error: error)
    )
    #expect(ratio.value > 1 && ratio.high == .infinity)
    #expect(findings.verdicts[0].contains(" or more) times as many images as CNN"))
    // What has no end has none in the record.
    let point = findings.record().points.first { $0.key.labels["knowledge"] == "weight sharing" }
    #expect(point?.high == nil && point?.value == ratio.value)
  }

  @Test func nothingIsSaidOfNetworksThatGuess() throws {
    let findings = try Self.findings([.convolutional: 1, .locallyConnected: 5, .fullyConnected: 1])
    #expect(
      findings.verdicts[0].contains("LCN errs with")
        && findings.verdicts[0].contains("too little to say")
    )
    #expect(findings.verdicts[2].hasPrefix("Both: CNN and FCN need equally many images"))
  }

  /// Errors of 0 have neither logarithms nor exponents of their own; they are drawn and written all the same.
  @Test func errorsOfZeroAreKept() throws {
    let findings = try Self.findings([.convolutional: 0, .locallyConnected: 0, .fullyConnected: 0])
    #expect(findings.record().points.allSatisfy { $0.value.isFinite })
    #expect(findings.exponent(.plain, .convolutional)?.value == 0)
    #expect(findings.study(of: "set", command: nil, facts: []).page.contains("CNN"))
  }

  /// The page shows what the record says.
  @Test func theRecordHasEveryError() throws {
    let findings = try Self.findings([
      .convolutional: 1, .locallyConnected: 1.25, .fullyConnected: 1.3,
    ])
    let record = findings.record()
    #expect(record.points.on(LabKey("error")).count == 3 * 3 * 4 && record.fits.count == 9)
    #expect(record.points.on(LabKey("ratio")).count == 3)
    let study = findings.study(of: "set", command: "espalier lab locality check set", facts: [])
    for (view, figure) in zip(ImageView.allCases, study.sections[1].figures) {
      for (network, curve) in zip(Architecture.allCases, figure.curves) {
        let points = record.points.on(ImageFindings.key("error", network, view))
        #expect(
          curve.marks.map(\.y) == points.map(\.value) && curve.marks.map(\.low) == points.map(\.low)
        )
      }
    }
    #expect(study.sections.allSatisfy { $0.lesson != nil && $0.origin?.seeds == [1, 2, 3] })
    #expect(study.sections[0].sliderFigures.count == 1)
  }

  // MARK: Training

  /// A signal in one of nine patches of four numbers, or the same one everywhere.
  private static func images(_ count: Int) throws -> TwoClasses {
    let stream = RandomStream(seed: 5)
    let labels = (0..<count).map { $0 % 2 == 0 ? "a" : "b" }
    let grid = try PatchGrid(.init(height: 6, width: 6), side: 2, path: "")
    let pixels = labels.indices.map { image -> [Float] in
      let noise = stream.indexed(UInt64(image)).normals(count: 36)
      let patch = stream.named("patch").wholeNumber(below: 9, at: UInt64(image))
      var pixels = noise.map { Float(0.25 * $0) }
      for (place, part) in zip(grid.places[4 * patch..<4 * patch + 4], [0.5, -0.5, 0.5, 0.5]) {
        pixels[place] += Float(image % 2 == 0 ? -part : part)
      }
      return pixels
    }
    return try LabelledImages(shape: grid.shape, pixels: pixels, labels: labels)
      .twoClasses(nil, path: "set")
  }

  /// Where a signal may stand anywhere shared weights find it with fewer images; the network that knows nothing of
  /// patches errs on turned and permuted images as on others.
  @Test func knowledgeIsWorthWhatTheLawSays() throws {
    let grid = try PatchGrid(.init(height: 6, width: 6), side: 2, path: "")
    var checker = ImageChecker(
      engine: try TestEngine.shared(),
      grid: grid,
      seeds: [1, 2, 3],
      limit: 64
    )
    checker.stepCount = 400
    let findings = try checker.check(try Self.images(400), Sweep())
    #expect(findings.sizes == [8, 16, 32, 64] && findings.testCount == 132)
    func error(_ view: ImageView, _ network: Architecture) -> Double {
      findings.error(view, network, at: 3).value
    }
    #expect(error(.plain, .convolutional) + 0.1 < error(.plain, .locallyConnected))
    #expect(error(.plain, .convolutional) + 0.1 < error(.rotated, .convolutional))
    for view in [ImageView.permuted, .rotated] {
      // A rounding may move an image across the border.
      #expect(abs(error(view, .fullyConnected) - error(.plain, .fullyConnected)) <= 2.0 / 132)
    }
  }

  /// A limit of 0 and a rate of 0 both hold the bias where it begins.
  @Test func aBiasKeepsToItsLimitAndRate() throws {
    let law = SignalLaw(patchCount: 4, dimension: 4, sigma: 0.5)
    var learner = GradientLearner(engine: try TestEngine.shared(), .convolutional, law)
    learner.stepCount = 200
    func bias() throws -> Double { try learner.train(seeds: [1], sizes: [32]).biases[0] }
    #expect(try bias() > 0.01)
    learner.biasLimit = 0
    #expect(try bias() == 0)
    (learner.biasLimit, learner.biasRate) = (nil, 0)
    #expect(try bias() == 0)
  }

  @Test func fewImagesAreNoCurve() throws {
    let grid = try PatchGrid(.init(height: 6, width: 6), side: 2, path: "")
    let checker = ImageChecker(engine: try TestEngine.shared(), grid: grid, seeds: [1], limit: 8)
    let error = #expect(throws: LocalityError.self) { try checker.sizes(try Self.images(400)) }
    #expect(
      error?.description
        == "limit: needs 16 images to learn from at least, of those that are not held out, 8; got 8"
    )
  }
}
