import KernelInterface

// S seeds, J sample sizes, K patches, N images, D numbers in a patch

/// Local filters that climb: each is the direction of the sum of those images whose projection on it is among the largest.
///
/// One filter's whole ascent is one piece of work, so that its images stay in a core's cache from step to step; and only the
/// images that count are added up, one of K. Source: the thresholded correlation ascent of the laboratory of locality, whose
/// twin in plain StableHLO is `FilterSteps`.
struct ThresholdedAscent {
  let shape: ThresholdedAscentShape
  /// `[S, K, N, D]`.
  let images: ConstRealPointer
  /// What is added to the mean in the first step, `[S, K, D]`.
  let start: ConstRealPointer
  /// `[J]`.
  let sizes: UnsafePointer<Int32>
  /// Whether one filter serves all patches.
  let isShared: Bool
  /// Filters of length 1, `[S, K, J, D]`.
  let filters: RealPointer

  /// Where a worker's parts of the scratch memory begin.
  struct Plan {
    let magnitudes: Int
    let filter: Int
    let count: Int

    init(_ shape: ThresholdedAscentShape) {
      var plan = ScratchPlan()
      magnitudes = plan.reserve(
        (shape.patchCount * shape.imageCount).roundedUp(toMultipleOf: laneCount)
      )
      filter = plan.reserve(shape.dimension)
      count = plan.count
    }
  }

  func run(scratch: RealPointer, workers: Workers) {
    let plan = Plan(shape)
    let groups = isShared ? 1 : shape.patchCount
    let ascents = shape.seedCount * groups
    // The most images first, so that workers end together.
    workers.forEach(ascents * shape.sizeCount) { piece, worker in
      let (size, ascent) = piece.quotientAndRemainder(dividingBy: ascents)
      let (seed, group) = ascent.quotientAndRemainder(dividingBy: groups)
      Ascent(
        self,
        plan,
        scratch + worker * plan.count,
        seed: seed,
        patches: isShared ? 0..<shape.patchCount : group..<group + 1,
        size: shape.sizeCount - 1 - size
      ).run()
    }
  }

  /// One filter's, for one seed and sample size.
  private struct Ascent {
    let ascent: ThresholdedAscent
    let seed: Int
    let patches: Range<Int>
    let size: Int
    /// How many images count.
    let count: Int
    let dimension: Int
    /// The sizes of projections, patch after patch.
    let magnitudes: RealPointer
    let filter: RealPointer

    init(
      _ ascent: ThresholdedAscent,
      _ plan: Plan,
      _ scratch: RealPointer,
      seed: Int,
      patches: Range<Int>,
      size: Int
    ) {
      self.ascent = ascent
      self.seed = seed
      self.patches = patches
      self.size = size
      count = min(max(Int(ascent.sizes[size]), 0), ascent.shape.imageCount)
      dimension = ascent.shape.dimension
      magnitudes = scratch + plan.magnitudes
      filter = scratch + plan.filter
    }

    func run() {
      begin()
      for _ in 1..<max(1, ascent.shape.stepCount) {
        project()
        let threshold = threshold()
        filter.clear(dimension)
        addImages(beyond: threshold)
        normalize()
      }
      for patch in patches {
        let row = (seed * ascent.shape.patchCount + patch) * ascent.shape.sizeCount + size
        (ascent.filters + row * dimension).update(from: filter, count: dimension)
      }
    }

    /// The images of a patch, `[N, D]`.
    private func images(_ patch: Int) -> ConstRealPointer {
      let place = seed * ascent.shape.patchCount + patch
      return ascent.images + place * ascent.shape.imageCount * dimension
    }

    /// Begins with the mean.
    private func begin() {
      filter.clear(dimension)
      for patch in patches { addAll(images(patch)) }
      let scale = 1 / Real(max(1, count))
      for coordinate in 0..<dimension {
        var sum = filter[coordinate] * scale
        for patch in patches {
          let place = seed * ascent.shape.patchCount + patch
          sum += ascent.start[place * dimension + coordinate]
        }
        filter[coordinate] = sum
      }
      normalize()
    }

    /// Adds the images that count, a vector of coordinates after the other, so that sums stay in registers.
    private func addAll(_ images: ConstRealPointer) {
      let whole = dimension / laneCount * laneCount
      for coordinate in stride(from: 0, to: whole, by: laneCount) {
        var (even, odd) = (Vector.zero, Vector.zero)
        var image = 0
        while image + 2 <= count {
          even += (images + image * dimension + coordinate).vector
          odd += (images + (image + 1) * dimension + coordinate).vector
          image += 2
        }
        if image < count { even += (images + image * dimension + coordinate).vector }
        (filter + coordinate).vector += even + odd
      }
      for coordinate in whole..<dimension {
        for image in 0..<count { filter[coordinate] += images[image * dimension + coordinate] }
      }
    }

    @inline(__always)
    private func add(_ image: ConstRealPointer) {
      let whole = dimension / laneCount * laneCount
      for coordinate in stride(from: 0, to: whole, by: laneCount) {
        (filter + coordinate).vector += (image + coordinate).vector
      }
      for coordinate in whole..<dimension { filter[coordinate] += image[coordinate] }
    }

    private func normalize() {
      var sum: Real = 0
      for coordinate in 0..<dimension { sum += filter[coordinate] * filter[coordinate] }
      let scale = 1 / max(sum.squareRoot(), 1e-30)
      for coordinate in 0..<dimension { filter[coordinate] *= scale }
    }

    /// Projects the images on the filter, as many at a time as a vector has lanes.
    private func project() {
      for (index, patch) in patches.enumerated() {
        let (images, target) = (images(patch), magnitudes + index * count)
        var image = 0
        if dimension.isMultiple(of: laneCount) {
          while image + laneCount <= count {
            let sums = projections(images + image * dimension)
            (target + image).vector = sums.replacing(with: -sums, where: sums .< 0)
            image += laneCount
          }
        }
        while image < count {
          target[image] = projection(images + image * dimension).magnitude
          image += 1
        }
      }
      let end = patches.count * count
      for place in end..<end.roundedUp(toMultipleOf: laneCount) { magnitudes[place] = -1 }
    }

    /// The projections of as many images as a vector has lanes.
    @inline(__always)
    private func projections(_ images: ConstRealPointer) -> Vector {
      func four(_ index: Int) -> Vector { partialProjections(images + 4 * index * dimension) }
      if laneCount == 4 { return four(0) }
      let eight = pairSums(four(0), four(1))
      return laneCount == 8 ? eight : pairSums(eight, pairSums(four(2), four(3)))
    }

    /// The projections of four images, each in the sum of a quarter of the lanes.
    @inline(__always)
    private func partialProjections(_ first: ConstRealPointer) -> Vector {
      let filter = ConstRealPointer(filter)
      var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      for coordinate in stride(from: 0, to: dimension, by: laneCount) {
        let part = (filter + coordinate).vector
        let start = first + coordinate
        a = a.addingProduct(part, start.vector)
        b = b.addingProduct(part, (start + dimension).vector)
        c = c.addingProduct(part, (start + 2 * dimension).vector)
        d = d.addingProduct(part, (start + 3 * dimension).vector)
      }
      return pairSums(pairSums(a, b), pairSums(c, d))
    }

    private func projection(_ image: ConstRealPointer) -> Real {
      let whole = dimension / laneCount * laneCount
      let filter = ConstRealPointer(filter)
      var sums = Vector.zero
      for coordinate in stride(from: 0, to: whole, by: laneCount) {
        sums = sums.addingProduct((filter + coordinate).vector, (image + coordinate).vector)
      }
      var sum = sums.sum()
      for coordinate in whole..<dimension { sum += filter[coordinate] * image[coordinate] }
      return sum
    }

    /// What about one projection of K is beyond, by bisection: an ordering would run on one lane of the processor.
    ///
    /// The interval is halved twice in a pass, which counts what is beyond each of its quarters.
    private func threshold() -> Real {
      let total = patches.count * count
      let most = (max(total, 1) - 1 + ascent.shape.patchCount - 1) / ascent.shape.patchCount
      let end = total.roundedUp(toMultipleOf: laneCount)
      var greatest = Vector.zero
      for place in stride(from: 0, to: end, by: laneCount) {
        greatest = greater(greatest, (magnitudes + place).vector)
      }
      var (low, high): (Real, Real) = (0, greatestLane(greatest))
      for _ in 0..<(ascent.shape.halvingCount + 1) / 2 {
        let middle = (low + high) * 0.5
        let (lower, upper) = ((low + middle) * 0.5, (middle + high) * 0.5)
        var counts = (
          Vector.MaskStorage.zero, Vector.MaskStorage.zero, Vector.MaskStorage.zero
        )
        for place in stride(from: 0, to: end, by: laneCount) {
          let magnitudes = (magnitudes + place).vector
          counts.0.replace(with: counts.0 &+ 1, where: magnitudes .> lower)
          counts.1.replace(with: counts.1 &+ 1, where: magnitudes .> middle)
          counts.2.replace(with: counts.2 &+ 1, where: magnitudes .> upper)
        }
        func isLow(_ counts: Vector.MaskStorage) -> Bool { Int(counts.wrappedSum()) > most }
        if isLow(counts.1) {
          (low, high) = isLow(counts.2) ? (upper, high) : (middle, upper)
        } else {
          (low, high) = isLow(counts.0) ? (lower, middle) : (low, lower)
        }
      }
      return high
    }

    private func addImages(beyond threshold: Real) {
      for (index, patch) in patches.enumerated() {
        let images = images(patch)
        let own = magnitudes + index * count
        for image in 0..<count where own[image] > threshold { add(images + image * dimension) }
      }
    }
  }
}
