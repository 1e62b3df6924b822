public import Arrays
internal import CPJRT

/// A compiled program by itself: it is on no device, and answers questions.
public final class Executable: Sendable {
  /// The name of the module that was compiled.
  public let name: String
  /// How many devices one execution runs on: replicas times partitions.
  public let deviceCount: Int
  /// The types of the outputs.
  ///
  /// Under partitioning, those of the whole program or of one device's part, as the plugin likes; each
  /// buffer knows its own.
  public let resultTypes: [TensorType]

  let handle: Handle
  let interface: PluginInterface
  /// Whether a buffer's type has to be asked for, because it is a part of an output.
  let isPartitioned: Bool
  /// What loaded the program, which must not go before it; nil for one that is on no device.
  private let client: Client?

  /// Takes over a program that the plugin handed out.
  init(
    owning handle: Handle,
    interface: PluginInterface,
    client: Client? = nil
  ) throws(PJRTError) {
    let table = interface.table
    do throws(PJRTError) {
      name = try interface.text(
        "PJRT_Executable_Name",
        table.pointee.executable_name,
        of: handle
      )
      let replicas = try interface.size(
        "PJRT_Executable_NumReplicas",
        table.pointee.executable_replica_count,
        of: handle
      )
      let partitions = try interface.size(
        "PJRT_Executable_NumPartitions",
        table.pointee.executable_partition_count,
        of: handle
      )
      deviceCount = replicas * partitions
      isPartitioned = partitions > 1
      resultTypes = try interface.outputTypes(ofExecutable: handle, name: name)
    } catch {
      Self.release(handle, interface)
      throw error
    }
    self.handle = handle
    self.interface = interface
    self.client = client
  }

  deinit {
    Self.release(handle, interface)
  }

  private static func release(_ handle: Handle, _ interface: PluginInterface) {
    interface.release(
      "PJRT_Executable_Destroy",
      interface.table.pointee.executable_destroy,
      handle
    )
  }
}
