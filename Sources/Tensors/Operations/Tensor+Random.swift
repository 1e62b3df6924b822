import Arrays
import StableHLO

// Random numbers are a function of a key and a position, as in Randomness: the element at row-major
// position i is what `RandomStream` gives at i, so host and device draw from one stream.

extension Tensor {
  /// 64 random bits an element, the words of a `RandomStream`.
  ///
  /// - Parameters:
  ///   - key: The stream's key, `uint32[2]`.
  ///   - shape: The extents; at most 2³² elements.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: `uint64`, equal bit for bit to `RandomStream.word(at:)` at row-major positions.
  public static func randomBits(
    key: Tensor,
    shape: Shape,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    let (low, high) = randomWords(key: key, shape: shape, site: site)
    let shift = Tensor(repeating: 32, type: TensorType(.uint64, shape), site: site)
    return low.converted(to: .uint64) .| high.converted(to: .uint64).shiftedLeft(by: shift)
  }

  /// Random numbers in `0..<1`, all equally likely.
  ///
  /// - Parameters:
  ///   - key: The stream's key, `uint32[2]`.
  ///   - type: A floating-point type and the extents; at most 2³² elements.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: In `float64` multiples of 2⁻⁵³, equal to `RandomStream.uniform(at:)`; in shorter types
  ///   the same numbers rounded down, to multiples of 2⁻²⁴ in `float32` and of 2⁻⁸ in `bfloat16`.
  public static func randomUniform(
    key: Tensor,
    type: TensorType,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    func scaled(_ bits: Tensor, digits: Int) -> Tensor {
      // As many bits as the type has digits, so that neither the conversion nor the product rounds.
      let places = bits.elementType.byteCount * 8 - digits
      let kept = bits.shiftedRight(
        by: Tensor(repeating: Double(places), type: bits.type, site: site)
      )
      let unit = Double(sign: .plus, exponent: -digits, significand: 1)
      return kept.converted(to: type.elementType)
        * Tensor(repeating: unit, type: type, site: site)
    }
    switch type.elementType {
    case .float64:
      return scaled(
        randomBits(key: key, shape: type.shape, fileID: fileID, line: line),
        digits: 53
      )
    case .float32:
      return scaled(randomWords(key: key, shape: type.shape, site: site).high, digits: 24)
    case .bfloat16:
      return scaled(randomWords(key: key, shape: type.shape, site: site).high, digits: 8)
    default:
      return .mistaken("randomUniform", "needs a floating-point type, not \(type)", [], site: site)
    }
  }

  /// Random numbers of the standard normal distribution, by the Box-Muller transform.
  ///
  /// - Parameters:
  ///   - key: The stream's key, `uint32[2]`.
  ///   - type: A floating-point type and the extents; at most 2³² elements.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: What `RandomStream.normal(at:)` gives at row-major positions, up to rounding in the type;
  ///   `bfloat16` numbers are computed in `float32`.
  public static func randomNormal(
    key: Tensor,
    type: TensorType,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    guard type.elementType.isFloatingPoint else {
      return .mistaken("randomNormal", "needs a floating-point type, not \(type)", [], site: site)
    }
    // Even positions take the cosine, odd ones the sine.
    let computed: ElementType = type.elementType == .float64 ? .float64 : .float32
    let count = type.shape.elementCount
    let (cosines, sines) = normalPairs(
      key: key,
      type: TensorType(computed, [(count + 1) / 2]),
      site: site
    )
    let pairs = concatenate([cosines, sines].map { $0.insertingAxis(at: 1) }, alongAxis: 1)
    return pairs.reshaped(to: [-1])
      .sliced(0..<count, alongAxis: 0)
      .reshaped(to: type.shape.dimensions)
      .converted(to: type.elementType)
  }

  /// Two tensors of independent standard normal numbers, cheaper than one of twice the size.
  ///
  /// - Parameters:
  ///   - key: The stream's key, `uint32[2]`.
  ///   - type: `float32` or `float64` and the extents of each; at most 2³² elements.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: At the row-major position i what `RandomStream.normal(at:)` gives at 2i and at 2i + 1, up to
  ///   rounding in the type.
  public static func randomNormalPairs(
    key: Tensor,
    type: TensorType,
    fileID: String = #fileID,
    line: Int = #line
  ) -> (Tensor, Tensor) {
    let site = SourceSite(fileID: fileID, line: line)
    guard [.float32, .float64].contains(type.elementType) else {
      let mistake = mistaken(
        "randomNormalPairs",
        "needs float32 or float64, not \(type)",
        [],
        site: site
      )
      return (mistake, mistake)
    }
    return normalPairs(key: key, type: type, site: site)
  }

  /// Box and Muller's two numbers from each pair of words.
  private static func normalPairs(
    key: Tensor,
    type: TensorType,
    site: SourceSite
  ) -> (Tensor, Tensor) {
    let (low, high) = randomWords(key: key, shape: type.shape, site: site)
    let radius = (((low.converted(to: type.elementType) + 1) * 0x1p-32).logarithm() * -2)
      .squareRoot()
    let place = (high.converted(to: type.elementType) * 0x1p-32).circlePoint()
    return (radius * place.cosine, radius * place.sine)
  }

  /// The two words of Threefry-2x32 at each row-major position; see `Threefry` in Randomness.
  ///
  /// - Parameters:
  ///   - key: The stream's key, `uint32[2]`.
  ///   - shape: The extents.
  ///   - site: The user's line.
  /// - Returns: Two `uint32` tensors.
  private static func randomWords(
    key: Tensor,
    shape: Shape,
    site: SourceSite
  ) -> (low: Tensor, high: Tensor) {
    let type = TensorType(.uint32, shape)
    guard key.type == TensorType(.uint32, [2]), shape.elementCount <= 1 << 32 else {
      let rule = "needs a key uint32[2] and at most 2³² elements, not \(shape)"
      let mistake = mistaken("random", rule, [key], site: site)
      return (mistake, mistake)
    }
    func constant(_ value: Int) -> Tensor {
      Tensor(repeating: Double(value), type: type, site: site)
    }
    let words = (0..<2).map { word in
      key.slice(from: [word], to: [word + 1], strides: [1])
        .reshaped(to: []).stretched(to: shape, site: site)
    }
    let schedule = words + [constant(0x1BD1_1BDA) .^ words[0] .^ words[1]]
    let position = apply(
      .iota(TensorType(.uint32, [shape.elementCount]), axis: 0),
      site: site
    ).reshaped(to: shape.dimensions)
    var x0 = position + schedule[0]
    var x1 = schedule[1]
    for group in 0..<5 {
      for rotation in rotations[group % 2] {
        x0 = x0 + x1
        let rotated =
          x1.shiftedLeft(by: constant(rotation)) .| x1.shiftedRight(by: constant(32 - rotation))
        x1 = rotated .^ x0
      }
      x0 = x0 + schedule[(group + 1) % 3]
      x1 = x1 + schedule[(group + 2) % 3] + constant(group + 1)
    }
    return (x0, x1)
  }

  private static let rotations = [[13, 15, 26, 6], [17, 29, 16, 24]]
}
