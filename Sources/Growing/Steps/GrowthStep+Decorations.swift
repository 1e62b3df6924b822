import Arrays
import Randomness

extension GrowthStep {
  /// The grown tensor with the decorations of its layers carried out.
  ///
  /// - Parameters:
  ///   - grown: The gathered tensor, `[map.depth, ...]`.
  ///   - source: The tensor before growing, for blends.
  ///   - role: A layered weight's role.
  /// - Returns: The tensor under the same name and of the same type.
  /// - Throws: ``GrowthError/cannotDecorate(tensor:elementType:)``.
  func decorated(
    _ grown: NamedArray,
    from source: NamedArray,
    role: TensorRole
  ) throws(GrowthError) -> NamedArray {
    let acting = decorations.mapValues { $0.filter { $0.acts(on: role) } }
      .filter { !$0.value.isEmpty }
      .sorted { $0.key < $1.key }
    guard !acting.isEmpty else { return grown }
    guard let old = LayerRows(source.array), var rows = LayerRows(grown.array) else {
      throw .cannotDecorate(tensor: grown.name, elementType: "\(grown.array.elementType)")
    }
    for (layer, list) in acting {
      var values = rows[layer]
      for decoration in list {
        decoration.apply(to: &values, tensor: grown.name, layer: layer, old: old)
      }
      rows[layer] = values
    }
    return NamedArray(grown.name, rows.array)
  }
}

extension LayerDecoration {
  /// Whether a tensor of a role changes at all.
  fileprivate func acts(on role: TensorRole) -> Bool {
    switch self {
    case .zeroOutput, .scaledOutput: role == .layeredOutput
    case .zeroNorm: role == .layeredGain
    case .noise: role != .layeredGain
    case .blend: true
    }
  }

  fileprivate func apply(
    to values: inout [Double],
    tensor: String,
    layer: Int,
    old: LayerRows
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
        let row = old[share.layer]
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

/// The rows of an array along its first axis, as numbers.
private struct LayerRows {
  private(set) var array: HostArray
  private let rowShape: Shape

  /// Nil for element types that growth does no arithmetic on.
  init?(_ array: HostArray) {
    guard array.elementType == .float32 || array.elementType == .float64 else { return nil }
    self.array = array
    rowShape = Shape(Array(array.shape.dimensions.dropFirst()))
  }

  subscript(row: Int) -> [Double] {
    get {
      let values = array.gatheringRows([row])
      return array.elementType == .float64
        ? values.values(as: Double.self) : values.values(as: Float.self).map(Double.init)
    }
    set {
      let values =
        array.elementType == .float64
        ? HostArray(newValue, shape: rowShape)
        : HostArray(newValue.map(Float.init), shape: rowShape)
      array.replaceRow(row, with: values)
    }
  }
}
