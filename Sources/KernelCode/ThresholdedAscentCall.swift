import Arrays
import KernelInterface
import PJRT

/// The custom call `thresholded_ascent`: images, what is added to their mean, sample sizes and whether one filter serves all
/// patches to filters and scratch memory.
///
/// Attributes, all int32: `seeds`, `patches`, `sizes`, `images`, `dimension`, `steps`, `halvings` and `workers`.
let thresholdedAscentCall = CustomCall(
  name: "espalier.\(kernelSetName).thresholded_ascent"
) { frame in
  CustomCallFrame.handle(frame) { call in
    guard let shape = call.thresholdedAscentShape, let workers = call.workers,
      let images = call.reals(ofInput: 0, count: shape.imageElementCount),
      let start = call.reals(ofInput: 1, count: shape.startCount),
      let sizes = call.integers(ofInput: 2, count: shape.sizeCount),
      let isShared = call.integers(ofInput: 3, count: 1)
    else {
      return .failure("thresholded_ascent: operands or attributes are missing or do not fit")
    }
    guard let filters = call.reals(ofOutput: 0, count: shape.filterCount),
      let scratch = call.scratch(
        ofOutput: 1,
        atLeast: workers.count * ThresholdedAscent.Plan(shape).count
      )
    else { return .failure("thresholded_ascent: sizes do not fit: \(shape)") }
    ThresholdedAscent(
      shape: shape,
      images: images,
      start: start,
      sizes: sizes,
      isShared: isShared[0] != 0,
      filters: filters
    ).run(scratch: scratch, workers: workers)
    return .success
  }
}

extension CustomCallFrame {
  /// The sizes that the attributes state; nil if some are missing or impossible.
  fileprivate var thresholdedAscentShape: ThresholdedAscentShape? {
    guard let seeds = size("seeds"), let patches = size("patches"), let sizes = size("sizes"),
      let images = size("images"), let dimension = size("dimension"), let steps = size("steps"),
      let halvings = size("halvings"), seeds > 0, patches > 0, sizes > 0, images > 0,
      dimension > 0, (1...10_000).contains(steps), (1...64).contains(halvings)
    else { return nil }
    return ThresholdedAscentShape(
      seedCount: seeds,
      patchCount: patches,
      sizeCount: sizes,
      imageCount: images,
      dimension: dimension,
      stepCount: steps,
      halvingCount: halvings
    )
  }
}
