import PJRT

/// What becomes of the loss when layers or blocks are left out, exchanged, turned round or run again.
struct Sensitivity {
  /// The loss of the model as it is.
  let loss: Double
  private let model: Dissection
  private let blockSize: Int
  private let plain: Reading

  init(_ model: Dissection, blockSize: Int) throws {
    self.model = model
    self.blockSize = blockSize
    plain = try model.reading(model.states[model.depth])
    loss = plain.losses.reduce(0, +) / Double(plain.losses.count)
  }

  /// The change of the loss, nats a token, with its standard error over rows, and its mean distance token by token.
  private struct Change {
    let mean: Double
    let error: Double
    let distance: Double
  }

  /// What another order of the layers does.
  private func change(_ order: [Int]) throws -> Change {
    // What comes before the first layer that changes is known.
    let same = zip(order, 0..<model.depth).prefix { $0 == $1 }.count
    let end = try model.run(order[same...], on: model.states[same])
    let reading = try model.reading(end)
    let rows = zip(reading.rowLosses, plain.rowLosses).map { $0 - $1 }
    let mean = rows.reduce(0, +) / Double(rows.count)
    let squares = rows.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let count = Double(rows.count)
    let distances = zip(reading.losses, plain.losses).map { abs($0 - $1) }
    return Change(
      mean: mean,
      error: rows.count > 1 ? (squares / (count - 1) / count).squareRoot() : 0,
      distance: distances.reduce(0, +) / Double(distances.count)
    )
  }

  /// The layers in order, those of a range replaced.
  private func order(_ range: Range<Int>, by layers: [Int]) -> [Int] {
    Array(0..<range.lowerBound) + layers + Array(range.upperBound..<model.depth)
  }

  private func ranges(of size: Int) -> [Range<Int>] {
    (0..<model.depth / size).map { $0 * size..<($0 + 1) * size }
  }

  /// What leaving out, running again, and turning round does, layer by layer and block by block.
  func profiles() throws -> [Anatomy.Profile] {
    var profiles: [Anatomy.Profile] = []
    let units = [("layers", 1)] + (blockSize > 1 ? [("blocks", blockSize)] : [])
    for (name, size) in units {
      let skips = try ranges(of: size).map { try change(order($0, by: [])) }
      profiles.append(Self.profile("skip.\(name)", skips))
      if size == 1 {
        profiles.append(Anatomy.Profile(key: "effect.layers", values: skips.map(\.distance)))
      }
      let repeats = try ranges(of: size).map { try change(order($0, by: Array($0) + Array($0))) }
      profiles.append(Self.profile("repeat.\(name)", repeats))
      guard size > 1 else { continue }
      let turned = try ranges(of: size).map { try change(order($0, by: $0.reversed())) }
      profiles.append(Self.profile("reverse.\(name)", turned))
    }
    return profiles
  }

  private static func profile(_ key: String, _ changes: [Change]) -> Anatomy.Profile {
    Anatomy.Profile(key: key, values: changes.map(\.mean), errors: changes.map(\.error))
  }

  /// What exchanging does, for each pair of layers and of blocks; of more than 24 units only of neighbours.
  func maps(progress: (Double) throws -> Void) throws -> [Anatomy.Map] {
    let units = [("layers", 1)] + (blockSize > 1 ? [("blocks", blockSize)] : [])
    return try units.enumerated().map { index, unit in
      let parts = ranges(of: unit.1)
      var values = [[Double?]](
        repeating: [Double?](repeating: nil, count: parts.count),
        count: parts.count
      )
      for one in parts.indices {
        values[one][one] = 0
        for other in parts.indices.dropFirst(one + 1)
        where parts.count <= 24 || other == one + 1 {
          var order = parts
          order.swapAt(one, other)
          let found = try change(order.flatMap { Array($0) }).mean
          (values[one][other], values[other][one]) = (found, found)
        }
        let done = Double(index) + Double(one + 1) / Double(parts.count)
        try progress(done / Double(units.count))
      }
      return Anatomy.Map(key: "swap.\(unit.0)", values: values)
    }
  }
}
