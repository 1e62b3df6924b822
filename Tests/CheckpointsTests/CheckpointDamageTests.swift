import Checkpoints
import EspalierTestSupport
import Foundation
import Safetensors
import Testing

@Suite struct CheckpointDamageTests {
  private let folder = "checkpoints/step-00000002"

  /// A disk with checkpoints of steps 1 and 2.
  private func disk() throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    let store = CheckpointStore(folder: "checkpoints", files: disk)
    for step in 1...2 { try store.write(sample(step: step)) }
    return disk
  }

  /// The newer checkpoint must be passed over, and say why.
  private func reason(_ disk: SimulatedDisk) throws -> CheckpointError? {
    let search = try CheckpointStore(folder: "checkpoints", files: disk).latest()
    #expect(try search.checkpoint?.load() == sample(step: 1))
    #expect(search.skipped.count == 1)
    #expect(search.skipped.first?.path == folder)
    return search.skipped.first?.reason
  }

  private static let fileNames = [
    "manifest.json", "model.safetensors", "optimizer.safetensors", "state.json",
  ]

  @Test(arguments: fileNames)
  func anyFlippedByteMakesTheSearchFallBack(name: String) throws {
    let disk = try disk()
    let bytes = try #require(disk.bytes("\(folder)/\(name)"))
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x10
      let copy = disk.copy()
      copy.setBytes("\(folder)/\(name)", damaged)
      let search = try CheckpointStore(folder: "checkpoints", files: copy).latest()
      // Between two fields of JSON a space may turn into another byte only with an error, and a
      // digit of the checksum only with another checksum: nothing passes unseen.
      #expect(search.checkpoint?.step == 1, "byte \(index) of \(name)")
      #expect(search.skipped.map(\.path) == [folder])
    }
  }

  @Test(arguments: fileNames)
  func anyCutMakesTheSearchFallBack(name: String) throws {
    let disk = try disk()
    let bytes = try #require(disk.bytes("\(folder)/\(name)"))
    // The manifest's last byte is a line end that says nothing.
    for count in 0..<bytes.count - (name == "manifest.json" ? 1 : 0) {
      let copy = disk.copy()
      copy.setBytes("\(folder)/\(name)", Array(bytes[..<count]))
      let search = try CheckpointStore(folder: "checkpoints", files: copy).latest()
      #expect(search.checkpoint?.step == 1, "\(count) bytes of \(name)")
    }
  }

  @Test func missingManifestIsAnUnfinishedCheckpoint() throws {
    let disk = try disk()
    try disk.removeFile("\(folder)/manifest.json")
    #expect(try reason(disk) == .noManifest(path: folder))
  }

  @Test func missingFileIsNamed() throws {
    let disk = try disk()
    try disk.removeFile("\(folder)/optimizer.safetensors")
    #expect(
      try reason(disk)
        == .file(.system(.open, path: "\(folder)/optimizer.safetensors", code: ENOENT))
    )
  }

  @Test func damagedFileIsNamedWithBothChecksums() throws {
    let disk = try disk()
    let count = try #require(disk.bytes("\(folder)/state.json")).count
    disk.setBytes("\(folder)/state.json", [UInt8](repeating: 0x20, count: count))
    guard
      case .wrongChecksum(path: "\(folder)/state.json", let expected, let found) =
        try reason(disk)
    else {
      Issue.record("got another reason")
      return
    }
    #expect(expected.hasPrefix("xxh64:") && found.hasPrefix("xxh64:") && expected != found)
  }

  @Test func shortenedFileIsNamedWithBothSizes() throws {
    let disk = try disk()
    let count = try #require(disk.bytes("\(folder)/state.json")).count
    disk.setBytes("\(folder)/state.json", [])
    #expect(
      try reason(disk)
        == .wrongByteCount(path: "\(folder)/state.json", expected: count, found: 0)
    )
  }

  private func withManifest(
    replacing text: String,
    with other: String
  ) throws -> CheckpointError? {
    let disk = try disk()
    let bytes = try #require(disk.bytes("\(folder)/manifest.json"))
    let manifest = String(decoding: bytes, as: UTF8.self)
    #expect(manifest.contains(text))
    disk.setBytes(
      "\(folder)/manifest.json",
      Array(manifest.replacingOccurrences(of: text, with: other).utf8)
    )
    return try reason(disk)
  }

  @Test func manifestIsCheckedFieldByField() throws {
    let path = "\(folder)/manifest.json"
    #expect(
      try withManifest(replacing: #""formatVersion" : 1"#, with: #""formatVersion" : 2"#)
        == .unsupportedVersion(path: path, found: 2, supported: 1)
    )
    #expect(
      try withManifest(replacing: #""step" : 2"#, with: #""step" : 3"#)
        == .wrongStep(path: path, found: 3, expected: 2)
    )
    #expect(
      try withManifest(replacing: "state.json", with: "../1/state.json")
        == .wrongFiles(
          path: path,
          found: ["model.safetensors", "optimizer.safetensors", "../1/state.json"],
          expected: CheckpointManifest.contentNames
        )
    )
    #expect(
      try withManifest(replacing: #""step" : 2"#, with: #""stop" : 2"#)
        == .malformedManifest(path: path, reason: "step is missing")
    )
    #expect(
      try withManifest(replacing: #""step" : 2"#, with: #""step" : "2""#)
        == .malformedManifest(path: path, reason: "step has the wrong type")
    )
    #expect(
      try withManifest(replacing: "{", with: "[")
        == .malformedManifest(path: path, reason: "it is not valid JSON")
    )
    #expect(
      try withManifest(
        replacing: "{\n  \"files",
        with: String(repeating: " ", count: 1 << 20) + "{\n  \"files"
      )
      .map { "\($0)".contains("more than any manifest") } == true
    )
  }

  @Test func allDamagedMeansNoneAndAReasonForEach() throws {
    let disk = try disk()
    for step in 1...2 { try disk.removeFile("checkpoints/step-0000000\(step)/manifest.json") }
    let search = try CheckpointStore(folder: "checkpoints", files: disk).latest()
    #expect(search.checkpoint == nil)
    #expect(
      search.skipped.map(\.description) == [
        "skipped the checkpoint checkpoints/step-00000002: checkpoints/step-00000002: has no "
          + "manifest.json, so it was never completed",
        "skipped the checkpoint checkpoints/step-00000001: checkpoints/step-00000001: has no "
          + "manifest.json, so it was never completed",
      ]
    )
  }

  /// Whatever the manifest covers is caught by it; a tensor file under a matching manifest is still
  /// checked when it is read.
  @Test func foreignTensorFileWithAMatchingManifestIsAnError() throws {
    let disk = try disk()
    let manifest = try #require(disk.bytes("\(folder)/manifest.json"))
    let model = try #require(disk.bytes("\(folder)/model.safetensors"))
    let state = try #require(disk.bytes("\(folder)/state.json"))
    // The state's bytes under the model's name, with the state's size and checksum in its entry.
    let text = String(decoding: manifest, as: UTF8.self)
    let entries = text.components(separatedBy: "    {\n").dropFirst()
    func entry(_ name: String) throws -> String {
      try #require(entries.first { $0.contains(name) }).components(separatedBy: "\"name\"")[0]
    }
    let swapped = text.replacingOccurrences(
      of: try entry("model.safetensors"),
      with: try entry("state.json")
    )
    disk.setBytes("\(folder)/manifest.json", Array(swapped.utf8))
    disk.setBytes("\(folder)/model.safetensors", state)
    #expect(model != state)
    let found = try StoredCheckpoint.open(folder, in: disk)
    let error = #expect(throws: CheckpointError.self) { try found.load() }
    guard case .tensors = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
  }
}
