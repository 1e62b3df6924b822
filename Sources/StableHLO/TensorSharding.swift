import Arrays

/// How a tensor lies on the devices that share a program.
public enum TensorSharding: Hashable, Sendable {
  /// All devices hold the whole tensor.
  case replicated
  /// It is cut along an axis into as many equal parts as there are devices, and device number i holds part number i.
  case split(axis: Int)

  /// The shape of what a device holds; nil if the axis cannot be cut so.
  ///
  /// - Parameters:
  ///   - shape: The whole tensor's.
  ///   - deviceCount: The devices that share it.
  /// - Returns: The part's shape.
  public func partShape(of shape: Shape, deviceCount: Int) -> Shape? {
    guard case .split(let axis) = self else { return shape }
    var dimensions = shape.dimensions
    guard dimensions.indices.contains(axis), dimensions[axis].isMultiple(of: deviceCount) else {
      return nil
    }
    dimensions[axis] /= deviceCount
    return Shape(dimensions)
  }

  /// The attribute of a tensor in a program's text: XLA's `OpSharding` in its readable form.
  func text(rank: Int, deviceCount: Int) -> String {
    guard case .split(let axis) = self, deviceCount > 1 else { return "{replicated}" }
    let tiles = (0..<rank).map { $0 == axis ? "\(deviceCount)" : "1" }
    return "{devices=[\(tiles.joined(separator: ","))]<=[\(deviceCount)]}"
  }
}

/// How a program's parameters and results lie on devices that run it together.
///
/// XLA's partitioner splits the program along them and puts in what devices have to tell each other. Source: Xu et al. 2021,
/// "GSPMD: General and Scalable Parallelization for ML Computation Graphs".
public struct Distribution: Hashable, Sendable {
  /// The devices, two or more.
  public let deviceCount: Int
  /// One a parameter.
  public let parameters: [TensorSharding]
  /// One a result.
  public let results: [TensorSharding]

  /// Describes a distribution.
  public init(deviceCount: Int, parameters: [TensorSharding], results: [TensorSharding]) {
    self.deviceCount = deviceCount
    self.parameters = parameters
    self.results = results
  }
}
