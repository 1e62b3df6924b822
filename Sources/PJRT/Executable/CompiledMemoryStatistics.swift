/// The memory one execution of a compiled program takes on one device, in bytes.
public struct CompiledMemoryStatistics: Hashable, Sendable, Codable {
  /// The machine code; 0 where the plugin does not count it.
  public let generatedCodeByteCount: Int
  /// All inputs.
  public let argumentByteCount: Int
  /// All outputs.
  public let outputByteCount: Int
  /// The part of the outputs that lies in donated inputs.
  public let aliasedByteCount: Int
  /// Intermediate values.
  public let temporaryByteCount: Int
  /// The most that is in use at once; 0 where the plugin does not know.
  public let peakByteCount: Int

  /// Inputs, outputs and intermediate values together, memory that is shared counted once.
  public var totalByteCount: Int {
    argumentByteCount + outputByteCount - aliasedByteCount + temporaryByteCount
  }

  /// Collects the numbers.
  public init(
    generatedCodeByteCount: Int,
    argumentByteCount: Int,
    outputByteCount: Int,
    aliasedByteCount: Int,
    temporaryByteCount: Int,
    peakByteCount: Int
  ) {
    self.generatedCodeByteCount = generatedCodeByteCount
    self.argumentByteCount = argumentByteCount
    self.outputByteCount = outputByteCount
    self.aliasedByteCount = aliasedByteCount
    self.temporaryByteCount = temporaryByteCount
    self.peakByteCount = peakByteCount
  }
}
