import Foundation

/// What repeated growths of one kind took.
struct GrowthResult: Encodable {
  let growth: String
  /// Parameters after growing.
  let parameters: Int
  /// The grown state: weights and optimizer slots.
  let stateBytes: Int
  let seconds: [Double]
  /// What the process held before there was a state.
  let residentBytesBefore: Int
  /// The most it held during any of the growths.
  let peakResidentBytes: Int

  /// The peak, without what was there before, over the grown state.
  var memoryRatio: Double {
    Double(peakResidentBytes - residentBytesBefore) / Double(stateBytes)
  }

  private enum CodingKeys: String, CodingKey {
    case growth, parameters, stateBytes, seconds, residentBytesBefore, peakResidentBytes
    case memoryRatio
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(growth, forKey: .growth)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(stateBytes, forKey: .stateBytes)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(residentBytesBefore, forKey: .residentBytesBefore)
    try container.encode(peakResidentBytes, forKey: .peakResidentBytes)
    try container.encode(memoryRatio, forKey: .memoryRatio)
  }

  /// The result in lines.
  var text: String {
    func megabytes(_ bytes: Int) -> String { "\(bytes / 1_000_000) MB" }
    let times = seconds.map { String(format: "%.2f", $0) }.joined(separator: " ")
    return """
      \(growth)
        \(parameters) parameters, a state of \(megabytes(stateBytes))
        \(times) s, slowest \(String(format: "%.2f", seconds.max() ?? 0)) s
        peak \(megabytes(peakResidentBytes)), before any state \(megabytes(residentBytesBefore)): \
      \(String(format: "%.2f", memoryRatio)) of the grown state
      """
  }
}
