import Foundation
import Testing

@testable import Runs

/// `docs/run-folder.md` describes what is written: each field that can be written is in its schema.
@Suite struct FormatDocumentTests {
  /// The two schemas of the document: of a measurement and of a record.
  static func schemas() throws -> [[String: Any]] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appendingPathComponent("docs/run-folder.md"),
      encoding: .utf8
    )
    return try text.components(separatedBy: "```json\n").dropFirst().map { part in
      let block = part.components(separatedBy: "```")[0]
      let value = try JSONSerialization.jsonObject(with: Data(block.utf8))
      return try #require(value as? [String: Any])
    }
  }

  /// The first difference between a value and its schema: a field that is missing here or there.
  static func difference(_ value: Any, _ schema: [String: Any], at path: String = "") -> String? {
    if let object = value as? [String: Any] {
      if let names = schema["additionalProperties"] as? [String: Any] {
        // Any names, of values of one kind.
        return object.lazy.compactMap { difference($1, names, at: "\(path).\($0)") }.first
      }
      guard let properties = schema["properties"] as? [String: [String: Any]] else {
        return "\(path): is an object"
      }
      for (key, field) in object {
        guard let property = properties[key] else { return "\(path).\(key): is not described" }
        if let found = difference(field, property, at: "\(path).\(key)") { return found }
      }
      for key in properties.keys where object[key] == nil {
        return "\(path).\(key): is not written"
      }
    } else if let list = value as? [Any] {
      guard let items = schema["items"] as? [String: Any] else { return "\(path): is a list" }
      // Optional fields may be missing in one element, so the elements are looked at together.
      let objects = list.compactMap { $0 as? [String: Any] }
      if !objects.isEmpty {
        let merged = objects.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        return difference(merged, items, at: "\(path)[]")
      }
    } else if schema["properties"] != nil || schema["items"] != nil {
      return "\(path): is neither object nor list"
    }
    return nil
  }

  @Test func aMeasurementIsAsDescribed() throws {
    let schemas = try Self.schemas()
    try #require(schemas.count == 2)
    let data = try RunJSON.encoder(pretty: false).encode(exampleMeasurement(step: 10))
    #expect(Self.difference(try JSONSerialization.jsonObject(with: data), schemas[0]) == nil)
  }

  @Test func aRecordIsAsDescribed() throws {
    let schemas = try Self.schemas()
    try #require(schemas.count == 2)
    var record = exampleRecord()
    record.plan.growths[0].layerOrder = [0, 1, 2, 3]
    record.plan.growths[0].decorations = [
      DecorationRecord(layer: 1, kind: "scaled-output", factor: 0.5),
      DecorationRecord(layer: 2, kind: "noise", deviation: 0.1, seed: 3),
      DecorationRecord(layer: 3, kind: "blend", shares: [.init(layer: 0, weight: 0.5)]),
    ]
    record.plan.growths[0].fill = "pad"
    record.plan.growths[0].gates = GateRecord(kind: "annealed", value: 0, steps: 5)
    record.plan.stages[1].width = 16
    record.plan.stages[1].headCount = 2
    record.plan.stages[1].feedForwardWidth = 32
    record.outcome.message = "a remark"
    record.recipe = ["training.steps": "30"]
    record.extensions = [ExtensionRecord(afterStep: 8, formerSteps: 10, steps: 30)]
    record.origin = OriginRecord(
      checkpoint: "grown/step-00000010",
      step: 10,
      optimizer: "keep",
      trunk: "trunk"
    )
    record.plan.firstLayerOrder = [0, 0]
    record.corpus.mixture = [.init(tokens: "code.tokens", checksum: "2", percentage: 20)]
    record.choices = [
      GrowthChoiceRecord(
        afterStep: 10,
        lag: 2,
        chosen: "midas",
        trials: [.init(strategy: "midas", validationLoss: 3.5)],
        flops: 1e6
      )
    ]
    record.learnedMaps = [
      LearnedMapRecord(
        afterStep: 10,
        layers: 4,
        steps: 100,
        validationLossBefore: 3.5,
        validationLossAfter: 3.25,
        flops: 1e6
      )
    ]
    let data = try RunJSON.encoder(pretty: true).encode(record)
    #expect(Self.difference(try JSONSerialization.jsonObject(with: data), schemas[1]) == nil)
  }

  @Test func aDifferenceWouldBeSeen() throws {
    let schema = try #require(try Self.schemas().first)
    #expect(Self.difference(["step": 1, "colour": 2], schema)?.isEmpty == false)
    #expect(Self.difference(["step": 1], schema)?.hasSuffix("is not written") == true)
  }
}
