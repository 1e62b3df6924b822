public import Arrays
internal import CPJRT

/// A compiled program, loaded on its devices and ready to run.
///
/// Running it from several threads at once is allowed. The program is unloaded when the last reference
/// goes; executions that are still under way finish.
public final class LoadedExecutable: Sendable {
  /// The client that compiled or loaded the program.
  public let client: Client
  /// The program by itself, which answers questions.
  public let executable: Executable

  /// The name of the module that was compiled.
  public var name: String { executable.name }
  /// How many devices one execution runs on; see ``Executable/deviceCount``.
  public var deviceCount: Int { executable.deviceCount }
  /// How many of these devices are this process's.
  public let localDeviceCount: Int
  /// The types of the outputs; see ``Executable/resultTypes``.
  public var resultTypes: [TensorType] { executable.resultTypes }

  /// The program with its devices.
  let handle: Handle

  var interface: PluginInterface { client.interface }

  /// Takes over a program that the plugin handed out.
  init(owning handle: Handle, client: Client) throws(PJRTError) {
    let interface = client.interface
    do throws(PJRTError) {
      let name: StaticString = "PJRT_LoadedExecutable_GetExecutable"
      let related = try interface.related(
        name,
        interface.table.pointee.loaded_executable_executable,
        of: handle
      )
      executable = try Executable(
        owning: interface.promised(related?.pointer, by: name),
        interface: interface,
        client: client
      )
      localDeviceCount = try interface.objects(
        "PJRT_LoadedExecutable_AddressableDevices",
        interface.table.pointee.loaded_executable_addressable_devices,
        of: handle
      ).count
    } catch {
      Self.release(handle, interface)
      throw error
    }
    self.client = client
    self.handle = handle
  }

  deinit {
    Self.release(handle, interface)
  }

  private static func release(_ handle: Handle, _ interface: PluginInterface) {
    interface.release(
      "PJRT_LoadedExecutable_Destroy",
      interface.table.pointee.loaded_executable_destroy,
      handle
    )
  }
}

// What the program by itself answers.
extension LoadedExecutable {
  /// As ``Executable/memoryStatistics()``.
  public func memoryStatistics() throws(PJRTError) -> CompiledMemoryStatistics {
    try executable.memoryStatistics()
  }

  /// As ``Executable/costAnalysis()``.
  public func costAnalysis() throws(PJRTError) -> [String: Double] {
    try executable.costAnalysis()
  }

  /// As ``Executable/floatingPointOperationCount()``.
  public func floatingPointOperationCount() throws(PJRTError) -> Double? {
    try executable.floatingPointOperationCount()
  }

  /// As ``Executable/optimizedProgram()``.
  public func optimizedProgram() throws(PJRTError) -> [UInt8] { try executable.optimizedProgram() }

  /// As ``Executable/serialize()``.
  public func serialize() throws(PJRTError) -> [UInt8] { try executable.serialize() }
}
