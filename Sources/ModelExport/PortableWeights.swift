import Arrays
import LanguageModels
import SavedModels

/// The matrices of a model one by one, laid out as everyone else does: `[out, in]`, a tensor a layer.
///
/// Layers that run more than once are there as often as they run, since no other program ties them.
struct PortableWeights {
  /// A tensor that can be had.
  struct Entry {
    let part: Part
    /// `[out, in]` or `[size]`.
    let shape: Shape
    fileprivate let specification: ParameterSpecification
    /// The stored layer; nil for what has no layers.
    fileprivate let layer: Int?
    fileprivate let isTransposed: Bool
  }

  /// What a tensor is in the model.
  enum Part: Hashable {
    case embedding
    case layer(Int, LayerPart)
    case finalNorm
    case head
  }

  /// What a tensor is in its layer; the raw value is the name of our parameter.
  enum LayerPart: String, CaseIterable {
    case attentionNorm = "layers.attentionNorm"
    case query = "layers.query"
    case key = "layers.key"
    case value = "layers.value"
    case output = "layers.output"
    case feedForwardNorm = "layers.feedForwardNorm"
    case gate = "layers.gate"
    case up = "layers.up"
    case down = "layers.down"
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
      let shape = specification.layerShape
      // The embedding is looked up row by row, which is [out, in] already.
      let isTransposed = shape.rank == 2 && specification.name != "embedding"
      let outShape = isTransposed ? Shape(shape.dimensions.reversed()) : shape
      func entry(_ part: Part, _ layer: Int?) -> Entry {
        Entry(
          part: part,
          shape: outShape,
          specification: specification,
          layer: layer,
          isTransposed: isTransposed
        )
      }
      switch specification.name {
      case "embedding": entries.append(entry(.embedding, nil))
      case "finalNorm": entries.append(entry(.finalNorm, nil))
      case "head": entries.append(entry(.head, nil))
      default:
        guard let part = LayerPart(rawValue: specification.name) else { continue }
        for (place, stored) in order.enumerated() {
          layered[place].append(entry(.layer(place, part), stored))
        }
      }
    }
    self.entries = entries.prefix(1) + layered.flatMap(\.self) + entries.dropFirst()
  }

  /// Reads one tensor.
  ///
  /// - Parameter entry: One of ``entries``.
  /// - Returns: Its numbers, row by row.
  /// - Throws: `SavedModelError` or `SafetensorsError`.
  func values(of entry: Entry) throws -> [Float] {
    var array = try model.array(of: entry.specification)
    if let layer = entry.layer { array = array.gatheringRows([layer]) }
    let values = array.values(as: Float.self)
    guard entry.isTransposed else { return values }
    let (rows, columns) = (entry.shape[0], entry.shape[1])
    return [Float](unsafeUninitializedCapacity: values.count) { result, count in
      // In tiles, so that neither side strides through memory a cache line a number.
      for tile in stride(from: 0, to: columns, by: 16) {
        for row in 0..<rows {
          for column in tile..<min(tile + 16, columns) {
            result[row * columns + column] = values[column * rows + row]
          }
        }
      }
      count = values.count
    }
  }
}
