import Arrays
import Foundation  // pow
import Tensors

/// Rotates pairs of coordinates by an angle that grows with the position, so that dot products of
/// queries and keys depend on their distance.
///
/// Coordinate `i` is paired with `i + C/2`, as in the published Llama weights. Source: Su et al. 2021,
/// "RoFormer", section 3.2.2.
struct RotaryEmbedding {
  /// `[T, C / 2]`, or `[B, 1, T, C / 2]` where positions differ from row to row.
  let cosines: Tensor
  /// As ``cosines``.
  let sines: Tensor

  /// The embedding of positions from 0 on.
  init(_ configuration: LlamaConfiguration, length: Int, elementType: ElementType) {
    let shape: Shape = [length, configuration.headSize / 2]
    self.init(
      configuration,
      positions: Tensor.indices(TensorType(elementType, shape), alongAxis: 0)
    )
  }

  /// The embedding of given positions.
  ///
  /// - Parameters:
  ///   - configuration: The model's sizes.
  ///   - positions: `[..., C / 2]` with each position along the last axis, of the model's type.
  init(_ configuration: LlamaConfiguration, positions: Tensor) {
    let frequencies = (0..<configuration.headSize / 2).map { pair -> Double in
      // base^(-2i/C), in double precision whatever the model's type.
      let frequency = pow(
        configuration.ropeBase,
        -2 * Double(pair) / Double(configuration.headSize)
      )
      return configuration.ropeScaling?.scaled(frequency) ?? frequency
    }
    let angles = positions * Self.constant(frequencies, positions.elementType)
    cosines = angles.cosine()
    sines = angles.sine()
  }

  /// Rotates `[B, H, T, C]`.
  func callAsFunction(_ input: Tensor) -> Tensor {
    input.computed(in: cosines.elementType) { input in
      let halves = input.split(into: 2, alongAxis: -1)
      return .concatenate(
        [
          halves[0] * cosines - halves[1] * sines,
          halves[1] * cosines + halves[0] * sines,
        ],
        alongAxis: -1
      )
    }
  }

  private static func constant(_ values: [Double], _ elementType: ElementType) -> Tensor {
    switch elementType {
    case .float64: Tensor(HostArray(values))
    default: Tensor(HostArray(values.map(Float.init))).converted(to: elementType)
    }
  }
}
