import Arrays
import Foundation  // pow
import Tensors

/// Rotates pairs of coordinates by an angle that grows with the position, so that dot products of
/// queries and keys depend on their distance.
///
/// Coordinate `i` is paired with `i + C/2`, as in the published Llama weights. Source: Su et al. 2021,
/// "RoFormer", section 3.2.2.
struct RotaryEmbedding {
  /// `[T, C / 2]`.
  let cosines: Tensor
  /// `[T, C / 2]`.
  let sines: Tensor

  init(_ configuration: LlamaConfiguration, length: Int, elementType: ElementType) {
    let half = configuration.headSize / 2
    let frequencies = (0..<half).map { pair in
      // base^(-2i/C), in double precision whatever the model's type.
      pow(configuration.ropeBase, -2 * Double(pair) / Double(configuration.headSize))
    }
    let shape: Shape = [length, half]
    let positions = Tensor.indices(TensorType(elementType, shape), alongAxis: 0)
    let angles = positions * Self.constant(frequencies, elementType)
    cosines = angles.cosine()
    sines = angles.sine()
  }

  /// Rotates `[B, H, T, C]`.
  func callAsFunction(_ input: Tensor) -> Tensor {
    let halves = input.split(into: 2, alongAxis: -1)
    return .concatenate(
      [
        halves[0] * cosines - halves[1] * sines,
        halves[1] * cosines + halves[0] * sines,
      ],
      alongAxis: -1
    )
  }

  private static func constant(_ values: [Double], _ elementType: ElementType) -> Tensor {
    switch elementType {
    case .float64: Tensor(HostArray(values))
    default: Tensor(HostArray(values.map(Float.init))).converted(to: elementType)
    }
  }
}
