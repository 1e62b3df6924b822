import Arrays
import LanguageModels
import SavedModels

/// The matrices of a model one by one, laid out as everyone else does: `[out, in]`, a tensor a layer.
///
/// Layers that run more than once are there as often as they run, since no other program ties them.
struct PortableWeights {
  /// A tensor that can be had.
  struct Entry {
    let parameter: LlamaParameter
    /// Which of the layers that run it belongs to; nil for what belongs to none.
    let place: Int?
    /// `[out, in]` or `[size]`.
    let shape: Shape
    fileprivate let specification: ParameterSpecification
    /// The stored layer; nil for what has no layers.
    fileprivate let layer: Int?
    fileprivate let isTransposed: Bool
  }

  let entries: [Entry]
  private let model: SavedModel

  /// Lists the tensors of a model.
  ///
  /// - Throws: ``ExportError/gated(path:)``.
  init(_ model: SavedModel) throws(ExportError) {
    let configuration = model.configuration
    guard !configuration.hasOutputGates else { throw .gated(path: model.checkpoint.path) }
    self.model = model
    let order = configuration.layerOrder ?? Array(0..<configuration.layerCount)
    var entries: [Entry] = []
    var layered: [[Entry]] = order.map { _ in [] }
    for specification in configuration.parameterSpecifications {
      guard let parameter = LlamaParameter(rawValue: specification.name) else { continue }
      let shape = specification.layerShape
      let isTransposed = parameter.isTransposed(rank: shape.rank)
      func entry(_ place: Int?, _ layer: Int?) -> Entry {
        Entry(
          parameter: parameter,
          place: place,
          shape: isTransposed ? Shape(shape.dimensions.reversed()) : shape,
          specification: specification,
          layer: layer,
          isTransposed: isTransposed
        )
      }
      if specification.isLayered {
        for (place, stored) in order.enumerated() { layered[place].append(entry(place, stored)) }
      } else {
        entries.append(entry(nil, nil))
      }
    }
    self.entries = entries.prefix(1) + layered.flatMap(\.self) + entries.dropFirst()
  }

  /// What an output projection is multiplied by, where tied layers are scaled.
  private func scale(of entry: Entry) -> Float? {
    guard let layer = entry.layer, let scales = model.configuration.residualScales,
      entry.parameter == .output || entry.parameter == .down
    else { return nil }
    return Float(scales[layer])
  }

  /// Reads one tensor.
  ///
  /// - Parameter entry: One of ``entries``.
  /// - Returns: Its numbers, row by row.
  /// - Throws: `SavedModelError` or `SafetensorsError`.
  func values(of entry: Entry) throws -> [Float] {
    let array =
      try entry.layer.map { try model.array(of: entry.specification, layer: $0) }
      ?? model.array(of: entry.specification)
    var values = array.values(as: Float.self)
    if let scale = scale(of: entry) { values = values.map { $0 * scale } }
    guard entry.isTransposed else { return values }
    return values.transposed(rows: entry.shape[1], columns: entry.shape[0])
  }
}

extension [Float] {
  /// A matrix of so many rows and columns the other way round.
  package func transposed(rows: Int, columns: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { result, count in
      // In tiles, so that neither side strides through memory a cache line a number.
      for tile in stride(from: 0, to: rows, by: 16) {
        for column in 0..<columns {
          for row in tile..<Swift.min(tile + 16, rows) {
            result[column * rows + row] = self[row * columns + column]
          }
        }
      }
      count = self.count
    }
  }
}
