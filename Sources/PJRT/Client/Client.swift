internal import CPJRT

/// A running instance of a plugin: its devices, their memory, and its compiler.
///
/// A client is made once and shared: it may be used from any thread, and everything it hands out keeps
/// it alive. Creating one starts the plugin's threads.
public final class Client: Sendable {
  /// The plugin the client runs on.
  public let plugin: Plugin
  /// What kind of machine the client drives, such as `cpu`.
  public let platformName: String
  /// The plugin's description of its version.
  public let platformVersion: String
  /// The devices this process can use; never empty.
  public let devices: [Device]
  /// The devices of all processes whose clients work together, by process; of one process they are ``devices``.
  public let allDevices: [Device]

  /// The number of this process among those whose clients work together, from 0.
  public var processIndex: Int { devices[0].processIndex }
  /// Whether the client works together with those of other processes.
  public var hasPeers: Bool { allDevices.count > devices.count }

  let handle: Handle
  /// What the plugin calls to find other processes; it may as long as there is a client.
  private let callbacks: ExchangeCallbacks?

  var interface: PluginInterface { plugin.interface }

  /// Starts a client.
  ///
  /// - Parameters:
  ///   - plugin: The plugin to run on.
  ///   - options: Settings of the plugin, such as ``ClientOption/cpuDeviceCount(_:)``.
  ///   - exchange: What clients in several processes find each other by; nil for one process.
  /// - Throws: What the plugin reports, such as an option it does not take.
  public init(
    plugin: Plugin,
    options: [ClientOption] = [],
    exchange: (any KeyValueExchange)? = nil
  ) throws(PJRTError) {
    let callbacks = exchange.map(ExchangeCallbacks.init)
    let interface = plugin.interface
    let table = interface.table
    let handle = try ClientOption.withNamedValues(options) { (list) throws(PJRTError) -> Handle in
      var arguments = pjrt_client_create_args()
      arguments.struct_size = MemoryLayout<pjrt_client_create_args>.size
      arguments.options = list.baseAddress
      arguments.option_count = list.count
      callbacks?.install(in: &arguments)
      try interface.call("PJRT_Client_Create", table.pointee.client_create, &arguments)
      return try interface.promised(arguments.client, by: "PJRT_Client_Create")
    }
    do {
      platformName = try interface.text(
        "PJRT_Client_PlatformName",
        table.pointee.client_platform_name,
        of: handle
      )
      platformVersion = try interface.text(
        "PJRT_Client_PlatformVersion",
        table.pointee.client_platform_version,
        of: handle
      )
      devices = try interface.devices(
        "PJRT_Client_AddressableDevices",
        table.pointee.client_addressable_devices,
        of: handle
      )
      allDevices = try interface.devices(
        "PJRT_Client_Devices",
        table.pointee.client_devices,
        of: handle
      )
    } catch {
      interface.release("PJRT_Client_Destroy", table.pointee.client_destroy, handle)
      throw error
    }
    self.plugin = plugin
    self.handle = handle
    self.callbacks = callbacks
  }

  /// Starts a client for work on one device: its first; see ``onDevices(_:of:memory:)``.
  ///
  /// - Parameters:
  ///   - plugin: The plugin to run on.
  ///   - memory: How the memory of a GPU is taken; the processor's is not asked about.
  /// - Returns: The client.
  /// - Throws: ``PJRTError/cudaUnusable(_:)``, or what the plugin reports.
  public static func onOneDevice(
    of plugin: Plugin,
    memory: GPUMemory = GPUMemory()
  ) throws(PJRTError) -> Client {
    try onDevices(1, of: plugin, memory: memory)
  }

  /// Starts a client for work on its first devices.
  ///
  /// Which options a plugin takes depends on its platform. A plugin for GPUs can be told by its extensions, and its client
  /// takes the first GPUs and their memory as is said. Of all others the platform is known only when a client exists, so one is
  /// started without options first, which every plugin takes. Only if that turns out to have made more or fewer devices
  /// of the processor it is started anew with the option to make so many; both take milliseconds. On another platform there
  /// are as many as there are.
  ///
  /// - Parameters:
  ///   - count: How many devices; positive.
  ///   - plugin: The plugin to run on.
  ///   - memory: How the memory of a GPU is taken; the processor's is not asked about.
  ///   - group: The other processes whose devices work together with these; nil for none.
  /// - Returns: The client.
  /// - Throws: ``PJRTError/oneProcessAlone(path:)`` for a group where the plugin's devices cannot talk to those of other
  ///   processes, ``PJRTError/cudaUnusable(_:)`` where NVIDIA's software beside the plugin cannot run here, or what the plugin
  ///   reports.
  public static func onDevices(
    _ count: Int,
    of plugin: Plugin,
    memory: GPUMemory = GPUMemory(),
    among group: ProcessGroup? = nil
  ) throws(PJRTError) -> Client {
    if plugin.drivesGPUs {
      if let shortcoming = plugin.cuda?.runningShortcomings().first {
        throw .cudaUnusable(shortcoming)
      }
      return try Client(
        plugin: plugin,
        options: [.visibleDevices(Array(0..<count))] + memory.options + (group?.options ?? []),
        exchange: group?.exchange
      )
    }
    guard group == nil else { throw .oneProcessAlone(path: plugin.path) }
    let client = try Client(plugin: plugin)
    guard client.platformName == "cpu", client.devices.count != count else { return client }
    return try Client(plugin: plugin, options: [.cpuDeviceCount(count)])
  }

  deinit {
    interface.release("PJRT_Client_Destroy", interface.table.pointee.client_destroy, handle)
  }
}

extension PluginInterface {
  /// The devices of a client, by process and number; never none.
  fileprivate func devices(
    _ name: StaticString,
    _ function: ((UnsafeMutablePointer<pjrt_objects_args>?) -> OpaquePointer?)?,
    of client: Handle
  ) throws(PJRTError) -> [Device] {
    var devices: [Device] = []
    for device in try objects(name, function, of: client) {
      devices.append(try Device(device, interface: self))
    }
    guard !devices.isEmpty else {
      throw .call(name: "\(name)", code: .unavailable, message: "the client has no device")
    }
    return devices.sorted { ($0.processIndex, $0.id) < ($1.processIndex, $1.id) }
  }
}
