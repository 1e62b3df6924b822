import Arrays
import PJRT
import StableHLO

/// A tensor in the memory of one device or of several that run programs together.
public struct DistributedTensor: Sendable {
  /// The whole tensor's type.
  public let type: TensorType
  /// How it lies on the devices.
  public let sharding: TensorSharding
  /// The devices.
  public let mesh: DeviceMesh
  /// What each of the devices that are this process's holds: its part, or the whole.
  public let parts: [Buffer]

  init(type: TensorType, sharding: TensorSharding, mesh: DeviceMesh, parts: [Buffer]) {
    (self.type, self.sharding, self.mesh, self.parts) = (type, sharding, mesh, parts)
  }

  /// A tensor on one device.
  ///
  /// - Parameters:
  ///   - buffer: Its elements on the first device of the engine's client.
  ///   - engine: The engine.
  public init(_ buffer: Buffer, of engine: Engine) {
    self.init(
      type: buffer.type,
      sharding: .replicated,
      mesh: DeviceMesh(engine),
      parts: [buffer]
    )
  }

  /// Copies an array to devices, of other processes' parts nothing.
  ///
  /// - Parameters:
  ///   - array: The elements of the whole; every process gives the same.
  ///   - sharding: How it is to lie; each axis that is cut needs to be a multiple of the devices.
  ///   - mesh: What takes it.
  /// - Throws: ``ProgramError/unevenParts(_:axis:deviceCount:)``, or `PJRTError`.
  public init(
    _ array: HostArray,
    sharding: TensorSharding = .replicated,
    on mesh: DeviceMesh
  ) throws {
    let client = mesh.engine.client
    guard case .split(let axis) = sharding, mesh.deviceCount > 1 else {
      let parts = try mesh.localDevices.map { try client.buffer(from: array, on: $0.device) }
      self.init(type: array.type, sharding: .replicated, mesh: mesh, parts: parts)
      return
    }
    guard let cuts = array.cut(alongAxis: axis, into: mesh.deviceCount) else {
      throw ProgramError.unevenParts(array.type, axis: axis, deviceCount: mesh.deviceCount)
    }
    let parts = try mesh.localDevices.map { try client.buffer(from: cuts[$0.place], on: $0.device) }
    self.init(type: array.type, sharding: sharding, mesh: mesh, parts: parts)
  }

  /// Copies the whole tensor to the host, and waits for it.
  ///
  /// Of a tensor of which other processes hold parts these send theirs, so all of them have to ask for it.
  ///
  /// - Throws: `PJRTError`.
  public func copyToHost() throws -> HostArray {
    guard case .split(let axis) = sharding else { return try parts[0].copyToHost() }
    guard !mesh.spansProcesses else { return try gathered().parts[0].copyToHost() }
    return HostArray(joining: try parts.map { try $0.copyToHost() }, alongAxis: axis)
  }

  /// The whole tensor on the first device: what lies there already, or a copy by way of the host.
  ///
  /// - Returns: A buffer of the whole.
  /// - Throws: `PJRTError`.
  public func onFirstDevice() throws -> Buffer {
    guard case .split = sharding else { return parts[0] }
    return try mesh.engine.client.buffer(from: copyToHost())
  }

  /// The tensor with a copy of the whole on each device.
  private func gathered() throws -> DistributedTensor {
    let gathering = try TracedFunction("gathering", parameters: [type]) { $0 }
      .distributed(over: mesh.deviceCount, parameters: [sharding], results: [.replicated])
    return try mesh.engine.compile(gathering)([self])[0]
  }

  /// Waits for the program that writes the tensor.
  ///
  /// - Throws: `PJRTError`.
  public func waitUntilReady() throws(PJRTError) {
    for part in parts { try part.waitUntilReady() }
  }
}
