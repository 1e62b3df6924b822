import Arrays
import KernelInterface
import Kernels
import StableHLO
import Tensors
import Testing

/// The ascent of filters against one that ranks all images in each step.
@Suite(.needsKernels) struct ThresholdedAscentTests {
  /// Learns from the first so many images for each size; a size that is impossible counts as the nearest one.
  static func ascent(
    _ shape: ThresholdedAscentShape,
    sizes: [Int],
    isShared: Bool,
    _ draw: inout Draw
  ) -> KernelCase {
    let (seeds, patches, dimension) = (shape.seedCount, shape.patchCount, shape.dimension)
    let inputs = [
      draw.normals([seeds, patches, shape.imageCount, dimension]),
      draw.normals([seeds, patches, dimension]),
      HostArray(sizes.map(Int32.init)), HostArray(scalar: Int32(isShared ? 1 : 0)),
    ]
    return KernelCase(name: "\(shape) of \(sizes), shared: \(isShared)", inputs: inputs) {
      library,
      inputs in
      guard let library else { return [[twin(shape, sizes, isShared, inputs)]] }
      let filters = library.thresholdedAscent(
        inputs[0],
        start: inputs[1],
        sizes: inputs[2],
        isShared: inputs[3],
        stepCount: shape.stepCount,
        halvingCount: shape.halvingCount
      )
      return [[filters]]
    }
  }

  private static func twin(
    _ shape: ThresholdedAscentShape,
    _ sizes: [Int],
    _ isShared: Bool,
    _ inputs: [Tensor]
  ) -> Tensor {
    let patches = shape.patchCount
    let filters = sizes.map { size -> Tensor in
      let count = min(max(size, 0), shape.imageCount)
      let images = inputs[0].sliced(0..<count, alongAxis: 2)
      // A filter for each patch, or one for the images of all patches: `[S, G, n, D]`.
      let groups =
        isShared
        ? images.reshaped(to: [shape.seedCount, 1, patches * count, shape.dimension]) : images
      let start = isShared ? inputs[1].sum(axes: [1], keepingAxes: true) : inputs[1]
      var filter = unit(groups.sum(axes: [2]) * (1 / Double(count)) + start)
      for _ in 1..<shape.stepCount {
        let sizes = (groups * filter.insertingAxis(at: 2)).sum(axes: [3]).absoluteValue()
        let isSmaller = sizes.insertingAxis(at: 3) .< sizes.insertingAxis(at: 2)
        let rank = isSmaller.converted(to: sizes.elementType).sum(axes: [3])
        let most = ((groups.shape[2] - 1) + patches - 1) / patches
        let isLarge = (rank .< Tensor(Double(most), rank.elementType))
          .converted(to: sizes.elementType)
        filter = unit((groups * isLarge.insertingAxis(at: 3)).sum(axes: [2]))
      }
      return filter.broadcast(to: [shape.seedCount, patches, shape.dimension])
    }
    return Tensor.stack(filters).transposed([1, 2, 0, 3])
  }

  private static func unit(_ vectors: Tensor) -> Tensor {
    vectors / vectors.squared().sum(axes: [-1], keepingAxes: true).squareRoot()
  }

  @Test func filtersAreTheTwins() throws {
    var draw = Draw("ascent of filters")
    let cases = [1, 3, 16, 21, 64].flatMap { dimension in
      [false, true].map { isShared in
        let images = draw.integer(5...60)
        let shape = ThresholdedAscentShape(
          seedCount: draw.integer(1...3),
          patchCount: draw.integer(1...4),
          sizeCount: 3,
          imageCount: images,
          dimension: dimension,
          stepCount: draw.integer(1...4),
          halvingCount: 24
        )
        let sizes = [2, draw.integer(3...images), images + 1]
        return Self.ascent(shape, sizes: sizes, isShared: isShared, &draw)
      }
    }
    try check("thresholded_ascent", cases)
  }
}
