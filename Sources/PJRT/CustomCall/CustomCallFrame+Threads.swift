internal import CPJRT

extension CustomCallFrame {
  /// Threads of XLA's for the loops of this call, which are let go when the team is.
  ///
  /// - Parameter size: How many take part at most, this one included.
  /// - Returns: The team, for use within the handler.
  public func team(of size: Int) -> WorkerTeam {
    WorkerTeam(frame: self, size: size)
  }

  /// Hands a task to one of XLA's threads; false if XLA does not take it.
  func schedule(
    _ task: @convention(c) (UnsafeMutableRawPointer?) -> Void,
    _ data: UnsafeMutableRawPointer
  ) -> Bool {
    guard let table = frame.pointee.table,
      table.pointee.struct_size >= MemoryLayout<xla_ffi_table>.size,
      let schedule = table.pointee.schedule
    else { return false }
    var arguments = xla_ffi_schedule_args()
    arguments.struct_size = MemoryLayout<xla_ffi_schedule_args>.size
    arguments.context = frame.pointee.context
    arguments.data = data
    arguments.task = task
    guard let error = schedule(&arguments) else { return true }
    var destruction = xla_ffi_error_destroy_args()
    destruction.struct_size = MemoryLayout<xla_ffi_error_destroy_args>.size
    destruction.error = error
    table.pointee.error_destroy?(&destruction)
    return false
  }
}
