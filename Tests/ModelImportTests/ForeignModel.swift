import EspalierTestSupport
import Foundation

/// A model that transformers made: a folder of `Tests/Fixtures/foreign-models`, and what it computes.
struct ForeignModel: Decodable {
  let tokens: [Int32]
  let positions: [Int]
  /// Of the positions, a row each.
  let logits: [[Double]]
  /// Of the lines of the file; nil for SentencePiece's.
  let ids: [[Int32]]?

  static let names = ["llama", "mistral", "qwen2", "qwen3"]
  static let fixture = TestPlugin.packageRoot.path + "/Tests/Fixtures/foreign-models"

  private struct Golden: Decodable {
    let lines: [String]
    let models: [String: ForeignModel]
  }

  private static func golden() throws -> Golden {
    let data = try Data(contentsOf: URL(fileURLWithPath: fixture + "/golden.json"))
    return try JSONDecoder().decode(Golden.self, from: data)
  }

  static func named(_ name: String) throws -> ForeignModel? { try golden().models[name] }

  static func lines() throws -> [String] { try golden().lines }

  static func folder(_ name: String) -> String { "\(fixture)/\(name)" }

  /// A copy of a model's folder that can be changed.
  static func copy(_ name: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Self.folder(name), toPath: folder / "model")
    return folder
  }
}
