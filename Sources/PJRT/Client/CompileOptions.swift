/// How a program is spread over devices and compiled.
public struct CompileOptions: Hashable, Sendable {
  /// How many copies of the program run on different data.
  public var replicaCount: Int
  /// Over how many devices one copy of the program is split.
  public var partitionCount: Int
  /// The numbers of the devices that run the program, partition after partition of one replica; empty for the plugin's choice,
  /// its first ones.
  public var deviceIDs: [Int] = []
  /// XLA's own debug options by name, such as `xla_backend_optimization_level`, as they would stand in
  /// `XLA_FLAGS`, truth values as `True` and `False`; one that XLA does not take makes compiling fail.
  public var settings: [String: String]
  /// Whether the compiler's passes run; off for a module that has been through them, which then is
  /// turned into machine code as it stands.
  public var runsPasses = true

  /// The devices the compiled program runs on.
  public var deviceCount: Int { replicaCount * partitionCount }

  /// Describes a spread and settings.
  ///
  /// - Parameters:
  ///   - replicaCount: Copies of the program, one or more.
  ///   - partitionCount: Devices that share one copy, one or more; with two or more XLA's partitioner
  ///     splits the program along the shardings its text states.
  ///   - settings: XLA's own debug options by name.
  public init(
    replicaCount: Int = 1,
    partitionCount: Int = 1,
    settings: [String: String] = [:]
  ) {
    precondition(
      replicaCount >= 1 && partitionCount >= 1,
      "a program runs on one device or more"
    )
    self.replicaCount = replicaCount
    self.partitionCount = partitionCount
    self.settings = settings
  }

  /// The options as XLA's `CompileOptionsProto`, in the wire format of protocol buffers.
  ///
  /// Field 3 of that message holds the build options; of these field 4 is the number of replicas, field 5
  /// the number of partitions, field 6 tells XLA to partition and field 11 to run its back end only, all of them
  /// varints; field 9 is the message of ``deviceAssignment``. Field 7 is a map from a debug option's name to a message
  /// whose field 1 is the value as text.
  public var serialized: [UInt8] {
    var build = Self.varintField(4, UInt64(replicaCount))
    build += Self.varintField(5, UInt64(partitionCount))
    if partitionCount > 1 {
      build += Self.varintField(6, 1)
    }
    if !deviceIDs.isEmpty {
      build += Self.bytesField(9, deviceAssignment)
    }
    if !runsPasses {
      build += Self.varintField(11, 1)
    }
    return settings.sorted { $0.key < $1.key }.reduce(Self.bytesField(3, build)) {
      $0 + Self.bytesField(7, Self.setting($1.key, $1.value))
    }
  }

  /// The devices as XLA's `DeviceAssignmentProto`: the number of replicas and of partitions, and for each partition the
  /// devices of its replicas.
  private var deviceAssignment: [UInt8] {
    precondition(replicaCount == 1 && deviceIDs.count == partitionCount, "a device a partition")
    let counts = Self.varintField(1, 1) + Self.varintField(2, UInt64(partitionCount))
    return deviceIDs.reduce(counts) {
      $0 + Self.bytesField(3, Self.varintField(1, UInt64($1)))
    }
  }

  private static func setting(_ name: String, _ value: String) -> [UInt8] {
    bytesField(1, Array(name.utf8)) + bytesField(2, bytesField(1, Array(value.utf8)))
  }

  private static func bytesField(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  private static func varintField(_ number: UInt64, _ value: UInt64) -> [UInt8] {
    varint(number << 3) + varint(value)
  }

  /// Seven bits a byte, lowest first; the top bit says that more follow.
  private static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
    return bytes
  }
}
