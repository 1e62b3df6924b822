internal import CPJRT

/// A setting with which a client is created; which ones exist is the plugin's affair.
public struct ClientOption: Hashable, Sendable {
  /// The plugin's name for the setting.
  public var name: String
  /// Its value.
  public var value: PluginValue

  /// Pairs a setting with a value.
  public init(_ name: String, _ value: PluginValue) {
    self.name = name
    self.value = value
  }

  /// How many devices the CPU plugin makes out of the processor; they share its cores and memory.
  ///
  /// A plugin of another platform refuses it; ``Client/onDevices(_:of:memory:)`` asks first.
  public static func cpuDeviceCount(_ count: Int) -> ClientOption {
    ClientOption("cpu_device_count", .integer(Int64(count)))
  }

  /// Which GPUs a client takes, among those that `CUDA_VISIBLE_DEVICES` lets the process see.
  public static func visibleDevices(_ numbers: [Int]) -> ClientOption {
    ClientOption("visible_devices", .integers(numbers.map(Int64.init)))
  }
}

extension ClientOption {
  /// Lends the options as the C structures the plugin reads.
  ///
  /// - Parameters:
  ///   - options: The options to lend.
  ///   - body: Gets the structures, which are gone when it returns.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  static func withNamedValues<Result>(
    _ options: [ClientOption],
    _ body: (UnsafeBufferPointer<pjrt_named_value>) throws(PJRTError) -> Result
  ) throws(PJRTError) -> Result {
    var copies: [UnsafeMutableRawPointer] = []
    defer { copies.forEach { $0.deallocate() } }
    func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
      let size = max(1, elements.count * MemoryLayout<Element>.stride)
      let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: size,
        alignment: MemoryLayout<Element>.alignment
      )
      elements.withUnsafeBytes { memory.copyMemory(from: $0) }
      // SAFETY: `allocate` returns memory for a size above zero, and it lives until `defer` runs.
      let start = memory.baseAddress.unsafelyUnwrapped
      copies.append(start)
      return UnsafePointer(start.assumingMemoryBound(to: Element.self))
    }

    let values = options.map { option in
      var named = pjrt_named_value()
      named.struct_size = MemoryLayout<pjrt_named_value>.size
      let name = option.name.utf8.map { CChar(bitPattern: $0) }
      named.name = copy(name)
      named.name_size = name.count
      named.value_size = 1
      switch option.value {
      case .string(let text):
        let characters = text.utf8.map { CChar(bitPattern: $0) }
        named.kind = Int32(pjrt_value_kind_string)
        named.string_value = copy(characters)
        named.value_size = characters.count
      case .integer(let number):
        named.kind = Int32(pjrt_value_kind_int64)
        named.int64_value = number
      case .integers(let numbers):
        named.kind = Int32(pjrt_value_kind_int64_list)
        named.int64_list_value = copy(numbers)
        named.value_size = numbers.count
      case .float(let number):
        named.kind = Int32(pjrt_value_kind_float)
        named.float_value = number
      case .boolean(let flag):
        named.kind = Int32(pjrt_value_kind_bool)
        named.bool_value = flag
      }
      return named
    }
    return try values.withUnsafeBufferPointer { (list) throws(PJRTError) -> Result in
      try body(list)
    }
  }
}
