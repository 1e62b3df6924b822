import EspalierTestSupport
import Foundation

/// A copy of a foreign model's folder, with ways to spoil it.
struct ForeignFolder {
  let folder: TemporaryFolder

  init(_ name: String) throws { folder = try ForeignModel.copy(name) }

  var path: String { folder / "model" }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(path)/\(name)")
  }

  func write(_ text: String, to name: String) throws { try folder.write(text, to: "model/\(name)") }

  func edit(_ name: String, _ change: (inout Data) throws -> Void) throws {
    var data = try folder.read("model/\(name)")
    try change(&data)
    try folder.write(data, to: "model/\(name)")
  }

  /// Replaces a text that is there once, or more often.
  func replace(_ old: String, with new: String, in name: String) throws {
    try edit(name) { data in
      let text = String(decoding: data, as: UTF8.self)
      guard text.contains(old) else { throw CocoaError(.fileReadCorruptFile) }
      data = Data(text.replacing(old, with: new).utf8)
    }
  }

  /// Gives fields of a JSON file other values, in objects by dots; nil takes a field away.
  func set(_ field: String, _ value: Any?, in name: String = "config.json") throws {
    try edit(name) { data in
      let tree = try JSONSerialization.jsonObject(with: data)
      let keys = field.split(separator: ".").map(String.init)
      data = try JSONSerialization.data(withJSONObject: Self.setting(keys[...], value, in: tree))
    }
  }

  private static func setting(_ keys: ArraySlice<String>, _ value: Any?, in tree: Any) -> Any {
    guard let key = keys.first, var object = tree as? [String: Any] else { return value ?? tree }
    if keys.count == 1 {
      object[key] = value
    } else {
      object[key] = setting(keys.dropFirst(), value, in: object[key] ?? [String: Any]())
    }
    return object
  }

  /// Rewrites the header of a safetensors file, with the length in front of it.
  func header(_ name: String = "model.safetensors", _ change: (String) -> String) throws {
    try edit(name) { data in
      let count = Int(data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
      let header = Data(change(String(decoding: data[8..<8 + count], as: UTF8.self)).utf8)
      let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
      data = length + header + data[(8 + count)...]
    }
  }
}
