import Foundation
import Arrays
import Kernels
import Tensors

// S seeds, J sample sizes, K patches, N images, D numbers in a patch

/// How the filters of a convolutional or a locally connected network are found.
///
/// All begin at the mean of the images, where the first step of gradient descent from small weights goes, and then
/// weigh the images by what the filters say of them. Every step is equivariant: whoever rotates the images of all
/// patches, each by its own matrix, gets rotated filters.
package enum FilterRule: Hashable, Sendable {
  /// The mean alone.
  case averaging
  /// Images whose projection is among the largest count, 1 of K.
  ///
  /// Projected gradient ascent of y·f with the activation's bias set anew in each step.
  case thresholded(steps: Int)
  /// Each image counts by the probability that the signal is in the patch: expectation maximisation of the likelihood.
  case likelihood(steps: Int)
  /// The two steps that the paper analyses, each with a half of the images.
  case twoStep

  /// The rule of the experiments.
  static let standard = FilterRule.thresholded(steps: 15)

  /// Its name in records.
  package var name: String {
    switch self {
    case .averaging: "averaging"
    case .thresholded: "thresholded"
    case .likelihood: "likelihood"
    case .twoStep: "two-step"
    }
  }
}

/// The programs' view of a rule: traced functions of images.
struct FilterSteps {
  let rule: FilterRule
  /// Images of a patch that come first are those that count; how many, `[J]` of the images' type.
  let sizes: Tensor
  /// How often each image is there, behind all others once more.
  var copyCount = 1
  /// Whether one filter serves all patches, a `bool` scalar.
  let isShared: Tensor
  let sigma: Tensor
  /// Kernels that climb instead of composed operations, where there are any for the images' numbers.
  var kernels: KernelLibrary?
  /// How often the interval of a threshold is halved.
  private static let halvingCount = 20

  /// Filters of length 1, `[S, K, J, D]`.
  ///
  /// - Parameters:
  ///   - images: `[S, K, N, D]`.
  ///   - start: What is added to the mean in the first step, `[S, K, D]`.
  /// - Returns: The filters.
  func filters(_ images: Tensor, start: Tensor) -> Tensor {
    if let kernels, case .thresholded(let steps) = rule, copyCount == 1 {
      return kernels.thresholdedAscent(
        images,
        start: start,
        sizes: sizes.converted(to: .int32),
        isShared: isShared.converted(to: .int32),
        stepCount: steps,
        halvingCount: Self.halvingCount
      )
    }
    let halves = rule == .twoStep ? sizes * 0.5 : sizes
    let first = sum(
      images,
      weights: isCounted(images, below: halves).broadcast(to: weightShape(images))
    )
    let mean = first / exampleCounts.reshaped(to: [1, 1, -1, 1])
    let beginning = pooledMean(mean + start.insertingAxis(at: 2)).normalized()
    switch rule {
    case .averaging:
      return beginning
    case .twoStep:
      return secondStep(
        images,
        beginning,
        counted: isCounted(images, below: sizes) - isCounted(images, below: halves)
      )
    case .thresholded(let steps), .likelihood(let steps):
      return scan(over: [], initial: [beginning], length: steps - 1) { carry, _ in
        ([step(images, carry[0])], [])
      }.carry[0]
    }
  }

  /// The logarithm of the images' likelihood up to a constant, `[S, J]`.
  func logLikelihood(_ images: Tensor, _ filters: Tensor) -> Tensor {
    let evidence = projections(images, filters) / sigma.squared()
    return
      (evidence.logarithmOfSumOfExponentials(alongAxis: 1)
      * isCounted(images, below: sizes).reshaped(to: [1, sizes.shape[0], images.shape[2]]))
      .sum(axes: [2])
  }

  private func step(_ images: Tensor, _ filters: Tensor) -> Tensor {
    let projections = projections(images, filters)
    let counted = isCounted(images, below: sizes)
    if case .likelihood = rule {
      let shares = (projections / sigma.squared()).softmax(alongAxis: 1)
      return pooledMean(sum(images, weights: shares * counted)).normalized()
    }
    // What does not count is smaller than anything.
    let sizes = projections.absoluteValue() * counted + (counted - 1)
    return pooledMean(sum(images, weights: largest(sizes))).normalized()
  }

  /// 1 where a projection is among the largest of its filter's, else 0.
  ///
  /// There are as many as lie above the (1 - 1/K)-quantile. It is found by bisection: counts run on all lanes of the
  /// processor, an ordering on one.
  private func largest(_ magnitudes: Tensor) -> Tensor {
    let patches = Double(magnitudes.shape[1])
    let alone = ((exampleCounts - 1) / patches).applying(.ceiling)
    let together = ((exampleCounts * patches - 1) / patches).applying(.ceiling)
    let limit = Tensor.select(isShared, together, otherwise: alone).reshaped(to: [1, 1, -1, 1])
    let top = pooled(magnitudes.maximum(axes: [3], keepingAxes: true)) {
      $0.maximum(axes: [1], keepingAxes: true)
    }
    let (bounds, _) = scan(
      over: [],
      initial: [Tensor.zeros(top.type), top],
      length: Self.halvingCount
    ) {
      carry,
      _ in
      let middle = (carry[0] + carry[1]) * 0.5
      // Whole numbers may be added in any order, so that the processor adds several at once.
      let count = (magnitudes .> middle).converted(to: .int32).sum(axes: [3], keepingAxes: true)
        .converted(to: middle.elementType)
      let isLow = pooled(count) { $0.sum(axes: [1], keepingAxes: true) } .> limit
      return (
        [
          Tensor.select(isLow, middle, otherwise: carry[0]),
          Tensor.select(isLow, carry[1], otherwise: middle),
        ], []
      )
    }
    return (magnitudes .> bounds[1]).converted(to: magnitudes.elementType)
  }

  /// The second of the paper's steps: images whose projection is beyond the first bias pull at the filter.
  ///
  /// The loss is -y f, whose gradient the others have where f is small.
  private func secondStep(_ images: Tensor, _ filters: Tensor, counted: Tensor) -> Tensor {
    let (patches, dimension) = (Double(images.shape[1]), Double(images.shape[3]))
    let isBeyond =
      projections(images, filters).absoluteValue()
      .> Tensor(PaperConstants.firstBias(patches, dimension), images.elementType)
    let gradient =
      sum(images, weights: isBeyond.converted(to: images.elementType) * counted)
      / (sizes * 0.5).reshaped(to: [1, 1, -1, 1])
    return (filters + pooledSum(gradient) * (PaperConstants.secondRate * patches)).normalized()
  }

  /// How many images count, with their copies.
  private var exampleCounts: Tensor { sizes * Double(copyCount) }

  /// ⟨w, x⟩, `[S, K, J, N]`.
  private func projections(_ images: Tensor, _ filters: Tensor) -> Tensor {
    filters.dot(images, summing: 3, with: 3, batchAxisCount: 2)
  }

  /// The weighted sums of images, `[S, K, J, D]`, for weights `[S, K, J, N]`.
  private func sum(_ images: Tensor, weights: Tensor) -> Tensor {
    weights.dot(images, summing: 3, with: 2, batchAxisCount: 2)
  }

  /// 1 for the images that count, `[1, 1, J, N]`.
  private func isCounted(_ images: Tensor, below sizes: Tensor) -> Tensor {
    let type = TensorType(images.elementType, [1, 1, 1, images.shape[2]])
    let own = Double(images.shape[2] / copyCount)
    return
      (Tensor.indices(type, alongAxis: 3) % Tensor(own, images.elementType)
      .< sizes.reshaped(to: [1, 1, -1, 1]))
      .converted(to: images.elementType)
  }

  private func weightShape(_ images: Tensor) -> Shape {
    [images.shape[0], images.shape[1], sizes.shape[0], images.shape[2]]
  }

  private func pooledSum(_ tensor: Tensor) -> Tensor {
    pooled(tensor) { $0.sum(axes: [1], keepingAxes: true) }
  }

  private func pooledMean(_ tensor: Tensor) -> Tensor {
    pooled(tensor) { $0.mean(axes: [1], keepingAxes: true) }
  }

  /// What is put together over the patches where one filter serves them all.
  private func pooled(_ tensor: Tensor, _ together: (Tensor) -> Tensor) -> Tensor {
    Tensor.select(isShared, together(tensor).broadcast(to: tensor.shape), otherwise: tensor)
  }
}

/// The constants of the paper's two steps.
enum PaperConstants {
  /// The rate of the second step, times K.
  static let secondRate = 1000.0
  /// The network's bias in the end.
  static let finalBias = 1e-4

  /// The bias behind the first step.
  static func firstBias(_ patches: Double, _ dimension: Double) -> Double {
    let size = patches * dimension
    return ((patches + dimension) * log(size) / size).squareRoot() / 32
  }

  /// The scale of the first weights.
  static func initialScale(_ law: SignalLaw) -> Double {
    let (patches, dimension) = (Double(law.patchCount), Double(law.dimension))
    return 1 / (100 * patches * patches * dimension * dimension)
  }
}

extension Tensor {
  /// The vectors along the last axis, made as long as 1.
  func normalized() -> Tensor {
    let norm = squared().sum(axes: [-1], keepingAxes: true).squareRoot()
    return self / norm.maximum(Tensor(1e-30, elementType))
  }
}
