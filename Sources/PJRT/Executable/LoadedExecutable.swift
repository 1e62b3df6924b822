public import Arrays
internal import CPJRT

/// A compiled program, loaded on its devices and ready to run.
///
/// Running it from several threads at once is allowed. The program is unloaded when the last reference
/// goes; executions that are still under way finish.
public final class LoadedExecutable: Sendable {
  /// The name of the module that was compiled.
  public let name: String
  /// The client that compiled or loaded the program.
  public let client: Client
  /// How many devices one execution runs on: replicas times partitions.
  public let deviceCount: Int
  /// The types of the outputs.
  ///
  /// Under partitioning, those of the whole program or of one device's part, as the plugin likes; each
  /// buffer knows its own.
  public let resultTypes: [TensorType]

  /// The program with its devices.
  let handle: Handle
  /// The program by itself, which answers questions.
  let executable: Handle
  /// Whether a buffer's type has to be asked for, because it is a part of an output.
  let isPartitioned: Bool

  var interface: PluginInterface { client.interface }

  /// Takes over a program that the plugin handed out.
  init(owning handle: Handle, client: Client) throws(PJRTError) {
    let interface = client.interface
    let table = interface.table
    let executable: Handle
    do {
      let name: StaticString = "PJRT_LoadedExecutable_GetExecutable"
      let related = try interface.related(
        name,
        table.pointee.loaded_executable_executable,
        of: handle
      )
      executable = try interface.promised(related?.pointer, by: name)
    } catch {
      interface.release(
        "PJRT_LoadedExecutable_Destroy",
        table.pointee.loaded_executable_destroy,
        handle
      )
      throw error
    }
    do {
      name = try interface.text(
        "PJRT_Executable_Name",
        table.pointee.executable_name,
        of: executable
      )
      let replicas = try interface.size(
        "PJRT_Executable_NumReplicas",
        table.pointee.executable_replica_count,
        of: executable
      )
      let partitions = try interface.size(
        "PJRT_Executable_NumPartitions",
        table.pointee.executable_partition_count,
        of: executable
      )
      deviceCount = replicas * partitions
      isPartitioned = partitions > 1
      resultTypes = try interface.outputTypes(ofExecutable: executable, name: name)
    } catch {
      Self.release(handle, executable, interface)
      throw error
    }
    self.client = client
    self.handle = handle
    self.executable = executable
  }

  deinit {
    Self.release(handle, executable, interface)
  }

  private static func release(_ handle: Handle, _ executable: Handle, _ interface: PluginInterface)
  {
    let table = interface.table
    interface.release("PJRT_Executable_Destroy", table.pointee.executable_destroy, executable)
    interface.release(
      "PJRT_LoadedExecutable_Destroy",
      table.pointee.loaded_executable_destroy,
      handle
    )
  }
}
