import Arrays
import PJRT
import Randomness
import Tensors

// S seeds, K patches, N images, D numbers in a patch

/// How a program draws its images: its first parameters, and what it makes of them.
///
/// An image is its z = y·x, all that a network without an offset sees. An image depends on the seed, K, D and its own
/// number alone, so that the first n of many are those that fewer would be, for every architecture.
struct ImageSource: Hashable, Sendable {
  let law: SignalLaw
  let seedCount: Int
  /// N.
  let count: Int
  var elementType = ElementType.float32
  /// Whether patches are neighbouring windows of one long signal, each a number further than the last.
  var overlaps = false

  /// The program's first parameters.
  var parameterTypes: [TensorType] {
    [
      TensorType(.uint32, [seedCount, 2]), TensorType(.uint32, [seedCount, 2]),
      TensorType(elementType, .scalar), TensorType(.int32, .scalar),
    ]
  }

  /// What they are for some seeds.
  ///
  /// - Parameters:
  ///   - seeds: As many as the source has.
  ///   - use: Images of different uses are independent.
  /// - Returns: The arguments.
  func arguments(seeds: [UInt64], use: String = "learning") -> [HostArray] {
    func keys(_ name: String) -> HostArray {
      let streams = seeds.map { law.stream(seed: $0, use: use).named(name) }
      return HostArray(streams.flatMap { [$0.key.x, $0.key.y] }, shape: [seeds.count, 2])
    }
    return [
      keys("noise"), keys("choices"),
      HostArray(repeating: law.sigma, type: TensorType(elementType, .scalar)),
      HostArray(scalar: Int32(law.fixedPatch ?? -1)),
    ]
  }

  /// The images that a program draws.
  ///
  /// - Parameter inputs: The program's first parameters.
  /// - Returns: `[S, K, N, D]`.
  func images(_ inputs: [Tensor]) -> Tensor {
    let (_, outputs) = scan(over: [inputs[0], inputs[1]], initial: []) { _, keys in
      let choices = Tensor.randomUniform(key: keys[1], type: TensorType(.float64, [count, 2]))
      func choice(_ column: Int, of options: Int) -> Tensor {
        (choices.sliced(column..<column + 1, alongAxis: 1) * Double(options))
          .converted(to: .int32).reshaped(to: [1, count, 1])
      }
      let isDrawn = inputs[3] .< Tensor(0, .int32)
      let patch = Tensor.select(isDrawn, choice(0, of: law.patchCount), otherwise: inputs[3])
      let signal = choice(1, of: law.signalCount)
      let noise = noise(key: keys[0]) * inputs[2]
      return ([], [overlaps ? windows(of: noise, at: patch) : patches(of: noise, patch, signal)])
    }
    return outputs[0]
  }

  /// How long the signal is that the patches are cut from.
  private var length: Int {
    overlaps ? law.patchCount + law.dimension - 1 : law.imageSize
  }

  /// Standard normal noise, `[N, length]`.
  ///
  /// A row of pairs belongs to an image, the cosines to its first half: no image depends on how many there are.
  private func noise(key: Tensor) -> Tensor {
    let pairs = (length + 1) / 2
    let (first, second) = Tensor.randomNormalPairs(
      key: key,
      type: TensorType(elementType, [count, pairs])
    )
    return .concatenate([first, second.sliced(0..<length - pairs, alongAxis: 1)], alongAxis: 1)
  }

  /// Patches beside each other, `[K, N, D]`; signal number c points along axis c.
  private func patches(of noise: Tensor, _ patch: Tensor, _ signal: Tensor) -> Tensor {
    let shape = [law.patchCount, count, law.dimension]
    let type = TensorType(.int32, Shape(shape))
    let isThere =
      (Tensor.indices(type, alongAxis: 0) .== patch)
      .& (Tensor.indices(type, alongAxis: 2) .== signal)
    return noise.reshaped(to: [count, law.patchCount, law.dimension]).transposed([1, 0, 2])
      + isThere.converted(to: elementType)
  }

  /// Windows of one signal, `[K, N, D]`; where they overlap no axis is like any other, so the signal points along
  /// ``SignalLaw/genericDirection``.
  private func windows(of noise: Tensor, at patch: Tensor) -> Tensor {
    let type = TensorType(.int32, [count, length, law.dimension])
    let offset = Tensor.indices(type, alongAxis: 1) - Tensor.indices(type, alongAxis: 2)
    let isThere = (offset .== patch.reshaped(to: [-1, 1, 1])).converted(to: elementType)
    let direction = Tensor(HostArray(law.genericDirection)).converted(to: elementType)
    let long = noise + isThere.dot(direction)
    return .stack((0..<law.patchCount).map { long.sliced($0..<$0 + law.dimension, alongAxis: 1) })
  }
}

extension SignalLaw {
  /// The stream that a use of images draws from.
  func stream(seed: UInt64, use: String) -> RandomStream {
    RandomStream(seed: seed).named("locality").named("k = \(patchCount)")
      .named("d = \(dimension)").named(use)
  }

  /// A unit vector that has nothing to do with the axes.
  var genericDirection: [Double] {
    let numbers = RandomStream(seed: 0).named("direction").normals(count: dimension)
    let norm = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return numbers.map { $0 / norm }
  }
}
