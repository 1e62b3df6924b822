/// A law of images: one patch carries the label's signal, all of them carry noise.
///
/// An image has K patches of D numbers. Its label y is -1 or 1; one patch is `y w + σz` and the others are `σz`, with
/// standard normal z and an unknown direction w. Source: Lahoti et al. 2024, "Role of Locality and Weight Sharing in
/// Image-Based Tasks", arXiv 2403.15707: DSD where the patch is drawn anew for each image, SSD where it is fixed.
package struct SignalLaw: Hashable, Sendable {
  /// K.
  package var patchCount: Int
  /// D.
  package var dimension: Int
  /// The standard deviation of the noise.
  package var sigma: Double
  /// The patch that always carries the signal; nil where it is drawn for each image.
  package var fixedPatch: Int?
  /// How many orthogonal signals there are, one of them in each image.
  package var signalCount = 1

  package init(patchCount: Int, dimension: Int, sigma: Double, fixedPatch: Int? = nil) {
    self.patchCount = patchCount
    self.dimension = dimension
    self.sigma = sigma
    self.fixedPatch = fixedPatch
  }

  /// How many numbers an image has.
  var imageSize: Int { patchCount * dimension }
}
