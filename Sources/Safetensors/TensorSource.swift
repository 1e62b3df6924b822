import Arrays

/// The name and type of a tensor whose elements are not at hand yet.
public struct TensorDescription: Hashable, Sendable {
  /// The name it has in a parameter structure and in a file.
  public var name: String
  /// The element type and the shape.
  public var type: TensorType

  /// Pairs a name with a type.
  public init(_ name: String, _ type: TensorType) {
    self.name = name
    self.type = type
  }
}

/// Tensors that are announced together and fetched one by one.
///
/// A file's header needs every type before the first element, but memory need hold only one tensor at
/// a time: parameters stay on their device until their turn comes.
public struct TensorSource {
  /// What there is.
  public let descriptions: [TensorDescription]
  private let fetch: (Int) throws -> HostArray

  /// Creates a source.
  ///
  /// - Parameters:
  ///   - descriptions: What there is.
  ///   - fetch: The array of the description with an index. It is asked for each index once, in no
  ///     promised order.
  public init(_ descriptions: [TensorDescription], fetch: @escaping (Int) throws -> HostArray) {
    self.descriptions = descriptions
    self.fetch = fetch
  }

  /// Creates a source of arrays in memory.
  public init(_ arrays: [NamedArray]) {
    self.init(arrays.map { TensorDescription($0.name, $0.array.type) }) { arrays[$0].array }
  }

  /// Fetches one tensor and checks that it is what was announced.
  ///
  /// - Parameter index: An index into ``descriptions``.
  /// - Returns: An array of the announced type.
  /// - Throws: ``SafetensorsError/wrongTensor(name:expected:found:)`` or what the source throws.
  public func array(at index: Int) throws -> HostArray {
    let array = try fetch(index)
    let announced = descriptions[index]
    guard array.type == announced.type else {
      throw SafetensorsError.wrongTensor(
        name: announced.name,
        expected: "\(announced.type)",
        found: "\(array.type)"
      )
    }
    return array
  }
}
