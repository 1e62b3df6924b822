public import Arrays
internal import CPJRT

/// An array in a device's memory, freed exactly once: when the last reference to it goes.
///
/// The contents never change, but an execution to which the buffer is donated takes its memory. The
/// buffer is then *deleted*: it can be asked for its type and let go, and any other use is an error.
public final class Buffer: Sendable {
  /// The element type and the shape; under partitioning, those of this device's part.
  public let type: TensorType

  let handle: Handle
  let client: Client

  private var interface: PluginInterface { client.interface }

  /// Takes over a buffer that the plugin handed out.
  init(owning handle: Handle, type: TensorType, client: Client) {
    self.handle = handle
    self.type = type
    self.client = client
  }

  deinit {
    interface.release("PJRT_Buffer_Destroy", interface.table.pointee.buffer_destroy, handle)
  }

  /// Whether the memory is gone because the buffer was donated.
  public var isDeleted: Bool {
    get throws(PJRTError) {
      try interface.flag(
        "PJRT_Buffer_IsDeleted",
        interface.table.pointee.buffer_is_deleted,
        of: handle
      )
    }
  }

  /// Waits until the contents are computed.
  ///
  /// - Throws: What went wrong in the computation, if something did.
  public func waitUntilReady() throws(PJRTError) {
    let name: StaticString = "PJRT_Buffer_ReadyEvent"
    let event = try interface.related(name, interface.table.pointee.buffer_ready_event, of: handle)
    try interface.wait(for: event?.pointer)
  }

  /// The device that holds the buffer.
  public func device() throws(PJRTError) -> Device {
    let name: StaticString = "PJRT_Buffer_Device"
    let device = try interface.related(name, interface.table.pointee.buffer_device, of: handle)
    return try Device(try interface.promised(device?.pointer, by: name), interface: interface)
  }

  /// The place of the contents in the device's memory, as a number: equal for two buffers that share it.
  ///
  /// For showing that a donation took place; the memory behind it is the plugin's.
  public func memoryAddress() throws(PJRTError) -> UInt {
    let name: StaticString = "PJRT_Buffer_UnsafePointer"
    let function = interface.table.pointee.buffer_unsafe_pointer
    return UInt(bitPattern: try interface.size(name, function, of: handle))
  }
}

extension Buffer: CustomStringConvertible {
  /// The type, such as `float32[8, 256]`.
  public var description: String { type.description }
}
