import Arrays
import LanguageModels
import Recipes
import Tensors

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Adam with decoupled weight decay.
///
/// Source: Loshchilov and Hutter 2019, algorithm 2, with the decay scaled by the learning rate as in
/// PyTorch. The step count for the bias correction is kept for each layer.
public struct AdamW: Hashable, Sendable {
  /// The recipe's `training.optimizer`.
  public let settings: Recipe.Optimizer

  /// Makes the optimizer.
  public init(_ settings: Recipe.Optimizer) {
    self.settings = settings
  }

  /// The state after one update.
  ///
  /// - Parameters:
  ///   - state: The state before.
  ///   - gradients: One a parameter, already clipped.
  ///   - learningRate: A scalar.
  ///   - layerRates: `[layers]`: the rates of parameters with a layer axis; nil for the same everywhere.
  ///   - specifications: What the parameters are, in their order.
  /// - Returns: The new state.
  public func updated<Parameters: TensorStructure>(
    _ state: TrainingState<Parameters>,
    gradients: Parameters,
    learningRate: Tensor,
    layerRates: Tensor? = nil,
    specifications: [ParameterSpecification]
  ) -> TrainingState<Parameters> {
    var next = state
    next.layerSteps = state.layerSteps + 1
    next.sharedSteps = state.sharedSteps + 1
    next.gateSteps = state.gateSteps.map { $0 + 1 }
    let layered = BiasCorrection(settings, steps: next.layerSteps.converted(to: .float32))
    let corrections = (
      layered: layered,
      shared: BiasCorrection(settings, steps: next.sharedSteps.converted(to: .float32)),
      gates: next.gateSteps.map { BiasCorrection(settings, steps: $0.converted(to: .float32)) }
        ?? layered
    )
    var (parameters, first, second): ([Tensor], [Tensor], [Tensor]) = ([], [], [])
    let all = zip(
      zip(state.parameters.tensors, gradients.tensors),
      zip(state.firstMoment.tensors, state.secondMoment.tensors)
    )
    for (specification, ((parameter, gradient), (mean, square))) in zip(specifications, all) {
      let correction =
        specification.isGates
        ? corrections.gates : specification.isLayered ? corrections.layered : corrections.shared
      let (newMean, newSquare) = moments(mean: mean, square: square, gradient: gradient)
      let step = correction.step(mean: newMean, square: newSquare, epsilon: settings.epsilon)
      let rate =
        specification.isLayered
        ? layerRates.map { spread($0, like: parameter) } ?? learningRate : learningRate
      let decayed =
        specification.decays && settings.weightDecay > 0
        ? parameter * (1 - rate * settings.weightDecay) : parameter
      parameters.append(decayed - rate * step)
      first.append(newMean)
      second.append(newSquare)
    }
    next.parameters = state.parameters.replacingTensors(with: parameters)
    next.firstMoment = state.firstMoment.replacingTensors(with: first)
    next.secondMoment = state.secondMoment.replacingTensors(with: second)
    return next
  }

  /// One tensor after one update without weight decay.
  ///
  /// - Parameters:
  ///   - slot: The tensor before, with its moments.
  ///   - gradient: Its gradient.
  ///   - learningRate: A scalar.
  /// - Returns: The tensor after it.
  func updated(_ slot: Slot, gradient: Tensor, learningRate: Tensor) -> Slot {
    var next = slot
    next.steps = slot.steps + 1
    (next.mean, next.square) = moments(mean: slot.mean, square: slot.square, gradient: gradient)
    let correction = BiasCorrection(
      settings,
      steps: next.steps.converted(to: slot.value.elementType)
    )
    let step = correction.step(mean: next.mean, square: next.square, epsilon: settings.epsilon)
    next.value = slot.value - learningRate * step
    return next
  }

  /// A tensor by itself with what the optimizer knows of it.
  struct Slot: TensorStructure {
    var value: Tensor
    /// Running mean of the gradient.
    var mean: Tensor
    /// Running mean of the squared gradient.
    var square: Tensor
    /// The number of updates, an `int32` scalar.
    var steps: Tensor

    mutating func forEachTensor(_ body: (String, inout Tensor) throws -> Void) rethrows {
      try body("value", &value)
      try body("mean", &mean)
      try body("square", &square)
      try body("steps", &steps)
    }
  }

  private func moments(
    mean: Tensor,
    square: Tensor,
    gradient: Tensor
  ) -> (mean: Tensor, square: Tensor) {
    (
      mean * settings.beta1 + gradient * (1 - settings.beta1),
      square * settings.beta2 + gradient * gradient * (1 - settings.beta2)
    )
  }
}

/// What undoes the moments' bias towards their start at zero.
private struct BiasCorrection {
  /// `1 - β₁ᵗ` and `√(1 - β₂ᵗ)`, one a layer or one for all.
  private let mean: Tensor
  private let rootSquare: Tensor

  init(_ settings: Recipe.Optimizer, steps: Tensor) {
    mean = Self.oneMinusPower(settings.beta1, steps)
    rootSquare = Self.oneMinusPower(settings.beta2, steps).squareRoot()
  }

  /// `1 - βᵗ` as `-(exp(t log β) - 1)`.
  ///
  /// Taken literally, the first step would lose what β's rounding is beside `1 - β`: 3·10⁻⁵ of it for
  /// β = 0.999 in single precision.
  private static func oneMinusPower(_ beta: Double, _ steps: Tensor) -> Tensor {
    -(steps * log(beta)).exponentialMinusOne()
  }

  func step(mean: Tensor, square: Tensor, epsilon: Double) -> Tensor {
    let meanCorrection = spread(self.mean, like: mean)
    let rootCorrection = spread(rootSquare, like: mean)
    return (mean / meanCorrection) / (square.squareRoot() / rootCorrection + epsilon)
  }
}

/// A number for each layer, repeated over that layer's elements; or one number for all.
private func spread(_ numbers: Tensor, like tensor: Tensor) -> Tensor {
  numbers.rank == 0 ? numbers : numbers.broadcast(to: tensor.shape, axes: [0])
}
