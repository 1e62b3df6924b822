internal import CPJRT

/// Devices that programs are compiled for and that need not be there.
///
/// ```swift
/// let topology = try Topology(of: plugin, options: CompilationTarget.h100.options)
/// print(try topology.compile(stableHLO: text).memoryStatistics().temporaryByteCount)
/// ```
public final class Topology: Sendable {
  /// The plugin whose compiler is used.
  public let plugin: Plugin
  /// What kind of machine the devices are, such as `cuda`.
  public let platformName: String

  private let handle: Handle

  private var interface: PluginInterface { plugin.interface }

  /// Describes devices.
  ///
  /// - Parameters:
  ///   - plugin: The plugin that compiles for them.
  ///   - options: What they are like, in the plugin's words.
  /// - Throws: What the plugin reports, such as a description that it does not understand.
  public init(of plugin: Plugin, options: [ClientOption]) throws(PJRTError) {
    let interface = plugin.interface
    let table = interface.table
    let handle = try ClientOption.withNamedValues(options) { (list) throws(PJRTError) -> Handle in
      let name: StaticString = "PJRT_TopologyDescription_Create"
      var arguments = pjrt_topology_create_args()
      arguments.struct_size = MemoryLayout<pjrt_topology_create_args>.size
      arguments.options = list.baseAddress
      arguments.option_count = list.count
      try interface.call(name, table.pointee.topology_create, &arguments)
      return try interface.promised(arguments.topology, by: name)
    }
    do {
      platformName = try interface.text(
        "PJRT_TopologyDescription_PlatformName",
        table.pointee.topology_platform_name,
        of: handle
      )
    } catch {
      interface.release(
        "PJRT_TopologyDescription_Destroy",
        table.pointee.topology_destroy,
        handle
      )
      throw error
    }
    self.plugin = plugin
    self.handle = handle
  }

  deinit {
    interface.release(
      "PJRT_TopologyDescription_Destroy",
      interface.table.pointee.topology_destroy,
      handle
    )
  }

  /// Compiles a program.
  ///
  /// - Parameters:
  ///   - stableHLO: As for ``Client/compile(stableHLO:options:)``.
  ///   - options: How the program is spread over devices.
  /// - Returns: The program, which is on no device.
  /// - Throws: ``PJRTError/call(name:code:message:)`` with the compiler's message.
  public func compile(
    stableHLO: String,
    options: CompileOptions = CompileOptions()
  ) throws(PJRTError) -> Executable {
    let name: StaticString = "PJRT_Compile"
    var arguments = pjrt_compile_for_topology_args()
    arguments.struct_size = MemoryLayout<pjrt_compile_for_topology_args>.size
    arguments.topology = UnsafeRawPointer(handle.pointer)
    try options.lend(with: Array(stableHLO.utf8), format: "mlir") {
      (program, options) throws(PJRTError) in
      arguments.program = program
      arguments.options = options.baseAddress
      arguments.options_size = options.count
      try interface.call(name, interface.table.pointee.compile, &arguments)
    }
    let executable = try interface.promised(arguments.executable, by: name)
    return try Executable(owning: executable, interface: interface)
  }
}
