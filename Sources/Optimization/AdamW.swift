import Tensors

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Adam; with the decay that ``Optimizer`` adds, AdamW.
///
/// Source: Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2, with the decay scaled
/// by the learning rate as in PyTorch. Updates are counted for the bias correction, for each layer by itself:
/// growth can add one whose moments start at zero.
public struct AdamW: SteppingRule {
  /// How much of the running mean of gradients each step keeps.
  public let beta1: Double
  /// How much of the running mean of squared gradients each step keeps.
  public let beta2: Double
  /// The number added to the root of the second mean.
  public let epsilon: Double

  /// Makes the rule.
  public init(beta1: Double = 0.9, beta2: Double = 0.95, epsilon: Double = 1e-8) {
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
  }

  /// The running means of gradients and of their squares.
  public var memories: [Memory] {
    [Memory("firstMoment", .gradient), Memory("secondMoment", .squaredGradient)]
  }

  /// The moments are corrected by the number of updates that they have seen.
  public var countsUpdates: Bool { true }

  /// What undoes the moments' bias towards their start at zero: `1 - β₁ᵗ` and `√(1 - β₂ᵗ)`.
  public func factors(updates: Tensor) -> [Tensor] {
    [
      Self.oneMinusPower(beta1, updates), Self.oneMinusPower(beta2, updates).squareRoot(),
    ]
  }

  /// The corrected mean over the corrected root mean square.
  public func step(
    _ gradient: Tensor,
    memory: [Tensor],
    factors: [Tensor],
    of parameter: OptimizedParameter
  ) -> (step: Tensor, memory: [Tensor]) {
    let mean = memory[0] * beta1 + gradient * (1 - beta1)
    let square = memory[1] * beta2 + gradient * gradient * (1 - beta2)
    let meanCorrection = spread(factors[0], like: mean)
    let rootCorrection = spread(factors[1], like: mean)
    let step = (mean / meanCorrection) / (square.squareRoot() / rootCorrection + epsilon)
    return (step, [mean, square])
  }

  /// `1 - βᵗ` as `-(exp(t log β) - 1)`.
  ///
  /// Taken literally, the first step would lose what β's rounding is beside `1 - β`: 3·10⁻⁵ of it for
  /// β = 0.999 in single precision.
  private static func oneMinusPower(_ beta: Double, _ steps: Tensor) -> Tensor {
    -(steps * log(beta)).exponentialMinusOne()
  }
}
