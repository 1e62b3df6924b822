import Arrays
import LabelledImages
import Laboratory
import PJRT
import Tensors

// S seeds, J sample sizes, K patches, N images, T of them for the test, D numbers in a patch

/// Measures on images of two classes what locality and weight sharing are worth.
///
/// The three networks are trained alike, by gradient descent on the logistic loss from small first weights, on the
/// images as they are and on images without neighbours or pixels.
package struct ImageChecker: Sendable {
  let engine: Engine
  package var grid: PatchGrid
  package var seeds: [UInt64]
  /// The most images that are learned from.
  package var limit: Int
  package var stepCount = 1200

  package init(engine: Engine, grid: PatchGrid, seeds: [UInt64], limit: Int) {
    self.engine = engine
    self.grid = grid
    self.seeds = seeds
    self.limit = limit
  }

  /// The smallest sample size.
  static let leastCount = 8

  /// The mean of |x|²·K once images were scaled.
  ///
  /// A quarter of it bounds how curved any network's loss is; beyond 2·(1 + 0.9)/``rate`` descent would grow.
  private static let squaredScale = 16.0

  /// Large, since a bias that shuts out patches without a signal rises late.
  private static let rate = 0.8

  /// With normal noise a seventh of what the filters see stays above it.
  private static let biasLimit = 1.5

  /// The sample sizes: doublings as far as there are images.
  ///
  /// - Parameter images: The data.
  /// - Returns: Rising sizes, two at least.
  /// - Throws: ``LocalityError`` where there are fewer.
  package func sizes(_ images: TwoClasses) throws(LocalityError) -> [Int] {
    let available = ImageSplit(images.labels, limit: limit, seed: 0).training.count
    let sizes = (0..<20).map { Self.leastCount << $0 }.filter { $0 <= available }
    guard sizes.count > 1 else {
      throw .sizeOutOfRange(
        name: "limit",
        found: "\(limit)",
        rule:
          "\(2 * Self.leastCount) images to learn from at least, of those that are not held out, \(available)"
      )
    }
    return sizes
  }

  /// Trains every network on every view.
  ///
  /// - Parameters:
  ///   - images: The data.
  ///   - sweep: Keeps what each network did on a view.
  /// - Returns: The errors.
  /// - Throws: ``LocalityError``, or `PJRTError`.
  package func check(_ images: TwoClasses, _ sweep: Sweep) throws -> ImageFindings {
    let sizes = try sizes(images)
    let splits = seeds.map { ImageSplit(images.labels, limit: limit, seed: $0) }
    var findings = ImageFindings(
      grid: grid,
      names: images.names,
      sizes: sizes,
      seeds: seeds,
      testCount: splits[0].test.count
    )
    let settings =
      "\(images.fingerprint) p=\(grid.side) sizes=\(sizes) seeds=\(seeds) steps=\(stepCount)"
    sweep.plan(ImageView.allCases.count * Architecture.allCases.count)
    for view in ImageView.allCases {
      let places = view.places(grid)
      let training = splits.map { $0.training.prefix(sizes[sizes.count - 1]) }
      // Made for the first network that needs them.
      lazy var samples = (
        training: Samples(images, training, places, grid),
        test: Samples(images, splits.map { $0.test[...] }, places, grid),
        matrix: view.matrix(grid)
      )
      for architecture in Architecture.allCases {
        let cell =
          "check v\(LocalityLaboratory.version) \(architecture.rawValue) \(view.rawValue) \(settings)"
        let points = try sweep.cell(cell) {
          let errors = try errors(
            architecture,
            samples.training,
            samples.test,
            samples.matrix,
            sizes
          )
          return zip(seeds, errors).flatMap { seed, row in
            zip(sizes, row).map { size, error in
              LabKey("error").at(["seed": Double(seed), "samples": Double(size)]).point(error)
            }
          }
        }
        findings.errors[view, default: [:]][architecture] = seeds.indices.map { seed in
          points[seed * sizes.count..<(seed + 1) * sizes.count].map(\.value)
        }
      }
    }
    return findings
  }

  /// The errors on the test images, `[S][J]`.
  private func errors(
    _ architecture: Architecture,
    _ training: Samples,
    _ test: Samples,
    _ matrix: [Double]?,
    _ sizes: [Int]
  ) throws -> [[Double]] {
    var learner = GradientLearner(engine: engine, architecture, grid.law)
    learner.stepCount = stepCount
    learner.rate = Self.rate
    learner.biasLimit = Self.biasLimit
    // A K-th part of an image is so much smaller, and a bias moves all K activations at once.
    learner.biasRate = Self.squaredScale / Double(grid.patchCount * grid.patchCount)
    // While the bias is 0 its K units on the whole image are one linear rule that each of them moves: at a Kth of the
    // rate it learns as the locally connected network does, and what differs is knowledge and not speed.
    if architecture == .fullyConnected { learner.rate /= Double(grid.patchCount) }
    let first = learner.initialParameters(seeds, sizes.count)
    let turns =
      matrix.map {
        [HostArray($0, shape: [grid.shape.count, grid.shape.count], as: .float32)]
      } ?? []
    let arguments =
      [training.images, training.labels, test.images, test.labels] + turns
      + [HostArray(sizes.map(Int32.init))] + first
    let program = try engine.program("locality_check", parameters: arguments.map(\.type)) {
      inputs in
      let turned = [inputs[0], inputs[2]].map { turns.isEmpty ? $0 : $0.turned(by: inputs[4]) }
      let mean = turned[0].mean(axes: [2]).insertingAxis(at: 2)
      let squares = (turned[0] - mean).squared().mean(axes: [1, 2, 3])
      let factor = Self.squaredScale / Double(grid.patchCount * grid.shape.count)
      let scale = (factor / squares).squareRoot().reshaped(to: [-1, 1, 1, 1])
      // Networks without an offset see a label times its image, all that their loss depends on.
      func signed(_ images: Tensor, _ labels: Tensor) -> Tensor {
        (images - mean) * scale * labels.reshaped(to: [seeds.count, 1, -1, 1])
      }
      let barrier = optimizationBarrier([
        signed(turned[0], inputs[1]), signed(turned[1], inputs[3]),
      ])
      let start = 4 + turns.count
      let end = learner.descend(
        Array(inputs[(start + 1)...]),
        barrier[0],
        inputs[start].converted(to: .float32),
        stepCount: Tensor(Double(learner.stepCount), .int32)
      )
      let outputs = learner.output(end, barrier[1])
      return [((1 - outputs.sign()) * 0.5).mean(axes: [2])]
    }
    let errors = try program(arguments)[0].numbers
    return seeds.indices.map { Array(errors[$0 * sizes.count..<($0 + 1) * sizes.count]) }
  }
}

/// Images of several seeds as a program takes them.
private struct Samples {
  /// `[S, K, N, D]`.
  let images: HostArray
  /// `[S, N]`.
  let labels: HostArray

  init(_ data: TwoClasses, _ choices: [ArraySlice<Int>], _ places: [Int], _ grid: PatchGrid) {
    let count = choices[0].count
    var numbers: [Float] = []
    numbers.reserveCapacity(choices.count * count * places.count)
    for choice in choices {
      for patch in 0..<grid.patchCount {
        let own = places[patch * grid.dimension..<(patch + 1) * grid.dimension]
        for image in choice {
          for place in own { numbers.append(data.pixels[image][place]) }
        }
      }
    }
    images = HostArray(numbers, shape: [choices.count, grid.patchCount, count, grid.dimension])
    labels = HostArray(
      choices.flatMap { $0.map { Float(data.labels[$0]) } },
      shape: [choices.count, count]
    )
  }
}
