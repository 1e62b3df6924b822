import Arrays
import Randomness

extension GrowthStep {
  /// Carries out the decorations of a grown tensor's layers, in place.
  ///
  /// - Parameters:
  ///   - grown: The gathered tensor, `[map.depth, ...]`.
  ///   - source: The tensor before growing, for blends.
  ///   - role: A layered weight's role.
  /// - Throws: ``GrowthError/cannotDecorate(tensor:elementType:)``.
  func decorate(
    _ grown: inout NamedArray,
    from source: NamedArray,
    role: TensorRole
  ) throws(GrowthError) {
    let acting = decorations.mapValues { $0.filter { $0.acts(on: role) } }
      .filter { !$0.value.isEmpty }
      .sorted { $0.key < $1.key }
    guard !acting.isEmpty else { return }
    guard source.array.hasNumbers, grown.array.hasNumbers else {
      throw .cannotDecorate(tensor: grown.name, elementType: "\(grown.array.elementType)")
    }
    for (layer, list) in acting {
      var values = grown.array.numbers(ofRow: layer)
      for decoration in list {
        decoration.apply(to: &values, tensor: grown.name, layer: layer, old: source.array)
      }
      grown.array.replaceRow(layer, withNumbers: values)
    }
  }
}

extension LayerDecoration {
  /// Whether a tensor of a role changes at all.
  fileprivate func acts(on role: TensorRole) -> Bool {
    switch self {
    case .zeroOutput, .scaledOutput: role == .layeredOutput || role == .layeredOutputBias
    // With biases a layer would add something to what it reads as nothing.
    case .zeroNorm: [.layeredGain, .layeredBias, .layeredOutputBias].contains(role)
    case .noise: role == .layeredWeight || role == .layeredOutput
    case .blend: true
    }
  }

  fileprivate func apply(
    to values: inout [Double],
    tensor: String,
    layer: Int,
    old: HostArray
  ) {
    switch self {
    case .zeroOutput, .zeroNorm:
      values = [Double](repeating: 0, count: values.count)
    case .scaledOutput(let factor):
      for index in values.indices { values[index] *= factor }
    case .noise(let share, let seed):
      let deviation = share * standardDeviation(of: values)
      let stream = RandomStream(seed: seed).named("growth noise").named(tensor)
        .indexed(UInt64(layer))
      for index in values.indices { values[index] += deviation * stream.normal(at: UInt64(index)) }
    case .blend(let shares):
      values = [Double](repeating: 0, count: values.count)
      for share in shares {
        let row = old.numbers(ofRow: share.layer)
        for index in values.indices { values[index] += share.weight * row[index] }
      }
    }
  }

  private func standardDeviation(of values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count)).squareRoot()
  }
}

extension HostArray {
  /// Whether growth can do arithmetic on the elements.
  fileprivate var hasNumbers: Bool { elementType == .float32 || elementType == .float64 }

  /// A row along the first axis.
  func numbers(ofRow row: Int) -> [Double] {
    let values = gatheringRows([row])
    return elementType == .float64
      ? values.values(as: Double.self) : values.values(as: Float.self).map(Double.init)
  }

  /// Overwrites a row along the first axis, rounding to the element type.
  mutating func replaceRow(_ row: Int, withNumbers numbers: [Double]) {
    let rowShape = Shape(Array(shape.dimensions.dropFirst()))
    let values =
      elementType == .float64
      ? HostArray(numbers, shape: rowShape) : HostArray(numbers.map(Float.init), shape: rowShape)
    replaceRow(row, with: values)
  }
}
