import Arrays
import EspalierTestSupport
import Foundation

/// A case of `Tests/Fixtures/primitives`; the script that made it describes the format.
struct GoldenCase: Decodable {
  struct Attributes: Decodable {
    var batchingLeft: [Int]?
    var batchingRight: [Int]?
    var contractingLeft: [Int]?
    var contractingRight: [Int]?
    var strides: [Int]?
    var padding: [[Int]]?
    var inputDilation: [Int]?
    var kernelDilation: [Int]?
    var featureGroupCount: Int?
    var direction: String?
    var k: Int?
    var low: [Int]?
    var high: [Int]?
    var interior: [Int]?
    var value: Double?
    var epsilon: Double?
  }

  let operation: String
  let attributes: Attributes
  private let inputs: [GoldenArray]
  private let outputs: [GoldenArray]
  private let cotangents: [GoldenArray]?
  private let gradients: [GoldenArray]?
  private let derivative: GoldenArray?

  var arguments: [HostArray] { inputs.map(\.array) }
  var results: [HostArray] { outputs.map(\.array) }

  /// The cotangents of the results with the gradients they give, where the case has some.
  var differentiation: (cotangents: [HostArray], gradients: [HostArray])? {
    if let derivative {
      let ones = outputs.map { HostArray(repeating: 1, type: $0.array.type) }
      return (ones, [derivative.array])
    }
    guard let cotangents, let gradients else { return nil }
    return (cotangents.map(\.array), gradients.map(\.array))
  }

  private struct File: Decodable {
    let cases: [GoldenCase]
  }

  static func load(_ name: String) throws -> [GoldenCase] {
    let file = TestPlugin.packageRoot
      .appendingPathComponent("Tests/Fixtures/primitives/\(name).json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
  }
}

/// An array of a golden file.
private struct GoldenArray: Decodable {
  let array: HostArray

  private enum Key: CodingKey {
    case type, shape, values
  }

  /// A number, or the name of one that JSON cannot write.
  private struct Entry: Decodable {
    let number: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let truth = try? container.decode(Bool.self) {
        number = truth ? 1 : 0
      } else if let name = try? container.decode(String.self), let named = Double(name) {
        number = named
      } else {
        number = try container.decode(Double.self)
      }
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let shape = try container.decode(Shape.self, forKey: .shape)
    let values = try container.decode([Entry].self, forKey: .values).map(\.number)
    switch try container.decode(String.self, forKey: .type) {
    case "float64": array = HostArray(values, shape: shape)
    case "int32": array = HostArray(values.map { Int32($0) }, shape: shape)
    case "bool": array = HostArray(values.map { $0 != 0 }, shape: shape)
    case let other:
      throw DecodingError.dataCorruptedError(
        forKey: .type,
        in: container,
        debugDescription: "\(other) is no type of a golden array"
      )
    }
  }
}
