/// The sizes of an ascent of local filters, each drawn to the images that it sees best.
public struct ThresholdedAscentShape: Hashable, Sendable {
  /// Independent sets of images.
  public var seedCount: Int
  /// Patches of an image, each with a filter.
  public var patchCount: Int
  /// How many sample sizes are learned from, each the first so many images.
  public var sizeCount: Int
  /// Images of a set.
  public var imageCount: Int
  /// Numbers in a patch.
  public var dimension: Int
  /// Steps, the mean with which it begins among them.
  public var stepCount: Int
  /// How often the interval of a threshold is halved, twice in each pass over the projections.
  public var halvingCount: Int

  /// Describes an ascent.
  public init(
    seedCount: Int,
    patchCount: Int,
    sizeCount: Int,
    imageCount: Int,
    dimension: Int,
    stepCount: Int,
    halvingCount: Int
  ) {
    self.seedCount = seedCount
    self.patchCount = patchCount
    self.sizeCount = sizeCount
    self.imageCount = imageCount
    self.dimension = dimension
    self.stepCount = stepCount
    self.halvingCount = halvingCount
  }

  /// The elements of the images.
  public var imageElementCount: Int { seedCount * patchCount * imageCount * dimension }
  /// The elements of what is added to the mean.
  public var startCount: Int { seedCount * patchCount * dimension }
  /// The elements of the filters.
  public var filterCount: Int { startCount * sizeCount }
}
