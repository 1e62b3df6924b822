import Arrays
import Optimization
import PJRT
import Randomness
import Tensors

// S seeds, J sample sizes, K patches, N images, D numbers in a patch, C channels

/// Trains any of the three networks by gradient descent on the logistic loss, for many seeds and sample sizes at once.
///
/// Full batches, a fixed number of steps, small normal first weights. The bias stands still at first and never falls
/// below 0. With ``Momentum`` a step is equivariant under rotations; Adam and an L1 penalty are not, and serve as controls.
package struct GradientLearner: Sendable {
  let engine: Engine
  package var architecture: Architecture
  package var law: SignalLaw
  package var elementType = ElementType.float32
  package var rule = Rule.momentum
  package var stepCount = 600
  package var rate = 0.2
  /// Whether the bias is learned; else it stays at ``bias``.
  package var learnsBias = true
  package var bias = 0.0
  /// What the bias's rate is over the filters'.
  package var biasRate = 1.0
  /// The most that the bias may be, in means of the projections' sizes; nil for no limit.
  ///
  /// A bias above all projections silences a network for good.
  package var biasLimit: Double?
  /// What the sum of the weights' sizes is multiplied by in the loss.
  package var sparsity = 0.0
  package var channelCount = 1
  /// Whether each channel's activation passes a second layer that mixes channels before places are added up.
  package var hasSecondLayer = false
  /// Whether patches are overlapping windows.
  package var overlaps = false
  /// An orthogonal matrix, row-major, by which every image as a whole is turned.
  package var rotation: [Double]?
  /// Whether the first weights of a fully connected network are turned with the images.
  package var turnsFirstWeights = false

  package init(engine: Engine, _ architecture: Architecture, _ law: SignalLaw) {
    self.engine = engine
    self.architecture = architecture
    self.law = law
  }

  /// How weights are updated.
  package enum Rule: String, Sendable {
    case momentum
    case adam
  }

  /// What was trained: weights in the programs' own shape.
  package struct Network: Sendable {
    /// The filters, `[S, J, C, units, inputs]`, then the bias, `[S, J]`, then the second layer's, `[S, J, C, C]`.
    var parameters: [HostArray]

    /// The filters' numbers, `[S, J, C, units, inputs]` row-major.
    package var weights: [Double] { parameters[0].numbers }
    /// The biases, `[S, J]` row-major.
    package var biases: [Double] { parameters[1].numbers }
    /// The lengths of the filters.
    var filterNorms: [Double] {
      let size = parameters[0].shape[-1]
      let numbers = weights
      return stride(from: 0, to: numbers.count, by: size).map { first in
        numbers[first..<first + size].reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
    }
  }

  /// The network with given filters, `[S][units][D]`, and one bias.
  func network(_ filters: [[[Double]]], bias: Double) -> Network {
    let shape = [filters.count, 1] + architecture.filterShape(law)
    let numbers = filters.flatMap { $0.prefix(shape[3]).flatMap(\.self) }
    return Network(
      parameters: [
        HostArray(numbers, shape: Shape(shape), as: elementType),
        HostArray(repeating: bias, type: TensorType(elementType, [filters.count, 1])),
      ]
    )
  }

  /// The least error after any of some numbers of steps, `[S][J]`: the choice of an oracle that stops in time.
  ///
  /// - Parameters:
  ///   - seeds: S of them.
  ///   - sizes: J sample sizes.
  ///   - counts: Numbers of steps.
  /// - Returns: An error for each seed and sample size.
  /// - Throws: `PJRTError`.
  package func stoppedErrors(
    seeds: [UInt64],
    sizes: [Int],
    after counts: [Int] = [15, 60, 200, 600]
  ) throws -> [[Double]] {
    let errors = try counts.map { count in
      var learner = self
      learner.stepCount = count
      return try learner.errors(of: learner.train(seeds: seeds, sizes: sizes))
    }
    return seeds.indices.map { seed in
      sizes.indices.map { size in errors.map { $0[seed][size] }.min() ?? .nan }
    }
  }

  /// How many images errors are counted on.
  static let testCount = 8192
  /// The scale of the first weights, over the root of a filter's length.
  private static let initialScale = 1e-2
  /// While the bias stands still; one that rises before the filters have grown silences them for good.
  private static let biasPause = 100

  /// Trains on the first images of each seed.
  ///
  /// - Parameters:
  ///   - seeds: S of them.
  ///   - sizes: J sample sizes.
  /// - Returns: The networks.
  /// - Throws: `PJRTError`.
  package func train(seeds: [UInt64], sizes: [Int]) throws -> Network {
    let (rotation, turnsFirstWeights) = (rotation, turnsFirstWeights)
    let source = source(seeds.count, FilterLearner.capacity(sizes))
    let first = initialParameters(seeds, sizes.count)
    let given = source.parameterTypes.count
    let rotations = rotation.map { [matrix($0)] } ?? []
    let program = try engine.program(
      "locality_descent",
      parameters: source.parameterTypes + first.map(\.type)
        + [TensorType(.int32, [sizes.count]), TensorType(.int32, .scalar)] + rotations.map(\.type)
    ) { inputs in
      var images = source.images(inputs)
      var start = Array(inputs[given..<given + first.count])
      if rotation != nil { images = images.turned(by: inputs[inputs.count - 1]) }
      if rotation != nil, turnsFirstWeights {
        start[0] = start[0].turnedInputs(by: inputs[inputs.count - 1])
      }
      let sizes = inputs[given + first.count].converted(to: elementType)
      return descend(
        start,
        optimizationBarrier([images])[0],
        sizes,
        stepCount: inputs[given + first.count + 1]
      )
    }
    let results = try program(
      source.arguments(seeds: seeds) + first
        + [HostArray(sizes.map(Int32.init)), HostArray(scalar: Int32(stepCount))] + rotations
    )
    return Network(parameters: results)
  }

  /// The share of fresh images that networks get wrong, `[S][J]`; an output of 0 is half an error.
  ///
  /// - Parameter network: What was trained.
  /// - Returns: An error for each seed and sample size.
  /// - Throws: `PJRTError`.
  package func errors(of network: Network) throws -> [[Double]] {
    let rotation = rotation
    let shape = network.parameters[1].shape
    let (seedCount, sizeCount) = (shape[0], shape[1])
    let source = source(1, Self.testCount)
    let given = source.parameterTypes.count
    let rotations = rotation.map { [matrix($0)] } ?? []
    let program = try engine.program(
      "locality_test",
      parameters: source.parameterTypes + network.parameters.map(\.type) + rotations.map(\.type)
    ) { inputs in
      var images = source.images(inputs)
      if rotation != nil { images = images.turned(by: inputs[inputs.count - 1]) }
      // All networks see the same images.
      let parameters = network.parameters.indices.map { place in
        let parameter = inputs[given + place]
        return parameter.reshaped(
          to: [1, seedCount * sizeCount] + Array(parameter.shape.dimensions.dropFirst(2))
        )
      }
      let outputs = output(parameters, images)
      return [((1 - outputs.sign()) * 0.5).mean(axes: [2])]
    }
    let arguments = source.arguments(seeds: [0], use: "test") + network.parameters + rotations
    let errors = try program(arguments)[0].numbers
    return (0..<seedCount).map { Array(errors[$0 * sizeCount..<($0 + 1) * sizeCount]) }
  }

  private func source(_ seedCount: Int, _ count: Int) -> ImageSource {
    ImageSource(
      law: law,
      seedCount: seedCount,
      count: count,
      elementType: elementType,
      overlaps: overlaps
    )
  }

  private func matrix(_ rotation: [Double]) -> HostArray {
    HostArray(rotation, shape: [law.imageSize, law.imageSize], as: elementType)
  }

  func initialParameters(_ seeds: [UInt64], _ sizeCount: Int) -> [HostArray] {
    func parameter(_ name: String, _ shape: [Int], scale: Double) -> HostArray {
      let numbers = seeds.flatMap { seed -> [Double] in
        // Every sample size begins alike.
        let own = law.stream(seed: seed, use: "\(architecture.rawValue) \(name)")
          .normals(count: shape.reduce(1, *)).map { $0 * scale }
        return (0..<sizeCount).flatMap { _ in own }
      }
      return HostArray(numbers, shape: Shape([seeds.count, sizeCount] + shape), as: elementType)
    }
    let shape = architecture.filterShape(law, channels: channelCount)
    let filters = parameter(
      "filters",
      shape,
      scale: Self.initialScale / Double(shape[2]).squareRoot()
    )
    let biases = HostArray(
      repeating: bias,
      type: TensorType(elementType, [seeds.count, sizeCount])
    )
    guard hasSecondLayer else { return [filters, biases] }
    let mixing = parameter("mixing", [channelCount, channelCount], scale: 1 / Double(channelCount))
    return [filters, biases, mixing]
  }

  /// The networks' outputs, `[S, J, N]`.
  func output(_ parameters: [Tensor], _ images: Tensor) -> Tensor {
    let (filters, bias) = (parameters[0], parameters[1])
    guard hasSecondLayer else { return architecture.output(filters, bias: bias, of: images) }
    let shape = [bias.shape[0], bias.shape[1], 1, 1, 1]
    let spread = bias.reshaped(to: shape)
    // [S, J, C, K, N]
    let first = architecture.projections(filters, of: images).activated(bias: spread)
    let mixed = parameters[2].dot(first, summing: 3, with: 2, batchAxisCount: 2)
    return mixed.activated(bias: spread).sum(axes: [2, 3])
  }

  func descend(
    _ start: [Tensor],
    _ images: Tensor,
    _ sizes: Tensor,
    stepCount: Tensor
  ) -> [Tensor] {
    let names = ["filters", "bias", "mixing"]
    let optimizer = Optimizer(
      zip(names, start).map { name, tensor in
        let parameter = OptimizedParameter(name, tensor.type)
        return switch rule {
        case .momentum: .init(parameter, rule: Momentum(0.9))
        case .adam: .init(parameter, rule: AdamW(beta2: 0.999))
        }
      }
    )
    let slots = optimizer.slots.map { Tensor.zeros($0.type) }
    let numbers = Tensor.indices(TensorType(elementType, [1, 1, images.shape[2]]), alongAxis: 2)
    let sizes = sizes.reshaped(to: [1, -1, 1])
    let weights = (numbers .< sizes).converted(to: elementType) / sizes
    let end = whileLoop(initial: [Tensor(0, .int32)] + start + slots) { state in
      state[0] .< stepCount
    } body: { state in
      let carry = Array(state.dropFirst())
      let parameters = Array(carry.prefix(start.count))
      var gradients = gradient(
        of: loss(parameters, images, weights),
        withRespectTo: parameters
      )
      let isMoving = state[0] .>= Tensor(Double(Self.biasPause), .int32)
      let moves =
        learnsBias ? isMoving.converted(to: elementType) * biasRate : Tensor(0, elementType)
      gradients[1] = gradients[1] * moves
      var next = optimizer.updated(
        parameters,
        gradients: gradients,
        slots: Array(carry.dropFirst(start.count)),
        learningRate: Tensor(rate, elementType)
      )
      next.parameters[1] = next.parameters[1].maximum(Tensor(0, elementType))
      if let biasLimit {
        let sizes = architecture.projections(parameters[0], of: images).absoluteValue()
          .mean(axes: [2, 3])
        let most = (sizes * weights).sum(axes: [2]) * biasLimit
        next.parameters[1] = next.parameters[1].minimum(most)
      }
      return [state[0] + Tensor(1, .int32)] + next.parameters + next.slots
    }
    return Array(end[1...start.count])
  }

  /// The sum over networks of their mean logistic loss; each is trained by itself, as nothing is shared.
  private func loss(_ parameters: [Tensor], _ images: Tensor, _ weights: Tensor) -> Tensor {
    let margins = output(parameters, images)
    // ln(1 + e⁻ᶻ) without overflow.
    let zero = Tensor(0, elementType)
    let losses =
      (-margins).maximum(zero) + (-margins.absoluteValue()).exponential().logarithmOfOnePlus()
    let fit = (losses * weights).sum()
    return sparsity == 0 ? fit : fit + parameters[0].absoluteValue().sum() * sparsity
  }
}

extension Tensor {
  /// Images `[S, K, N, D]` of which each as a whole is multiplied by a matrix.
  func turned(by matrix: Tensor) -> Tensor {
    let (seeds, patches, count, dimension) = (shape[0], shape[1], shape[2], shape[3])
    return transposed([0, 2, 1, 3]).reshaped(to: [seeds, count, patches * dimension])
      .dot(matrix.transposed([1, 0]))
      .reshaped(to: [seeds, count, patches, dimension]).transposed([0, 2, 1, 3])
  }

  /// Filters `[S, J, C, units, inputs]` multiplied by a matrix, of the image or, where inputs are patches, of its first
  /// patch.
  func turnedInputs(by matrix: Tensor) -> Tensor {
    matrix.shape[0] == shape[4]
      ? dot(matrix.transposed([1, 0])) : self
  }
}
