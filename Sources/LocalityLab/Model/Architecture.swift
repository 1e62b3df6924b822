import Arrays
import Tensors

// S seeds, J sample sizes, K patches, N images, D numbers in a patch, C channels

/// The three networks, each a sum of activations of filters.
///
/// Each is inside the next one: a shared filter is K equal ones, and a filter on a patch is one on the image that is 0
/// elsewhere.
package enum Architecture: String, CaseIterable, Sendable, Codable {
  /// One filter on every patch: `f(x) = Σᵢ φ(⟨w, xᵢ⟩)`.
  case convolutional = "cnn"
  /// A filter for each patch: `f(x) = Σᵢ φ(⟨wᵢ, xᵢ⟩)`.
  case locallyConnected = "lcn"
  /// K filters on the whole image: `f(x) = Σᵢ φ(⟨wᵢ, x⟩)`.
  case fullyConnected = "fcn"

  /// The shape of a network's filters, `[C, units, inputs]`.
  ///
  /// - Parameters:
  ///   - law: The images.
  ///   - channels: How many networks are added up.
  /// - Returns: One unit where the filter is shared, else one a patch.
  package func filterShape(_ law: SignalLaw, channels: Int = 1) -> [Int] {
    switch self {
    case .convolutional: [channels, 1, law.dimension]
    case .locallyConnected: [channels, law.patchCount, law.dimension]
    case .fullyConnected: [channels, law.patchCount, law.imageSize]
    }
  }

  /// How many numbers are learned, with the bias.
  package func parameterCount(_ law: SignalLaw) -> Int { filterShape(law).reduce(1, *) + 1 }

  /// What filters make of images.
  ///
  /// - Parameters:
  ///   - filters: `[S, J, C, units, inputs]`.
  ///   - images: `[S, K, N, D]`.
  /// - Returns: `[S, J, C, K, N]`.
  func projections(_ filters: Tensor, of images: Tensor) -> Tensor {
    let (seeds, sizes, channels) = (filters.shape[0], filters.shape[1], filters.shape[2])
    let (patches, count, dimension) = (images.shape[1], images.shape[2], images.shape[3])
    let networks = sizes * channels
    switch self {
    case .convolutional:
      let rows = filters.reshaped(to: [seeds, networks, dimension])
      return rows.dot(images, summing: 2, with: 3)
        .reshaped(to: [seeds, sizes, channels, patches, count])
    case .locallyConnected:
      let rows = filters.reshaped(to: [seeds, networks, patches, dimension])
        .transposed([0, 2, 1, 3])
      return rows.dot(images, summing: 3, with: 3, batchAxisCount: 2)
        .transposed([0, 2, 1, 3])
        .reshaped(to: [seeds, sizes, channels, patches, count])
    case .fullyConnected:
      let rows = filters.reshaped(to: [seeds, networks * patches, patches * dimension])
      let whole = images.transposed([0, 2, 1, 3])
        .reshaped(to: [seeds, count, patches * dimension])
      return rows.dot(whole, summing: 2, with: 2)
        .reshaped(to: [seeds, sizes, channels, patches, count])
    }
  }

  /// The network's output.
  ///
  /// - Parameters:
  ///   - filters: `[S, J, C, units, inputs]`.
  ///   - bias: `[S, J]`, not negative.
  ///   - images: `[S, K, N, D]`.
  /// - Returns: `[S, J, N]`.
  package func output(_ filters: Tensor, bias: Tensor, of images: Tensor) -> Tensor {
    let shape = [bias.shape[0], bias.shape[1], 1, 1, 1]
    return projections(filters, of: images).activated(bias: bias.reshaped(to: shape))
      .sum(axes: [2, 3])
  }

  /// The filters of the network of the next architecture that computes the same; nil for the last one.
  ///
  /// - Parameters:
  ///   - filters: `[S, J, C, units, inputs]`.
  ///   - law: The images.
  /// - Returns: Filters of that shape for the next architecture.
  package func embedding(_ filters: Tensor, _ law: SignalLaw) -> (Architecture, Tensor)? {
    let shape = filters.shape.dimensions
    let patches = law.patchCount
    switch self {
    case .convolutional:
      let spread = filters.broadcast(to: Shape(shape[0...2] + [patches, law.dimension]))
      return (.locallyConnected, spread)
    case .locallyConnected:
      let type = TensorType(.int32, [patches, patches, 1])
      let isOwn = Tensor.indices(type, alongAxis: 0) .== Tensor.indices(type, alongAxis: 1)
      let blocks = filters.insertingAxis(at: 4) * isOwn.converted(to: filters.elementType)
      return (.fullyConnected, blocks.reshaped(to: Array(shape[0...3]) + [law.imageSize]))
    case .fullyConnected:
      return nil
    }
  }
}

extension Tensor {
  /// Local signal adaptivity, `sign(z) max(|z| - b, 0)`: what is smaller than the bias is taken for noise.
  ///
  /// Source: Karp, Winston, Li and Singh 2021, "Local Signal Adaptivity".
  package func activated(bias: Tensor) -> Tensor {
    let zero = Tensor(0, elementType)
    return (self - bias).maximum(zero) - (-self - bias).maximum(zero)
  }
}
