import PJRT

/// Devices in a row that run programs together: a client's first ones, or those of all processes whose clients work together.
public struct DeviceMesh: Sendable {
  /// What compiles for them.
  public let engine: Engine
  /// How many there are, those of other processes counted.
  public let deviceCount: Int

  /// A row of devices.
  ///
  /// - Parameters:
  ///   - engine: Whose client's devices they are.
  ///   - deviceCount: How many, no more than there are; of a client that works together with others one of its own or the
  ///     devices of all.
  public init(_ engine: Engine, deviceCount: Int = 1) {
    let (all, hasPeers) = (engine.client.allDevices.count, engine.client.hasPeers)
    precondition(
      deviceCount == 1 || deviceCount == all || 1..<all ~= deviceCount && !hasPeers,
      "a mesh is of devices that are there"
    )
    (self.engine, self.deviceCount) = (engine, deviceCount)
  }

  /// Whether some are of other processes.
  public var spansProcesses: Bool { deviceCount > 1 && engine.client.hasPeers }

  /// All of them, in their order.
  var devices: ArraySlice<Device> {
    (spansProcesses ? engine.client.allDevices : engine.client.devices).prefix(deviceCount)
  }

  /// Those that are this process's, with their places in the row.
  var localDevices: [(place: Int, device: Device)] {
    let process = engine.client.processIndex
    return devices.enumerated().filter { $1.processIndex == process }
      .map { (place: $0, device: $1) }
  }
}
