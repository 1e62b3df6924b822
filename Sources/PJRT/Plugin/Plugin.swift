internal import CPJRT
internal import Files
internal import Synchronization

/// A shared library that compiles and runs StableHLO programs.
///
/// A plugin stays loaded until the process ends, so opening the same file twice costs little and gives
/// the same library.
public final class Plugin: Sendable {
  /// The file the plugin was opened from.
  public let path: String
  /// What the plugin says about itself, such as the XLA version it was built from.
  public let attributes: [String: String]
  /// The additions to the interface, in the plugin's order.
  public let extensions: [PluginExtension]

  /// NVIDIA's software beside the plugin; nil where there is none.
  public let cuda: CUDAInstallation?

  let interface: PluginInterface

  /// The functions that were registered as custom calls, as addresses.
  let customCalls = Mutex<[CustomCallKey: UInt]>([:])

  /// What XLA tells custom calls apart by.
  struct CustomCallKey: Hashable {
    let name: String
    let platform: String
  }

  /// The version of the PJRT interface the plugin follows.
  public var interfaceVersion: InterfaceVersion { interface.version }

  /// Whether the plugin is for GPUs, which it tells before a client takes one.
  public var drivesGPUs: Bool { extensions.contains(.gpuCustomCalls) }

  /// Opens a plugin and checks that it can be used.
  ///
  /// Where there is a GPU, NVIDIA's libraries beside the plugin are opened before it. The environment is left as it is.
  ///
  /// - Parameter path: The shared library.
  /// - Throws: ``PJRTError`` if the file is missing, is no shared library, is no plugin, follows another
  ///   version of the interface, or refuses to start, or if a limit leaves no memory for it.
  public convenience init(path: String) throws(PJRTError) {
    guard LocalFileSystem().exists(path) else { throw .pluginNotFound(searched: [path]) }
    try PluginFile.checkCompleteness(path)
    try MemoryLimit.check()
    let cuda = CUDAInstallation(besidePlugin: path)
    if CUDAInstallation.hasGPU { cuda?.openLibraries() }
    let symbol = try PluginFile.symbol("GetPjrtApi", in: path)
    let entryPoint = unsafeBitCast(symbol, to: pjrt_entry_point.self)
    guard let table = entryPoint() else { throw .notAPlugin(path: path) }
    try self.init(table: table, path: path, cuda: cuda)
  }

  /// Starts a plugin whose table of functions is at hand.
  init(
    table: UnsafePointer<pjrt_table>,
    path: String,
    cuda: CUDAInstallation? = nil
  ) throws(PJRTError) {
    let interface = try PluginInterface(checking: table, path: path)
    self.interface = interface
    self.cuda = cuda
    self.path = path

    var start = pjrt_empty_args()
    start.struct_size = MemoryLayout<pjrt_empty_args>.size
    try interface.call("PJRT_Plugin_Initialize", table.pointee.plugin_initialize, &start)

    var list = pjrt_attributes_args()
    list.struct_size = MemoryLayout<pjrt_attributes_args>.size
    try interface.call("PJRT_Plugin_Attributes", table.pointee.plugin_attributes, &list)
    attributes = PluginValue.values(list.values, count: list.count).mapValues(\.description)
    extensions = interface.extensionKinds().map(PluginExtension.init)
  }
}

extension PluginInterface {
  /// The kinds of the plugin's extensions, in the order of its chain.
  func extensionKinds() -> [Int] {
    var kinds: [Int] = []
    var link = table.pointee.extensions
    while let found = link {
      kinds.append(Int(found.pointee.kind))
      link = found.pointee.next
    }
    return kinds
  }

  /// The extension that registers custom calls; nil if the plugin has none or a shorter one.
  func customCallExtension() -> UnsafePointer<pjrt_ffi_extension>? {
    var link = table.pointee.extensions
    while let found = link {
      if Int(found.pointee.kind) == Int(pjrt_extension_kind_ffi),
        found.pointee.struct_size >= MemoryLayout<pjrt_ffi_extension>.size
      {
        return UnsafeRawPointer(found).assumingMemoryBound(to: pjrt_ffi_extension.self)
      }
      link = found.pointee.next
    }
    return nil
  }
}
