import EspalierTestSupport
import Foundation
import Testing

@testable import ModelImport

/// Broken, foreign and lying folders: each is refused in one sentence that says what and where.
@Suite struct BadFolderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let model: String
    let message: String
    let spoil: @Sendable (ForeignFolder) throws -> Void

    init(
      _ message: String,
      of model: String = "qwen3",
      _ spoil: @escaping @Sendable (ForeignFolder) throws -> Void
    ) {
      (self.message, self.model, self.spoil) = (message, model, spoil)
    }

    var testDescription: String { message }
  }

  /// In messages, `@` stands for the model's folder.
  @Test(arguments: configurations + weights + tokenizers)
  func aSpoiltFolderIsRefusedInOneSentence(_ example: Case) throws {
    let foreign = try ForeignFolder(example.model)
    try example.spoil(foreign)
    let output = foreign.folder / "out"
    var message = "nothing is wrong"
    do {
      _ = try ModelImport(folder: foreign.path).write(to: output)
    } catch {
      message = "\(error)"
    }
    #expect(message == example.message.replacing("@", with: foreign.path))
    #expect(!message.contains("\n") && !message.contains(". "))
    let left = try? FileManager.default.contentsOfDirectory(atPath: output)
    #expect((left ?? []).allSatisfy { $0.hasPrefix(".") })
  }

  @Test func thereAreManyCases() {
    let cases = Self.configurations + Self.weights + Self.tokenizers
    #expect(cases.count >= 60)
    #expect(Set(cases.map(\.message)).count >= 55)
  }

  private static func field(
    _ field: String,
    _ value: (any Sendable)?,
    of model: String = "qwen3",
    _ message: String
  ) -> Case {
    Case("@/config.json: \(message)", of: model) { try $0.set(field, value) }
  }

  static let configurations = [
    Case("@: needs config.json, as transformers writes it") { try $0.remove("config.json") },
    Case("@/config.json: is no JSON: byte 0: needs a value; got the end of the file") {
      try $0.write("", to: "config.json")
    },
    Case("@/config.json: is no JSON: byte 0: needs a value; got \"m\"") {
      try $0.write("model", to: "config.json")
    },
    Case("@/config.json: needs an object; got [1]") { try $0.write("[1]", to: "config.json") },
    Case("@/config.json: is no JSON: is not UTF-8 text") {
      try $0.edit("config.json") { $0 = Data([0xFF, 0xFE, 0]) }
    },
    Case("@/config.json: is no JSON: byte 100: is nested too deeply") {
      try $0.write(String(repeating: "[", count: 5000), to: "config.json")
    },
    Case("@/config.json: is no JSON: byte 12: needs \",\" or \"}\"; got the end of the file") {
      try $0.write("{\"a\": [1, 2]", to: "config.json")
    },
    field(
      "model_type",
      nil,
      "model_type = nothing; needs one of llama, mistral, qwen2, qwen3"
    ),
    field("model_type", "gpt2", "model_type = \"gpt2\", which is not supported"),
    field("model_type", 3, "model_type = 3, which is not supported"),
    field(
      "architectures",
      ["Qwen3ForSequenceClassification"],
      "architectures = [\"Qwen3ForSequenceClassification\"], which is not supported"
    ),
    field("hidden_size", nil, "hidden_size = nothing; needs a positive whole number"),
    field("hidden_size", 0, "hidden_size = 0; needs a positive whole number"),
    field("hidden_size", -24, "hidden_size = -24; needs a positive whole number"),
    field("hidden_size", 24.5, "hidden_size = 24.5; needs a positive whole number"),
    field("hidden_size", "24", "hidden_size = \"24\"; needs a positive whole number"),
    field("hidden_size", [24], "hidden_size = [24]; needs a positive whole number"),
    Case("@/config.json: hidden_size = 1e300; needs a positive whole number") {
      try $0.replace("\"hidden_size\": 24", with: "\"hidden_size\": 1e300", in: "config.json")
    },
    field(
      "vocab_size",
      9_000_000_000,
      "describes no model that can be: vocabularySize needs a number from 1 to 16777216; got 9000000000"
    ),
    Case("@/config.json: hidden_size = 24; needs a multiple of num_attention_heads (5)") {
      try $0.set("num_attention_heads", 5)
      try $0.set("head_dim", nil)
    },
    field(
      "num_key_value_heads",
      3,
      "describes no model that can be: headCount needs to divide the width and to be a multiple of "
        + "keyValueHeadCount; got 4"
    ),
    field(
      "head_dim",
      9,
      "head_dim = 9; needs an even number, because rotary positions turn pairs"
    ),
    field("hidden_act", "gelu", "hidden_act = \"gelu\", which is not supported"),
    field("rms_norm_eps", nil, "rms_norm_eps = nothing; needs a number above 0"),
    field("rms_norm_eps", 0, "rms_norm_eps = 0; needs a number above 0"),
    field("rope_theta", 1, "rope_theta = 1; needs a number above 1"),
    field(
      "rope_scaling",
      ["rope_type": "yarn", "factor": "4"],
      "rope_scaling.rope_type = \"yarn\", which is not supported"
    ),
    field(
      "rope_scaling",
      ["type": "dynamic"],
      "rope_scaling.type = \"dynamic\", which is not supported"
    ),
    field(
      "rope_scaling",
      ["rope_type": "linear"],
      "rope_scaling.factor = nothing; needs a number above 0"
    ),
    field(
      "rope_scaling.factor",
      0.5,
      of: "qwen2",
      "describes no model that can be: ropeScaling needs a factor of 1 or more; got 0.5"
    ),
    field(
      "rope_scaling.low_freq_factor",
      5,
      of: "llama",
      "describes no model that can be: ropeScaling needs a low frequency factor above 0 and below "
        + "the high one (4.0); got 5.0"
    ),
    field(
      "quantization_config",
      ["bits": 4],
      "quantization_config = an object, which is not supported"
    ),
    field(
      "layer_types",
      ["full_attention", "sliding_attention"],
      "layer_types = [\"full_attention\", \"sliding_attention\"], which is not supported"
    ),
    Case("@/config.json: max_window_layers = 1, which is not supported") {
      try $0.set("use_sliding_window", true)
      try $0.set("sliding_window", 4)
      try $0.set("max_window_layers", 1)
    },
    field(
      "sliding_window",
      "7",
      of: "mistral",
      "sliding_window = \"7\"; needs a positive whole number"
    ),
    field("attention_bias", true, of: "mistral", "attention_bias = true, which is not supported"),
    field("mlp_bias", true, of: "llama", "mlp_bias = true, which is not supported"),
    field("tie_word_embeddings", "yes", "tie_word_embeddings = \"yes\"; needs true or false"),
    field("partial_rotary_factor", 0.5, "partial_rotary_factor = 0.5, which is not supported"),
    field("pretraining_tp", 2, of: "llama", "pretraining_tp = 2, which is not supported"),
  ]

  static let weights = [
    Case(
      "@: has no tensor model.layers.2.input_layernorm.weight, which a model of this config.json needs"
    ) {
      try $0.set("num_hidden_layers", 3)
      try $0.set("layer_types", nil)
      try $0.set("max_window_layers", 3)
    },
    Case(
      "@/model.safetensors: holds the tensor model.layers.1.input_layernorm.weight, which a model of this "
        + "config.json has no place for"
    ) {
      try $0.set("num_hidden_layers", 1)
      try $0.set("layer_types", nil)
    },
    Case(
      "@/model.safetensors: model.layers.0.mlp.gate_proj.weight has the shape [40, 24], but config.json says [41, 24]"
    ) { try $0.set("intermediate_size", 41) },
    Case("@: has no tensor lm_head.weight, which a model of this config.json needs") {
      try $0.set("tie_word_embeddings", false)
    },
    Case(
      "@/model.safetensors: holds the tensor model.layers.0.self_attn.k_proj.bias, which a model of this "
        + "config.json has no place for",
      of: "llama"
    ) { try $0.set("attention_bias", false) },
    Case("@: needs model.safetensors, or several with model.safetensors.index.json") {
      try $0.remove("model.safetensors")
    },
    Case(
      "@: needs model.safetensors in place of pytorch_model.bin, which can run code; `save_pretrained` of "
        + "transformers writes it"
    ) {
      try $0.remove("model.safetensors")
      try $0.write("PK", to: "pytorch_model.bin")
    },
    Case("@/model.safetensors: needs at least 8 bytes to be a safetensors file; got 0") {
      try $0.write("", to: "model.safetensors")
    },
    Case(
      "@/model.safetensors: needs a header of at most 100000000 bytes; its length reads 18446744073709551615, so "
        + "this is hardly a safetensors file"
    ) {
      try $0.edit("model.safetensors") {
        $0.replaceSubrange(0..<8, with: Data(repeating: 255, count: 8))
      }
    },
    Case("@/model.safetensors: byte 8: expected '{' in the header") {
      try $0.header { "[" + $0.dropFirst() }
    },
    Case("@/model.safetensors: the header has \"model.norm.weight\" twice") {
      try $0.header {
        $0.replacing("model.layers.0.input_layernorm.weight", with: "model.norm.weight")
      }
    },
    Case(
      "@/model.safetensors: tensor \"model.norm.weight\" has the unknown field \"type\"; expected dtype, shape and data_offsets"
    ) {
      try $0.header {
        $0.replacing("\"model.norm.weight\":{\"dtype\"", with: "\"model.norm.weight\":{\"type\"")
      }
    },
    Case(
      "@/model.safetensors: tensor \"model.norm.weight\": \"F33\" is no element type of the format"
    ) {
      try $0.header {
        $0.replacing(
          "\"model.norm.weight\":{\"dtype\":\"F32\"",
          with: "\"model.norm.weight\":{\"dtype\":\"F33\""
        )
      }
    },
    Case(
      "@/model.safetensors: tensor \"model.norm.weight\" has element type I32, which Espalier does not use; convert it "
        + "to F32 or BF16 first"
    ) {
      try $0.header {
        $0.replacing(
          "\"model.norm.weight\":{\"dtype\":\"F32\"",
          with: "\"model.norm.weight\":{\"dtype\":\"I32\""
        )
      }
    },
    Case(
      "@/model.safetensors: tensor \"model.norm.weight\" needs 100 bytes for its shape and type; its data_offsets hold 96"
    ) {
      try $0.header {
        $0.replacing(
          "\"model.norm.weight\":{\"dtype\":\"F32\",\"shape\":[24]",
          with: "\"model.norm.weight\":{\"dtype\":\"F32\",\"shape\":[25]"
        )
      }
    },
    Case("@/model.safetensors: the last 3 bytes belong to no tensor") {
      try $0.edit("model.safetensors") { $0 += [1, 2, 3] }
    },
    Case("@/model.safetensors: model.norm.weight holds numbers that are not finite") {
      try $0.edit("model.safetensors") {
        $0.replaceSubrange($0.count - 4..<$0.count, with: [0, 0, 0xC0, 0x7F])
      }
    },
    Case("@/model.safetensors: model.norm.weight holds numbers that are not finite") {
      try $0.edit("model.safetensors") {
        $0.replaceSubrange($0.count - 4..<$0.count, with: [0, 0, 0x80, 0xFF])
      }
    },
    Case("@/model.safetensors.index.json: weight_map = nothing; needs a file for each tensor") {
      try $0.write("{}", to: "model.safetensors.index.json")
    },
    Case(
      "@/model.safetensors.index.json: weight_map.a = \"../model.safetensors\"; needs the name of a file in the same "
        + "folder"
    ) {
      try $0.write(
        #"{"weight_map": {"a": "../model.safetensors"}}"#,
        to: "model.safetensors.index.json"
      )
    },
    Case("@: needs model-00003-of-00004.safetensors, which the index names", of: "mistral") {
      try $0.remove("model-00003-of-00004.safetensors")
    },
    Case(
      "@/model.safetensors: has no tensor a, which a model of this config.json needs"
    ) {
      try $0.write(
        #"{"weight_map": {"a": "model.safetensors"}}"#,
        to: "model.safetensors.index.json"
      )
    },
  ]
}
