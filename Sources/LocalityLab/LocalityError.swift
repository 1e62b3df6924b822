/// What can be wrong with the laboratory's input.
package enum LocalityError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A size of an experiment does not make sense.
  case sizeOutOfRange(name: String, found: String, rule: String)
  /// No rule errs so seldom.
  case targetBelowBest(target: Double, best: Double, patchCount: Int, sigma: Double)
  /// The images of one program do not fit.
  case tooLarge(patchCount: Int, dimension: Int, needed: UInt64, present: UInt64)
  /// Images have more numbers than can be turned.
  case imageTooLarge(path: String, found: Int, limit: Int)
  /// Patches of the side that was asked for do not cover images, or are no less than one.
  case otherPatch(found: Int, height: Int, width: Int, sides: [Int])
  /// No patches but single pixels cover images.
  case noPatch(path: String, height: Int, width: Int)

  /// One sentence: where, what was needed, what came, what to do.
  package var description: String {
    switch self {
    case .sizeOutOfRange(let name, let found, let rule):
      return "\(name): needs \(rule); got \(found)"
    case .targetBelowBest(let target, let best, let patchCount, let sigma):
      let (gap, least) = (Self.digits(best - target), Self.digits(best))
      return
        "target: \(Self.digits(target)) is \(gap) below the error of the best rule, \(least), with "
        + "\(patchCount) patches in noise of \(Self.digits(sigma)); take a larger target or less noise"
    case .tooLarge(let patchCount, let dimension, let needed, let present):
      return
        "patches, dimensions: \(patchCount) patches of \(dimension) numbers need \(Self.gibibytes(needed)) "
        + "of memory, and the machine has \(Self.gibibytes(present)); take fewer or smaller patches, or fewer seeds"
    case .imageTooLarge(let path, let found, let limit):
      return
        "\(path): needs images of at most \(limit) numbers; has \(found); make the images smaller first"
    case .otherPatch(let found, let height, let width, let sides):
      return
        "--patch: needs the side of a square that covers \(height) x \(width) pixels without rest, "
        + "\(sides.map(String.init).joined(separator: ", ")); got \(found)"
    case .noPatch(let path, let height, let width):
      return
        "\(path): no squares of more than a pixel cover \(height) x \(width) pixels without rest; "
        + "crop the images first"
    }
  }

  private static func digits(_ number: Double) -> String {
    String((number * 1e4).rounded() / 1e4)
  }

  private static func gibibytes(_ bytes: UInt64) -> String {
    "\((Double(bytes) / Double(1 << 30) * 10).rounded() / 10) GiB"
  }
}
