import Arrays
import Randomness

/// Draws a model's first parameters.
///
/// Each layer of each parameter has a random stream of its own, known by the seed, the parameter's
/// name and the layer's number. So a layer's start does not depend on how many others there are, and
/// a layer that growth adds later is drawn like any other.
public struct ParameterInitializer: Sendable {
  private let stream: RandomStream

  /// Makes the initializer of a seed.
  public init(seed: UInt64) {
    stream = RandomStream(seed: seed).named("initialization")
  }

  /// The initializer of the elements that a growth in width brings.
  ///
  /// Its streams are others than those of any model before: sizes only grow, so each growth has sizes of
  /// its own to name them by.
  ///
  /// - Parameter configuration: The model after the growth.
  /// - Returns: An initializer for parameters of that model.
  public func widening(to configuration: LlamaConfiguration) -> ParameterInitializer {
    let sizes = [
      configuration.width, configuration.headCount, configuration.feedForwardWidth,
      configuration.vocabularySize,
    ]
    return ParameterInitializer(
      stream: sizes.reduce(stream.named("width")) { $0.indexed(UInt64($1)) }
    )
  }

  private init(stream: RandomStream) {
    self.stream = stream
  }

  /// A parameter's first elements, `float32`.
  ///
  /// - Parameter specification: The parameter.
  /// - Returns: An array of the specification's shape.
  public func array(for specification: ParameterSpecification) -> HostArray {
    guard specification.isLayered else {
      return HostArray(
        draw(specification, stream.named(specification.name)),
        shape: specification.shape
      )
    }
    let type = TensorType(.float32, specification.shape)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(type.byteCount)
    for layer in 0..<specification.shape[0] {
      draw(specification, layerStream(specification, layer)).withUnsafeBytes {
        bytes.append(contentsOf: $0)
      }
    }
    return HostArray(bytes: bytes, type: type)
  }

  /// The first elements of one layer's part of a parameter.
  ///
  /// - Parameters:
  ///   - layer: The number that names the stream; growth passes one that no layer has had.
  ///   - specification: A parameter with a layer axis.
  /// - Returns: An array of the specification's ``ParameterSpecification/layerShape``.
  public func layer(_ layer: Int, of specification: ParameterSpecification) -> HostArray {
    HostArray(
      draw(specification, layerStream(specification, layer)),
      shape: specification.layerShape
    )
  }

  private func layerStream(_ specification: ParameterSpecification, _ layer: Int) -> RandomStream {
    stream.named(specification.name).indexed(UInt64(layer))
  }

  private func draw(_ specification: ParameterSpecification, _ stream: RandomStream) -> [Float] {
    let count = specification.layerShape.elementCount
    switch specification.initialization {
    case .ones: return [Float](repeating: 1, count: count)
    case .zeros: return [Float](repeating: 0, count: count)
    case .normal(let deviation): return stream.normals(count: count, deviation: deviation)
    }
  }
}
