/// How the wavelengths of a rotary embedding are stretched, so that a model reads longer texts than it was trained on.
public enum RopeScaling: Hashable, Sendable, Codable {
  /// All wavelengths become `factor` times as long.
  ///
  /// Source: Chen et al. 2023, "Extending Context Window of Large Language Models via Position Interpolation".
  case linear(factor: Double)
  /// Long wavelengths become `factor` times as long, short ones stay, and those between change smoothly.
  ///
  /// Wavelengths are compared with the context length before: one is long that fits into it fewer than `lowFrequency`
  /// times, and short that fits more than `highFrequency` times. Source: Meta, Llama 3.1's reference code.
  case llama3(
    factor: Double,
    lowFrequency: Double,
    highFrequency: Double,
    originalContextLength: Int
  )

  /// The angle that a position turns by, stretched.
  ///
  /// - Parameter frequency: The angle before, in radians a position.
  /// - Returns: The angle after.
  func scaled(_ frequency: Double) -> Double {
    switch self {
    case .linear(let factor): return frequency / factor
    case .llama3(let factor, let low, let high, let length):
      let turns = Double(length) * frequency / (2 * .pi)
      let share = min(max((turns - low) / (high - low), 0), 1)
      return share * frequency + (1 - share) * frequency / factor
    }
  }

  /// What cannot be, or nil.
  var problem: String? {
    switch self {
    case .linear(let factor):
      return factor >= 1 && factor.isFinite ? nil : "needs a factor of 1 or more; got \(factor)"
    case .llama3(let factor, let low, let high, let length):
      if !(factor >= 1 && factor.isFinite) { return "needs a factor of 1 or more; got \(factor)" }
      if !(low > 0 && low < high && high.isFinite) {
        return "needs a low frequency factor above 0 and below the high one (\(high)); got \(low)"
      }
      return (1...1 << 24).contains(length)
        ? nil : "needs an original context length from 1 to \(1 << 24); got \(length)"
    }
  }
}

extension RopeScaling: CustomStringConvertible {
  /// The kind and its numbers, such as `linear 4.0`.
  public var description: String {
    switch self {
    case .linear(let factor): "linear \(factor)"
    case .llama3(let factor, let low, let high, let length):
      "llama3 \(factor), \(low) to \(high) of \(length)"
    }
  }
}
