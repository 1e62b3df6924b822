import Checkpoints
import EspalierTestSupport
import Foundation
import Safetensors

extension BadInputTests {
  /// Run folders that are none, or damaged.
  static let badRuns: [BadInput] = [
    BadInput(
      name: "a folder that is no run",
      arguments: ["resume", "."],
      messages: [
        ".: is not a run folder, it has no run.json; name a folder that `espalier train` made"
      ]
    ),
    BadInput(
      name: "a comparison of runs that are not there",
      arguments: ["compare", "one", "two"],
      messages: [
        "one: is not a run folder, it has no run.json; name a folder that `espalier train` made"
      ]
    ),
    BadInput(
      name: "training into a folder that holds a run",
      arguments: ["train", "tiny.yaml", "--run", "reference"],
      needsRun: true,
      messages: [
        "reference: already holds a run; choose another folder, or continue it with "
          + "`espalier resume`"
      ]
    ),
    run("a record that is cut off", "run.json", "reference/run.json: the file: is not JSON") {
      $0 = $0.prefix($0.count / 2)
    },
    run(
      "a record of another version",
      "run.json",
      "reference/run.json: formatVersion: this program reads version 1; got 2, which another "
        + "release of espalier wrote"
    ) {
      replace("\"formatVersion\" : 1", with: "\"formatVersion\" : 2", in: &$0)
    },
    run("a record without a model", "run.json", "reference/run.json: model: is missing") {
      replace("\"model\" :", with: "\"modle\" :", in: &$0)
    },
    BadInput(
      name: "measurements that are none",
      arguments: ["resume", "reference"],
      needsRun: true,
      begins: true,
      messages: ["reference/metrics.jsonl:1: is not JSON"]
    ) {
      try interrupt($0)
      try $0.change("reference/metrics.jsonl") { $0 = Data("loss went down\n".utf8) + $0 }
    },
    run(
      "a stored recipe that was changed",
      "recipe.yaml",
      code: 2,
      "reference/recipe.yaml:19: model.layers: needs a positive whole number; got \"none\""
    ) {
      replace("layers: 2", with: "layers: none", in: &$0)
    },
    BadInput(
      name: "another token file than the run began with",
      arguments: ["resume", "reference"],
      needsRun: true,
      messages: ["book.tokens: is not the token file this run began with (…"]
    ) { folder in
      try interrupt(folder)
      // The folder that the run was begun in has the right one.
      try folder.change("reference/run.json") {
        let text = String(decoding: $0, as: UTF8.self)
        $0 = Data(text.replacing(/"workingFolder" : ".*"/, with: #""workingFolder" : "/""#).utf8)
      }
      // Two documents change their places, and every checksum is right.
      let lines = try folder.read("text.jsonl").split(separator: UInt8(ascii: "\n"))
      try folder.write(
        Data(lines.reversed().joined(separator: [UInt8(ascii: "\n")])),
        to: "text.jsonl"
      )
      let packing = EspalierProcess(folder: folder.path).make([
        "corpus", "pack", "text.jsonl", "--tokenizer", "book.model", "--output", "book.tokens",
      ])
      packing.standardOutput = FileHandle.nullDevice
      try packing.run()
      packing.waitUntilExit()
    },
  ]

  /// Checkpoints that are none, or damaged, and growths that do not fit them.
  static let badCheckpoints: [BadInput] = [
    grow("a checkpoint that is not there", from: "nowhere", "nowhere: no such file or folder"),
    grow(
      "a folder that is no checkpoint",
      from: ".",
      ".: has no manifest.json, so it was never completed"
    ),
    grow(
      "a checkpoint without tensors",
      "model.safetensors: no such file or folder"
    ) {
      try FileManager.default.removeItem(atPath: $0 / (checkpoint + "/model.safetensors"))
    },
    grow(
      "a checkpoint with tensors cut off",
      "model.safetensors: needs …"
    ) {
      try $0.change(checkpoint + "/model.safetensors") { $0 = $0.dropLast(1000) }
    },
    grow(
      "a checkpoint with a changed tensor",
      "optimizer.safetensors: needs checksum …"
    ) {
      try $0.change(checkpoint + "/optimizer.safetensors") { $0[$0.count / 2] ^= 1 }
    },
    grow(
      "a checkpoint with a changed state",
      "state.json: needs checksum …"
    ) {
      try $0.change(checkpoint + "/state.json") { $0[20] ^= 1 }
    },
    grow(
      "a manifest that is no JSON",
      "manifest.json: is no checkpoint manifest: it is not valid JSON"
    ) {
      try $0.write("manifest", to: checkpoint + "/manifest.json")
    },
    grow(
      "a state of another version",
      "state.json: has format version 9, but this espalier reads version 1"
    ) {
      try rewrite($0) {
        replace("\"formatVersion\" : 1", with: "\"formatVersion\" : 9", in: &$0.state)
      }
    },
    grow(
      "a state that is none",
      "state.json: is no training state: formatVersion: is missing"
    ) {
      try rewrite($0) { $0.state = Data("{}".utf8) }
    },
    grow(
      "a state with an impossible model",
      "state.json: is no training state: configuration.width: needs a number from 1 to 1048576; "
        + "got 4611686018427387904"
    ) {
      try rewrite($0) {
        replace("\"width\" : 16", with: "\"width\" : 4611686018427387904", in: &$0.state)
      }
    },
    grow(
      "a state with layers tied to one that is not there",
      "state.json: is no training state: configuration.layerOrder: the layer order [0, 5] needs each "
        + "of 2 stored layers, counted from 0, at least once and no others"
    ) {
      try rewrite($0) {
        replace(
          "\"layerCount\" : 2",
          with: "\"layerCount\" : 2, \"layerOrder\" : [0, 5]",
          in: &$0.state
        )
      }
    },
    grow(
      "a state of another model",
      "model.safetensors: embedding needs to be float32[2048, 32]; got float32[2048, 16]"
    ) {
      try rewrite($0) { replace("\"width\" : 16", with: "\"width\" : 32", in: &$0.state) }
    },
    grow(
      "a checkpoint of something else",
      "model.safetensors: holds no tensor embedding, which the model needs"
    ) {
      try rewrite($0) { $0.model = [] }
    },
    BadInput(
      name: "a growth onto a checkpoint that is there",
      arguments: ["grow", checkpoint, "--method", "midas", "--output", "reference/checkpoints"],
      needsRun: true,
      messages: [
        "reference/checkpoints/step-00000018: is there already and is not replaced; name another "
          + "folder with --output"
      ]
    ),
    BadInput(
      name: "a layer map with a layer that is not there",
      arguments: ["grow", checkpoint, "--map", "0,1,2", "--output", "new"],
      needsRun: true,
      messages: [
        "layer 2 of the layer map copies layer 2, but the source has 2 layers, counted from 0"
      ]
    ),
    BadInput(
      name: "a width that shrinks",
      arguments: ["grow", checkpoint, "--width", "8", "--output", "new"],
      needsRun: true,
      messages: ["width can only grow from 16; got 8"]
    ),
    BadInput(
      name: "a jump without a depth to go to",
      arguments: ["grow", checkpoint, "--method", "jump-random", "--output", "new"],
      needsRun: true,
      messages: ["jump-random goes to the final depth at once and needs to be told it"]
    ),
    BadInput(
      name: "a block size that does not divide the depth",
      arguments: [
        "grow", checkpoint, "--method", "midas", "--block-size", "3", "--output", "new",
      ],
      needsRun: true,
      messages: [
        "2 layers cannot be cut into blocks of 3; choose a depth that is a multiple of the block "
          + "size"
      ]
    ),
  ]

  /// Saved models that a run cannot begin with.
  static let badOrigins: [BadInput] = [
    from("a saved model that is not there", at: "nowhere", "nowhere: no such file or folder"),
    from("a saved model in a file", at: "tiny.yaml", "tiny.yaml: …"),
    from(
      "the folder of all checkpoints",
      at: "reference/checkpoints",
      "reference/checkpoints: has no manifest.json, so it was never completed"
    ),
    from(
      "a saved model with tensors cut off",
      "\(checkpoint)/model.safetensors: needs …"
    ) {
      try $0.change(checkpoint + "/model.safetensors") { $0 = $0.dropLast(1000) }
    },
    from(
      "a saved model without its state",
      "\(checkpoint)/state.json: is no training state: formatVersion: is missing"
    ) {
      try rewrite($0) { $0.state = Data("{}".utf8) }
    },
    from(
      "a saved model without tensors",
      "\(checkpoint)/model.safetensors: holds no tensor embedding, which the model needs"
    ) {
      try rewrite($0) { $0.model = [] }
    },
    from(
      "a saved model of another tokenizer",
      "\(checkpoint): was trained with another tokenizer (SHA-256 00…"
    ) {
      try rewrite($0) {
        replace("\"tokenizerChecksum\" : \"", with: "\"tokenizerChecksum\" : \"00", in: &$0.state)
      }
    },
    // Another tokenizer has another number of tokens, and that is not the thing to say.
    from(
      "a saved model of another tokenizer with another vocabulary",
      "\(checkpoint): was trained with another tokenizer (SHA-256 00…"
    ) {
      try rewrite($0) {
        replace("\"tokenizerChecksum\" : \"", with: "\"tokenizerChecksum\" : \"00", in: &$0.state)
        replace("\"vocabularySize\" : 2048", with: "\"vocabularySize\" : 512", in: &$0.state)
        for tensor in $0.model.indices where $0.model[tensor].name == "embedding" {
          $0.model[tensor].array = $0.model[tensor].array.gatheringRows(Array(0..<512))
        }
      }
    },
    from(
      "a saved model with another base of rotary positions",
      "\(checkpoint): has model.ropeBase 500.0, but the recipe's first stage needs 10000.0; change the "
        + "recipe or grow the checkpoint"
    ) {
      try rewrite($0) {
        replace("\"ropeBase\" : 10000", with: "\"ropeBase\" : 500", in: &$0.state)
      }
    },
    from(
      "a saved model for a folder with checkpoints of no run",
      "new: holds checkpoints but no run.json, so they are of no run that is known and could be taken "
        + "for the new run's; delete the folder or choose another"
    ) {
      try FileManager.default.moveItem(atPath: $0 / "reference", toPath: $0 / "new")
      try FileManager.default.removeItem(atPath: $0 / "new/run.json")
      try $0.makeFolder("reference/checkpoints")
      try FileManager.default.copyItem(
        atPath: $0 / "new/checkpoints/step-00000018",
        toPath: $0 / checkpoint
      )
    },
    BadInput(
      name: "a folder with checkpoints of no run",
      arguments: ["train", "tiny.yaml", "--run", "reference"],
      needsRun: true,
      messages: [
        "reference: holds checkpoints but no run.json, so they are of no run that is known and could be "
          + "taken for the new run's; delete the folder or choose another"
      ]
    ) {
      try FileManager.default.removeItem(atPath: $0 / "reference/run.json")
    },
  ]

  /// A run that cannot begin with the last checkpoint of the reference run, or with what a path names.
  private static func from(
    _ name: String,
    at path: String = checkpoint,
    _ message: String,
    prepare: @escaping @Sendable (TemporaryFolder) throws -> Void = { _ in }
  ) -> BadInput {
    BadInput(
      name: name,
      arguments: [
        "train", "tiny.yaml", "--set", "growth.method=none", "--from", path, "--run", "new",
      ],
      needsRun: true,
      messages: [message],
      prepare: prepare
    )
  }

  /// The last checkpoint of the reference run.
  private static let checkpoint = "reference/checkpoints/step-00000018"

  /// A growth that fails; for `checkpoint` the message is about a file in it.
  private static func grow(
    _ name: String,
    from path: String = checkpoint,
    _ message: String,
    prepare: @escaping @Sendable (TemporaryFolder) throws -> Void = { _ in }
  ) -> BadInput {
    BadInput(
      name: name,
      arguments: ["grow", path, "--method", "midas", "--output", "new"],
      needsRun: true,
      messages: [path == checkpoint ? "\(path)/\(message)" : message],
      prepare: prepare
    )
  }

  private static func run(
    _ name: String,
    _ file: String,
    code: Int32 = 1,
    _ message: String,
    change: @escaping @Sendable (inout Data) -> Void
  ) -> BadInput {
    BadInput(
      name: name,
      arguments: ["resume", "reference"],
      needsRun: true,
      code: code,
      messages: [message]
    ) {
      try interrupt($0)
      try $0.change("reference/\(file)", change)
    }
  }

  /// Makes the complete run one that can be gone on with.
  static func interrupt(_ folder: TemporaryFolder) throws {
    try folder.change("reference/run.json") {
      replace("\"status\" : \"completed\"", with: "\"status\" : \"interrupted\"", in: &$0)
    }
  }

  /// Writes the last checkpoint anew, changed but with a manifest that fits.
  private static func rewrite(
    _ folder: TemporaryFolder,
    _ change: (inout Checkpoint) -> Void
  ) throws {
    let store = CheckpointStore(folder: folder / "reference/checkpoints")
    var contents = try store.checkpoint(ofStep: Workshop.stepCount).load()
    change(&contents)
    try store.write(contents)
  }
}

/// Replaces a text that has to be there.
private func replace(_ old: String, with new: String, in data: inout Data) {
  guard let range = data.range(of: Data(old.utf8)) else {
    preconditionFailure("\(old) is not there to be replaced")
  }
  data.replaceSubrange(range, with: Data(new.utf8))
}
