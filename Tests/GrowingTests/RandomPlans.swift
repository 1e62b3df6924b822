import Growing

/// A repeatable generator (SplitMix64) for property tests.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) {
    state = UInt64(truncatingIfNeeded: seed)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

/// A map that keeps every source layer, in any order, among copies and fresh layers.
func randomGrowth(
  from depth: Int,
  using generator: inout SeededGenerator
) throws -> LayerMap {
  var origins = (0..<depth).map { LayerMap.Origin.copy(of: $0) }
  for _ in 0..<Int.random(in: 0...4, using: &generator) {
    let copies = depth > 0 && Bool.random(using: &generator)
    let origin: LayerMap.Origin =
      copies ? .copy(of: Int.random(in: 0..<depth, using: &generator)) : .fresh
    origins.insert(origin, at: Int.random(in: 0...origins.count, using: &generator))
  }
  if Bool.random(using: &generator) { origins.shuffle(using: &generator) }
  return try LayerMap(sourceDepth: depth, origins: origins)
}

/// Any map at all, also one that loses layers.
func randomMap(from depth: Int, using generator: inout SeededGenerator) throws -> LayerMap {
  let origins = (0..<Int.random(in: 0...6, using: &generator)).map { _ -> LayerMap.Origin in
    depth == 0 || Int.random(in: 0..<4, using: &generator) == 0
      ? .fresh : .copy(of: Int.random(in: 0..<depth, using: &generator))
  }
  return try LayerMap(sourceDepth: depth, origins: origins)
}
