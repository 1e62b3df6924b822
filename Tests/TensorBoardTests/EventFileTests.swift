import EspalierTestSupport
import Foundation
import Testing

@testable import TensorBoard

/// Event files: the fixture's were read by TensorBoard's own reader, number by number.
@Suite struct EventFileTests {
  private static let fixture = TestPlugin.packageRoot.path + "/Tests/Fixtures/tensorboard"

  /// Two sessions, the second from a step before the first one's end.
  private func write(to folder: String) throws {
    let first = try EventFile(folder: folder, fromStep: 0, at: 1000)
    try first.append(
      [
        "_hparams_/session_start_info": .hyperparameters([
          "model.width": Hyperparameter("64"), "kernels": Hyperparameter("auto"),
          "model.tiedEmbedding": Hyperparameter("true"),
        ]),
        "recipe": .text("    name: é 🙂\n"),
      ],
      step: 0,
      at: 1000.5
    )
    for step in 1...4 {
      try first.append(
        ["loss/train": .scalar(1 / Double(step)), "speed": .scalar(-2.5e10)],
        step: step,
        at: 1000 + Double(step)
      )
    }
    try first.append(
      ["norms/layers.query": .histogram([1, 2, 2.5, 4]), "norms/one": .histogram([3, 3])],
      step: 4,
      at: 1005
    )
    let second = try EventFile(folder: folder, fromStep: 2, at: 2000)
    try second.append(["loss/train": .scalar(0.25)], step: 3, at: 2001)
  }

  /// `ESPALIER_RECORD=1` writes the files anew; then run `Tests/Oracles/tensorboard_events.py`.
  @Test func filesAreThoseThatTensorBoardRead() throws {
    let folder = try TemporaryFolder()
    if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil {
      try? FileManager.default.removeItem(atPath: Self.fixture)
      try write(to: Self.fixture)
    }
    try write(to: folder.path)
    #expect(
      try folder.names() == [
        "events.out.tfevents.000000000000.espalier", "events.out.tfevents.000000000002.espalier",
      ]
    )
    for name in try folder.names() {
      let expected = try Data(contentsOf: URL(fileURLWithPath: "\(Self.fixture)/\(name)"))
      #expect(try folder.read(name) == expected)
    }
  }

  /// The check value of the polynomial, and those of RFC 3720, appendix B.4.
  @Test func checksumsAreCastagnolis() {
    #expect(RecordFrame.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(RecordFrame.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(RecordFrame.checksum([UInt8](repeating: 255, count: 32)) == 0x62A8_AB43)
    #expect(RecordFrame.checksum(Array(0..<32)) == 0x46DD_794E)
  }

  /// A session that begins again at the same step takes the place of the one before.
  @Test func aSessionIsReplacedByOneFromTheSameStep() throws {
    let folder = try TemporaryFolder()
    for value in [1.0, 2] {
      let file = try EventFile(folder: folder.path, fromStep: 7, at: 0)
      try file.append(["a": .scalar(value)], step: 8, at: 0)
    }
    let names = try folder.names()
    #expect(names.count == 1)
    let once = try TemporaryFolder()
    let file = try EventFile(folder: once.path, fromStep: 7, at: 0)
    try file.append(["a": .scalar(2)], step: 8, at: 0)
    #expect(try folder.read(names[0]) == once.read(names[0]))
  }

  @Test func settingsAreWhatTheyLookLike() {
    #expect(Hyperparameter("1.0e-05") == .number(1e-5))
    #expect(Hyperparameter("true") == .truth(true))
    #expect(Hyperparameter("midas") == .text("midas"))
    #expect(Hyperparameter("null") == .text("null"))
  }
}
