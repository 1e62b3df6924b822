/// What Linux's `/proc/cpuinfo` says about the first processor.
struct ProcessorDescription: Hashable, Sendable {
  /// The model's name, if the kernel gives one.
  var name: String?
  /// The features that matter for arithmetic, in alphabetical order.
  var features: [String]

  /// Beginnings of the names of the features that decide how fast matrices are multiplied.
  static let arithmeticFeatures = [
    "sse4", "avx", "fma", "f16c", "amx", "vnni", "neon", "asimd", "sve", "bf16", "i8mm", "fphp",
  ]

  /// Reads the text of `/proc/cpuinfo`; lines it does not know are skipped.
  init(cpuinfo: String) {
    var name: String?
    var features: Set<String> = []
    for line in cpuinfo.split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = line[..<colon].filter { !$0.isWhitespace }.lowercased()
      let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
      switch key {
      case "modelname", "cpumodel":
        if name == nil, !value.isEmpty { name = String(value) }
      case "flags", "features":
        for feature in value.split(separator: " ")
        where Self.arithmeticFeatures.contains(where: feature.hasPrefix) {
          features.insert(String(feature))
        }
      default: continue
      }
    }
    self.name = name
    self.features = features.sorted()
  }
}
