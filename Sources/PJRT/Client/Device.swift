internal import CPJRT

/// One device of a client: a processor, or an accelerator, with memory of its own.
public struct Device: Sendable {
  /// The number that names the device among all of its client's.
  public let id: Int
  /// The number of the process that the device belongs to, from 0.
  public let processIndex: Int
  /// What the device is, such as `cpu`.
  public let kind: String
  /// The plugin's own description.
  public let summary: String

  let handle: Handle

  init(_ handle: Handle, interface: PluginInterface) throws(PJRTError) {
    let table = interface.table
    let name: StaticString = "PJRT_Device_GetDescription"
    let related = try interface.related(name, table.pointee.device_description, of: handle)
    let about = try interface.promised(related?.pointer, by: name)
    self.handle = handle
    id = try interface.int(
      "PJRT_DeviceDescription_Id",
      table.pointee.device_description_id,
      of: about
    )
    processIndex = try interface.int(
      "PJRT_DeviceDescription_ProcessIndex",
      table.pointee.device_description_process,
      of: about
    )
    kind = try interface.text(
      "PJRT_DeviceDescription_Kind",
      table.pointee.device_description_kind,
      of: about
    )
    summary = try interface.text(
      "PJRT_DeviceDescription_ToString",
      table.pointee.device_description_text,
      of: about
    )
  }
}

extension Device: Hashable {
  /// Whether both name the same device of the same client.
  public static func == (left: Device, right: Device) -> Bool {
    left.handle.pointer == right.handle.pointer
  }

  /// Feeds the device's identity to a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(handle.pointer)
  }
}

extension Device: CustomStringConvertible {
  /// The plugin's own description.
  public var description: String { summary }
}
