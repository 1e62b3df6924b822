import Arrays
import Corpus
import Files
import LanguageModels
import ModelExport
import Safetensors

/// The tensors of a folder: in `model.safetensors`, or in several files that an index names.
struct ForeignWeights {
  private let folder: String
  private let files: [String: SafetensorsFile]

  /// Opens the files and checks that all of a model's tensors are there, and no others.
  ///
  /// - Throws: ``ImportError`` or `SafetensorsError`.
  init(_ folder: String, _ configuration: LlamaConfiguration, in system: any FileSystem) throws {
    self.folder = folder
    files = try Self.open(folder, in: system)
    var needed: Set<String> = []
    for specification in configuration.parameterSpecifications {
      guard let parameter = LlamaParameter(rawValue: specification.name) else { continue }
      let shape = Self.foreignShape(specification, parameter)
      for layer in specification.isLayered ? (0..<configuration.layerCount).map(Int?.some) : [nil] {
        let name = parameter.huggingFaceName(layer: layer)
        needed.insert(name)
        let file = try file(of: name)
        let found = try file.shape(of: name)
        guard found == shape else {
          throw ImportError.wrongShape(
            name: name,
            path: file.path,
            expected: shape.dimensions,
            found: found.dimensions
          )
        }
      }
    }
    // Files of early versions hold the angles of positions; a tied head is the embedding once more.
    let surplus = files.keys.sorted().first {
      !needed.contains($0) && !$0.hasSuffix("rotary_emb.inv_freq")
        && !(configuration.tiesEmbedding && $0 == LlamaParameter.head.huggingFaceName(layer: nil))
    }
    if let surplus, let file = files[surplus] {
      throw ImportError.surplusTensor(name: surplus, path: file.path)
    }
  }

  private static func foreignShape(
    _ specification: ParameterSpecification,
    _ parameter: LlamaParameter
  ) -> Shape {
    let shape = specification.layerShape
    return parameter.isTransposed(rank: shape.rank) ? Shape(shape.dimensions.reversed()) : shape
  }

  /// Which file has which tensor.
  private static func open(
    _ folder: String,
    in system: any FileSystem
  ) throws -> [String: SafetensorsFile] {
    let index = "\(folder)/model.safetensors.index.json"
    if system.exists(index) { return try open(index: index, folder, in: system) }
    let path = "\(folder)/model.safetensors"
    guard system.exists(path) else {
      let what =
        system.exists("\(folder)/pytorch_model.bin")
        ? "model.safetensors in place of pytorch_model.bin, which can run code; `save_pretrained` of transformers writes it"
        : "model.safetensors, or several with model.safetensors.index.json"
      throw ImportError.missingFile(path: folder, what: what)
    }
    let file = try SafetensorsFile.open(path, in: system)
    return Dictionary(uniqueKeysWithValues: file.names.map { ($0, file) })
  }

  private static func open(
    index path: String,
    _ folder: String,
    in system: any FileSystem
  ) throws -> [String: SafetensorsFile] {
    let index = try ForeignFields(path, in: system)
    let places = index.tree["weight_map"]?.members ?? []
    guard !places.isEmpty else { throw index.wrong("weight_map", "a file for each tensor") }
    var opened: [String: SafetensorsFile] = [:]
    var files: [String: SafetensorsFile] = [:]
    for place in places {
      // A name leads nowhere else.
      guard let name = place.value.string, !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")),
        name != "..", name != "."
      else {
        throw ImportError.wrongField(
          path: path,
          field: "weight_map.\(place.name)",
          value: place.value.written,
          expected: "the name of a file in the same folder"
        )
      }
      guard system.exists("\(folder)/\(name)") else {
        throw ImportError.missingFile(path: folder, what: "\(name), which the index names")
      }
      let file = try opened[name] ?? SafetensorsFile.open("\(folder)/\(name)", in: system)
      opened[name] = file
      guard file.names.contains(where: { $0.utf8.elementsEqual(place.name.utf8) }) else {
        throw ImportError.missingTensor(name: place.name, path: file.path)
      }
      files[place.name] = file
    }
    return files
  }

  private func file(of name: String) throws(ImportError) -> SafetensorsFile {
    guard let file = files[name] else { throw .missingTensor(name: name, path: folder) }
    return file
  }

  /// Reads one parameter, all its layers behind each other and matrices as `[in, out]`.
  ///
  /// - Parameter specification: One of the model's.
  /// - Returns: An array of its type.
  /// - Throws: ``ImportError/notFinite(name:path:)`` or `SafetensorsError`.
  func array(of specification: ParameterSpecification) throws -> HostArray {
    guard let parameter = LlamaParameter(rawValue: specification.name) else {
      return HostArray(zeros: specification.type)
    }
    let shape = Self.foreignShape(specification, parameter)
    var values: [Float] = []
    values.reserveCapacity(specification.shape.elementCount)
    for layer in specification.isLayered ? (0..<specification.shape[0]).map(Int?.some) : [nil] {
      let name = parameter.huggingFaceName(layer: layer)
      let file = try file(of: name)
      let read = try file.floats(named: name)
      guard read.allSatisfy(\.isFinite) else {
        throw ImportError.notFinite(name: name, path: file.path)
      }
      values +=
        parameter.isTransposed(rank: shape.rank)
        ? read.transposed(rows: shape[0], columns: shape[1]) : read
    }
    return HostArray(values, shape: specification.shape)
  }
}
