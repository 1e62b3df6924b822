/// How a program is spread over devices.
public struct CompileOptions: Hashable, Sendable {
  /// How many copies of the program run on different data.
  public var replicaCount: Int
  /// Over how many devices one copy of the program is split.
  public var partitionCount: Int

  /// The devices the compiled program runs on.
  public var deviceCount: Int { replicaCount * partitionCount }

  /// Describes a spread.
  ///
  /// - Parameters:
  ///   - replicaCount: Copies of the program, one or more.
  ///   - partitionCount: Devices that share one copy, one or more; with two or more XLA's partitioner
  ///     splits the program along the shardings its text states.
  public init(replicaCount: Int = 1, partitionCount: Int = 1) {
    precondition(
      replicaCount >= 1 && partitionCount >= 1,
      "a program runs on one device or more"
    )
    self.replicaCount = replicaCount
    self.partitionCount = partitionCount
  }

  /// The options as XLA's `CompileOptionsProto`, in the wire format of protocol buffers.
  ///
  /// Field 3 of that message holds the build options; of these field 4 is the number of replicas, field 5
  /// the number of partitions, and field 6 tells XLA to partition. All are varints.
  public var serialized: [UInt8] {
    var build = Self.varintField(4, UInt64(replicaCount))
    build += Self.varintField(5, UInt64(partitionCount))
    if partitionCount > 1 {
      build += Self.varintField(6, 1)
    }
    return Self.varint(3 << 3 | 2) + Self.varint(UInt64(build.count)) + build
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
