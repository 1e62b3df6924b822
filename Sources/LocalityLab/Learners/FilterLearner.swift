import Arrays
import Kernels
import PJRT
import Randomness
import Tensors

// S seeds, J sample sizes, K patches, N images, D numbers in a patch

/// Finds the filters of convolutional and locally connected networks, for many seeds and sample sizes at once.
///
/// Both architectures are one program: in a convolutional network what the patches say is put together. Sample sizes
/// are masks over the same images, so a program serves all sizes up to its capacity.
package struct FilterLearner: Sendable {
  let engine: Engine
  package var rule: FilterRule
  package var elementType = ElementType.float32
  /// How many of the K cyclic shifts of an image's patches are learned from, itself among them.
  package var shiftCount = 1
  /// An orthogonal matrix, row-major, by which every image as a whole is turned.
  package var rotation: [Double]?
  private let drawn: DrawnImages

  /// Makes a learner.
  ///
  /// - Parameters:
  ///   - engine: What compiles its programs.
  ///   - rule: How filters are found.
  ///   - drawn: Images that others of the same engine have drawn; its own when nil.
  package init(engine: Engine, rule: FilterRule, drawn: DrawnImages? = nil) {
    self.engine = engine
    self.rule = rule
    self.drawn = drawn ?? DrawnImages(engine: engine)
  }

  /// What was learned, for each seed and then each sample size.
  package struct Filters: Sendable {
    /// ⟨wᵢ, w⟩ with the signal's direction, `[S][J][K]`.
    package var alignments: [[[Double]]]
    /// The filters, `[S][J][K][D]`.
    package var weights: [[[[Double]]]]
    /// The logarithm of the images' likelihood where it is what the rule raises, else none, `[S][J]`.
    package var logLikelihoods: [[Double]]
  }

  /// How many sample sizes a program learns at once.
  static let sizeCount = 6

  /// The capacities of programs; each serves the sizes above the one before it, two windows of a search.
  static let capacities = [72, 288, 1152, 4608, 16384]

  /// The capacity of the program for some sizes.
  static func capacity(_ sizes: [Int]) -> Int {
    let most = sizes.max() ?? 0
    return capacities.first { $0 >= most } ?? most
  }

  /// Learns from the first images of each seed.
  ///
  /// - Parameters:
  ///   - architecture: Convolutional or locally connected.
  ///   - law: The images.
  ///   - seeds: S of them.
  ///   - sizes: J of them, from 2 up.
  ///   - start: What the first step adds to the mean: nothing, small numbers, or the answer.
  /// - Returns: The filters.
  /// - Throws: `PJRTError`.
  package func learn(
    _ architecture: Architecture,
    _ law: SignalLaw,
    seeds: [UInt64],
    sizes: [Int],
    start: Start = .zero
  ) throws -> Filters {
    precondition(architecture != .fullyConnected, "filters on whole images have other learners")
    // A full list of sizes; those that are not asked for repeat the last one.
    let padded =
      sizes
      + [Int](
        repeating: sizes.last ?? 2,
        count: (Self.sizeCount - sizes.count % Self.sizeCount) % Self.sizeCount
      )
    let parts = try stride(from: 0, to: padded.count, by: Self.sizeCount).map { first in
      try run(architecture, law, seeds, Array(padded[first..<first + Self.sizeCount]), start)
    }
    return Filters(
      alignments: seeds.indices.map { seed in
        Array(parts.flatMap { $0.alignments[seed] }.prefix(sizes.count))
      },
      weights: seeds.indices.map { seed in
        Array(parts.flatMap { $0.weights[seed] }.prefix(sizes.count))
      },
      logLikelihoods: seeds.indices.map { seed in
        Array(parts.flatMap { $0.logLikelihoods[seed] }.prefix(sizes.count))
      }
    )
  }

  /// What the first step adds to the mean.
  package enum Start: Sendable {
    case zero
    /// Normal numbers of the paper's scale.
    case random
    /// So much of the answer that the images do not matter.
    case answer
  }

  private func run(
    _ architecture: Architecture,
    _ law: SignalLaw,
    _ seeds: [UInt64],
    _ sizes: [Int],
    _ start: Start
  ) throws -> Filters {
    let source = ImageSource(
      law: law,
      seedCount: seeds.count,
      count: Self.capacity(sizes),
      elementType: elementType
    )
    let images = try drawn.images(source, seeds: seeds)
    let filterShape: Shape = [seeds.count, law.patchCount, law.dimension]
    let rotations =
      rotation.map {
        [HostArray($0, shape: [law.imageSize, law.imageSize], as: elementType)]
      } ?? []
    let arguments =
      [
        HostArray(numbers(start, law, seeds), shape: filterShape, as: elementType),
        HostArray(sizes.map(Int32.init)), HostArray(scalar: architecture == .convolutional),
        HostArray(repeating: law.sigma, type: TensorType(elementType, .scalar)),
      ] + rotations
    let program = try program(parameters: [images.type] + arguments.map(\.type))
    let results = try program(
      [images] + arguments.map { [client = engine.client] in try client.buffer(from: $0) }
    ).map { try $0.copyToHost() }
    return filters(
      results[0].numbers,
      results.dropFirst().first?.numbers,
      law,
      seeds.count,
      sizes.count
    )
  }

  /// The program whose inputs are images, start, sizes, whether filters are shared, noise and perhaps a rotation.
  private func program(parameters: [TensorType]) throws -> Program {
    let (rule, shiftCount) = (rule, shiftCount)
    let kernels = try kernels()
    return try engine.program(
      "locality_\(rule.name.replacing("-", with: "_"))",
      parameters: parameters
    ) { inputs in
      let turned = inputs.count > 5 ? inputs[0].turned(by: inputs[5]) : inputs[0]
      let copies = (0..<shiftCount).map { turned.shiftingPatches(by: $0) }
      let images =
        inputs.count > 5 || shiftCount > 1
        ? optimizationBarrier([Tensor.concatenate(copies, alongAxis: 2)])[0] : turned
      let steps = FilterSteps(
        rule: rule,
        sizes: inputs[2].converted(to: images.elementType),
        copyCount: shiftCount,
        isShared: inputs[3],
        sigma: inputs[4],
        kernels: kernels
      )
      let filters = steps.filters(images, start: inputs[1])
      guard case .likelihood = rule else { return [filters] }
      return [filters, steps.logLikelihood(images, filters)]
    }
  }

  /// The kernels for the images' numbers; nil where there are none, and composed operations do the same.
  private func kernels() throws -> KernelLibrary? {
    guard elementType == .float32 else { return nil }
    do { return try KernelLibrary(client: engine.client) } catch is KernelError { return nil }
  }

  private func numbers(_ start: Start, _ law: SignalLaw, _ seeds: [UInt64]) -> [Double] {
    switch start {
    case .zero:
      return [Double](repeating: 0, count: seeds.count * law.imageSize)
    case .random:
      let scale = PaperConstants.initialScale(law)
      return seeds.flatMap { seed in
        law.stream(seed: seed, use: "first weights").normals(count: law.imageSize).map {
          $0 * scale
        }
      }
    case .answer:
      return (0..<seeds.count * law.imageSize).map { $0 % law.dimension == 0 ? 1e6 : 0 }
    }
  }

  /// The results in order of seeds, sizes, patches.
  private func filters(
    _ weights: [Double],
    _ likelihoods: [Double]?,
    _ law: SignalLaw,
    _ seedCount: Int,
    _ sizeCount: Int
  ) -> Filters {
    let vectors = (0..<seedCount).map { seed in
      (0..<sizeCount).map { size in
        (0..<law.patchCount).map { patch -> [Double] in
          let first = ((seed * law.patchCount + patch) * sizeCount + size) * law.dimension
          return Array(weights[first..<first + law.dimension])
        }
      }
    }
    return Filters(
      alignments: vectors.map { $0.map { $0.map { $0[0] } } },
      weights: vectors,
      logLikelihoods: (0..<seedCount).map { seed in
        likelihoods.map { Array($0[seed * sizeCount..<(seed + 1) * sizeCount]) } ?? []
      }
    )
  }
}

extension Tensor {
  /// Images `[S, K, N, D]` whose patches have moved up by so many places, the first ones to the end.
  func shiftingPatches(by count: Int) -> Tensor {
    guard count > 0 else { return self }
    let (front, back) = (sliced(0..<count, alongAxis: 1), sliced(count..<shape[1], alongAxis: 1))
    return .concatenate([back, front], alongAxis: 1)
  }
}

extension HostArray {
  /// Numbers in single or double precision.
  init(_ numbers: [Double], shape: Shape, as type: ElementType) {
    if type == .float64 {
      self.init(numbers, shape: shape)
    } else {
      self.init(numbers.map { Float($0) }, shape: shape)
    }
  }

  /// Numbers of single or double precision.
  var numbers: [Double] {
    elementType == .float64 ? values() : values(as: Float.self).map { Double($0) }
  }
}
