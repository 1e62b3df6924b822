import Arrays
import PJRT
import StableHLO

/// A tensor in the memory of one device or of several that run programs together.
public struct DistributedTensor: Sendable {
  /// The whole tensor's type.
  public let type: TensorType
  /// How it lies on the devices.
  public let sharding: TensorSharding
  /// What each device holds: its part, or the whole.
  public let parts: [Buffer]

  init(type: TensorType, sharding: TensorSharding, parts: [Buffer]) {
    (self.type, self.sharding, self.parts) = (type, sharding, parts)
  }

  /// A tensor on one device.
  public init(_ buffer: Buffer) {
    self.init(type: buffer.type, sharding: .replicated, parts: [buffer])
  }

  /// Copies an array to devices.
  ///
  /// - Parameters:
  ///   - array: The elements.
  ///   - sharding: How it is to lie; each axis that is cut needs to be a multiple of the devices.
  ///   - client: Whose first devices take it.
  ///   - deviceCount: How many of them.
  /// - Throws: ``ProgramError/unevenParts(_:axis:deviceCount:)``, or `PJRTError`.
  public init(
    _ array: HostArray,
    sharding: TensorSharding = .replicated,
    client: Client,
    deviceCount: Int = 1
  ) throws {
    let devices = client.devices.prefix(deviceCount)
    guard case .split(let axis) = sharding, deviceCount > 1 else {
      let parts = try devices.map { try client.buffer(from: array, on: $0) }
      self.init(type: array.type, sharding: .replicated, parts: parts)
      return
    }
    guard let cuts = array.cut(alongAxis: axis, into: deviceCount) else {
      throw ProgramError.unevenParts(array.type, axis: axis, deviceCount: deviceCount)
    }
    let parts = try zip(cuts, devices).map { try client.buffer(from: $0, on: $1) }
    self.init(type: array.type, sharding: sharding, parts: parts)
  }

  /// Copies the whole tensor to the host, and waits for it.
  ///
  /// - Throws: `PJRTError`.
  public func copyToHost() throws(PJRTError) -> HostArray {
    guard case .split(let axis) = sharding else { return try parts[0].copyToHost() }
    var arrays: [HostArray] = []
    for part in parts { arrays.append(try part.copyToHost()) }
    return HostArray(joining: arrays, alongAxis: axis)
  }

  /// The whole tensor on the first device: what lies there already, or a copy by way of the host.
  ///
  /// - Parameter client: The client of the devices.
  /// - Returns: A buffer of the whole.
  /// - Throws: `PJRTError`.
  public func onFirstDevice(of client: Client) throws -> Buffer {
    guard case .split = sharding, parts.count > 1 else { return parts[0] }
    return try client.buffer(from: copyToHost())
  }

  /// Waits for the program that writes the tensor.
  ///
  /// - Throws: `PJRTError`.
  public func waitUntilReady() throws(PJRTError) {
    for part in parts { try part.waitUntilReady() }
  }
}
