internal import CPJRT

/// Something that will have happened; destroyed exactly once.
struct Event: ~Copyable {
  private let handle: Handle
  private let interface: PluginInterface

  /// Takes over an event that the plugin handed out.
  init(owning handle: Handle, interface: PluginInterface) {
    self.handle = handle
    self.interface = interface
  }

  deinit {
    interface.release("PJRT_Event_Destroy", interface.table.pointee.event_destroy, handle)
  }

  /// Waits until it has happened, and throws what went wrong with it.
  consuming func wait() throws(PJRTError) {
    var arguments = pjrt_object_args(handle)
    try interface.call("PJRT_Event_Await", interface.table.pointee.event_await, &arguments)
  }
}

extension PluginInterface {
  /// Waits for an event that a call handed out; none means that nothing is left to wait for.
  func wait(for event: UnsafeMutableRawPointer?) throws(PJRTError) {
    guard let event else { return }
    try Event(owning: Handle(event), interface: self).wait()
  }
}
