import Arrays
import KernelInterface
import StableHLO
import Tensors

// S seeds, J sample sizes, K patches, N images, D numbers in a patch

extension KernelLibrary {
  /// The ascent of local filters: from the mean of the images, each step goes to the direction of the sum of those whose
  /// projection is among the largest, one of K.
  ///
  /// It has no gradient.
  ///
  /// - Parameters:
  ///   - images: `[S, K, N, D]`.
  ///   - start: What is added to the mean in the first step, `[S, K, D]`.
  ///   - sizes: `[J]`, `int32`: learned is from the first so many images.
  ///   - isShared: Whether one filter serves all patches, an `int32` scalar, 0 or 1.
  ///   - stepCount: Steps, the mean among them.
  ///   - halvingCount: How often the interval of a threshold is halved.
  /// - Returns: Filters of length 1, `[S, K, J, D]`.
  public func thresholdedAscent(
    _ images: Tensor,
    start: Tensor,
    sizes: Tensor,
    isShared: Tensor,
    stepCount: Int,
    halvingCount: Int
  ) -> Tensor {
    let shape = ThresholdedAscentShape(
      seedCount: images.shape[0],
      patchCount: images.shape[1],
      sizeCount: sizes.shape[0],
      imageCount: images.shape[2],
      dimension: images.shape[3],
      stepCount: stepCount,
      halvingCount: halvingCount
    )
    let attributes = [
      "seeds": shape.seedCount, "patches": shape.patchCount, "sizes": shape.sizeCount,
      "images": shape.imageCount, "dimension": shape.dimension, "steps": shape.stepCount,
      "halvings": shape.halvingCount, "workers": workerCount,
    ]
    let target = CustomCallTarget(
      name: name(of: "thresholded_ascent"),
      attributes: attributes.mapValues(Self.attribute),
      resultTypes: [
        TensorType(
          images.elementType,
          [shape.seedCount, shape.patchCount, shape.sizeCount, shape.dimension]
        ),
        scratch(kernels.thresholdedAscentScratch(shape, workerCount)),
      ]
    )
    return Tensor.customCall(target, [images, start, sizes, isShared])[0]
  }
}
