import Foundation
import Testing

@testable import Recipes

/// What users are told about recipes that cannot be used.
@Suite struct RecipeMessagesTests {
  /// A recipe's text and all that is said about it.
  struct Case: CustomTestStringConvertible, Sendable {
    let text: String
    let messages: [String]

    /// A case in which one thing is wrong; the text gets the one field a recipe needs on top.
    init(_ text: String, _ message: String) {
      self.init(text: "corpus: {tokens: t}\n" + text, messages: ["r.yaml:" + message])
    }

    init(text: String, messages: [String]) {
      self.text = text
      self.messages = messages
    }

    var testDescription: String { messages.first ?? text }
  }

  @Test(arguments: wrongValues + wrongNames + wrongStructure + wrongCombinations)
  func everyProblemIsReportedInAnExactMessage(_ example: Case) {
    let error = #expect(throws: RecipeError.self) {
      try Recipe.parse(example.text, file: "r.yaml")
    }
    #expect(error?.messages == example.messages)
  }

  @Test(
    "Whoever runs a recipe's method alone is told which options it leaves alone",
    arguments: [
      (
        "method: midas, blockSize: 2, noise: 0.3", "noise: is only for noisy-copy", "midas; got 0.3"
      ),
      (
        "method: sequence, sequence: stack, blockSize: 4, scale: 2.5",
        "scale: is only for scaled-copy, fixed-gate", "sequence; got 2.5"
      ),
      (
        "method: adaptive, blockSize: 2, gap: 2, adaptive: {pool: midas bottom}",
        "gap: is only for random, copy-to, zero-output-random", "adaptive; got 2"
      ),
      ("method: none, gateSteps: 7", "", ""), ("method: stack, blockSize: 2, factor: 4", "", ""),
      ("method: adaptive, blockSize: 2, gap: 2, adaptive: {pool: midas random}", "", ""),
    ]
  )
  func unusedOptionsAreRefusedWhereAsked(growth: String, field: String, value: String) throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("espalier-options-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    try "corpus: {tokens: t}\ngrowth: {\(growth)}\n"
      .write(to: file, atomically: true, encoding: .utf8)
    _ = try Recipe.load(path: file.path)
    guard !field.isEmpty else {
      _ = try Recipe.load(path: file.path, refusingUnusedOptions: true)
      return
    }
    let error = #expect(throws: RecipeError.self) {
      try Recipe.load(path: file.path, refusingUnusedOptions: true)
    }
    #expect(
      error?.messages == ["\(file.path):2: growth.\(field), but growth.method is \(value)"]
    )
  }

  static let wrongValues = [
    Case(
      "training: {optimizer: {kind: adam}}",
      "2: training.optimizer.kind: needs one of adamw, muon, lora (did you mean adamw?); got \"adam\""
    ),
    Case(
      "training: {optimizer: {groups: {matrices: {rateFactor: 0}}}}",
      "2: training.optimizer.groups.matrices.rateFactor: needs a number above 0 and at most 1000; got 0"
    ),
    Case("model:\n  width: wide", #"3: model.width: needs a positive whole number; got "wide""#),
    Case("model:\n  width: 12.5", "3: model.width: needs a positive whole number; got 12.5"),
    Case("model:\n  width: 0", "3: model.width: needs a positive whole number; got 0"),
    Case("model:\n  width:", "3: model.width: needs a positive whole number; got nothing"),
    Case("model:\n  width: [1, 2]", "3: model.width: needs a positive whole number; got a list"),
    Case("model:\n  width: {a: 1}", "3: model.width: needs a positive whole number; got a section"),
    Case(
      "model:\n  width: \"128\"",
      #"3: model.width: needs a positive whole number; got "128" in quotes"#
    ),
    Case(
      "model: {width: 9999999999999999999999}",
      "2: model.width: needs a positive whole number; got 9999999999999999999999"
    ),
    Case("model: {width: 65540}", "2: model.width: needs a whole number, 65536 at most; got 65540"),
    Case("model: {layers: -2}", "2: model.layers: needs a positive whole number; got -2"),
    Case(
      "model: {vocabularySize: 1}",
      "2: model.vocabularySize: needs a whole number, 2 or more; got 1"
    ),
    Case(
      "model: {tiedEmbedding: maybe}",
      #"2: model.tiedEmbedding: needs true or false; got "maybe""#
    ),
    Case("model: {tiedEmbedding: 1}", "2: model.tiedEmbedding: needs true or false; got 1"),
    Case("model: {ropeBase: .inf}", #"2: model.ropeBase: needs a number above 1; got ".inf""#),
    Case(
      "model: {headSize: 3}",
      "2: model.headSize: needs an even number, because rotary positions turn pairs; got 3"
    ),
    Case(
      "model: {ropeScaling: {factor: 2}}",
      "2: model.ropeScaling.factor: needs a model.ropeScaling.kind: linear or llama3; got 2.0"
    ),
    Case(
      "model: {queryKeyNorm: all}",
      #"2: model.queryKeyNorm: needs one of none, each-head; got "all""#
    ),
    Case("model: {ropeBase: 1}", "2: model.ropeBase: needs a number above 1; got 1"),
    Case(
      "model: {normEpsilon: 0}",
      "2: model.normEpsilon: needs a number from 1e-30 to 1; got 0"
    ),
    Case(
      "model: {layerExecution: scann}",
      "2: model.layerExecution: needs one of unrolled, scan, rematerialized (did you mean scan?); got \"scann\""
    ),
    Case(
      "seed: -1",
      "2: seed: needs a whole number from 0 to 18446744073709551615; got -1"
    ),
    Case(
      "version: 2",
      "2: version: needs 1, the only version of recipes this espalier reads; got 2"
    ),
    Case(
      "name: a/b",
      "2: name: needs at most 100 letters, digits, dots, dashes and underscores, no dot first; "
        + "got \"a/b\""
    ),
    Case(
      "name: ..",
      "2: name: needs at most 100 letters, digits, dots, dashes and underscores, no dot first; "
        + "got \"..\""
    ),
    Case(
      "training: {optimizer: {beta2: 1.0}}",
      "2: training.optimizer.beta2: needs a number from 0 up to, but not, 1; got 1.0"
    ),
    Case(
      "training: {optimizer: {weightDecay: -0.1}}",
      "2: training.optimizer.weightDecay: needs a number from 0 to 100; got -0.1"
    ),
    Case(
      "training: {optimizer: {gradientClipping: nan}}",
      #"2: training.optimizer.gradientClipping: needs a number, 0 or more; got "nan""#
    ),
    Case(
      "training: {learningRate: {peak: 0x1p-3}}",
      "2: training.learningRate.peak: needs a number above 0 and at most 10; got \"0x1p-3\""
    ),
    Case(
      "training: {learningRate: {schedule: linear}}",
      "2: training.learningRate.schedule: needs one of cosine, warmup-stable-decay; "
        + "got \"linear\""
    ),
    Case(
      "training: {learningRate: {finalFraction: 1.5}}",
      "2: training.learningRate.finalFraction: needs a number from 0 to 1; got 1.5"
    ),
    Case(
      "training: {learningRate: {decayFraction: 0}}",
      "2: training.learningRate.decayFraction: needs a number above 0 and at most 1; got 0"
    ),
    Case(
      "training: {learningRate: {warmupSteps: -1}}",
      "2: training.learningRate.warmupSteps: needs a whole number, 0 or more; got -1"
    ),
    Case("evaluation: {every: 0}", "2: evaluation.every: needs a positive whole number; got 0"),
    Case("checkpoints: {keep: 0}", "2: checkpoints.keep: needs a positive whole number; got 0"),
    Case(
      "growth: {method: mida}",
      "2: growth.method: needs none, sequence, adaptive or a method that `espalier operators` lists "
        + "(did you mean midas?); got \"mida\""
    ),
    Case(
      "growth: {schedule: {alpha: -1}}",
      "2: growth.schedule.alpha: needs a number from 0 to 16; got -1"
    ),
    Case(
      "growth: {schedule: {kind: even}}",
      #"2: growth.schedule.kind: needs one of proportional, equal, tokens, jump, g-stack, plateau, slope; got "even""#
    ),
    Case(
      "growth: {schedule: {fraction: 1}}",
      "2: growth.schedule.fraction: needs a number above 0 and below 1; got 1"
    ),
    Case(
      "growth: {optimizerState: keep}",
      #"2: growth.optimizerState: needs one of copy, zero-new, reset-copies, clear-all; got "keep""#
    ),
    Case(
      text: "corpus:\n  tokens: ''",
      messages: [#"r.yaml:2: corpus.tokens: needs the path of a token file; got """#]
    ),
    Case(
      text: "corpus:\n  tokens:",
      messages: ["r.yaml:2: corpus.tokens: needs the path of a token file; got nothing"]
    ),
    Case(
      text: "name: x",
      messages: [
        "r.yaml: corpus.tokens: is missing; needs the path of a token file, which "
          + "`espalier corpus pack` writes"
      ]
    ),
  ]

  static let wrongNames = [
    Case(
      "training: {optimizer: {groups: {heads: {rateFactor: 2}}}}",
      "2: training.optimizer.groups.heads: is not a field of a recipe; did you mean training.optimizer.groups.head?"
    ),
    Case(
      "model:\n  widht: 64",
      "3: model.widht: is not a field of a recipe; did you mean model.width?"
    ),
    Case(
      "model: {Head_Count: 4}",
      "2: model.Head_Count: is not a field of a recipe; did you mean model.headCount?"
    ),
    Case("steps: 3", "2: steps: is not a field of a recipe; did you mean training.steps?"),
    Case("grwoth:\n  method: none", "2: grwoth: is not a field of a recipe; did you mean growth?"),
    Case(
      "logging: {colour: red}",
      "2: logging.colour: is not a field of a recipe; logging has every, samples, sampleTokens, tensorboard"
    ),
    Case(
      "colour: red",
      "2: colour: is not a field of a recipe; a recipe has version, name, seed, kernels, device, parallelism, memory, corpus, model, "
        + "training, evaluation, logging, checkpoints, growth"
    ),
    Case(
      "<<: 3",
      "2: <<: is not a field of a recipe; a recipe has version, name, seed, kernels, device, parallelism, memory, corpus, model, "
        + "training, evaluation, logging, checkpoints, growth"
    ),
  ]

  static let wrongStructure = [
    Case(
      "model: big",
      "2: model: needs fields under it, such as layers, width, headCount, keyValueHeadCount, "
        + "headSize, feedForwardWidth, contextLength, vocabularySize, tiedEmbedding, ropeBase, "
        + "normEpsilon, attentionBias, queryKeyNorm, ropeScaling, slidingWindow, layerExecution, "
        + "loop; got \"big\""
    ),
    Case(
      "logging: [1]",
      "2: logging: needs fields under it, such as every, samples, sampleTokens, tensorboard; got a list"
    ),
    Case(
      text: "- a\n- b",
      messages: [
        "r.yaml:1: recipe: needs fields under it, such as version, name, seed, kernels, device, parallelism, memory, "
          + "corpus, model, training, evaluation, logging, checkpoints, growth; got a list"
      ]
    ),
    Case(
      "model:\n  width: 64\n  layers: 2\n  width: 32",
      #"3: "width": is given twice in one section; keep one"#
    ),
    Case(
      "model: {width: 64, 'width': 32}",
      #"2: "width": is given twice in one section; keep one"#
    ),
    Case(
      "---\nname: x",
      "2: is not YAML for a recipe: expected a single document in the stream, "
        + "but found another document"
    ),
    Case(
      "model: {width: 64",
      "3: is not YAML for a recipe: while parsing a flow mapping, "
        + "did not find expected ',' or '}'"
    ),
    Case(
      "model:\n\twidth: 64",
      "3: needs spaces at the start of the line; got a tab"
    ),
    Case(
      "model:\n\u{A0} width: 64",
      "3: needs spaces at the start of the line; got U+00A0, no-break space"
    ),
    Case(
      "model:\n  \u{3000}width: 64",
      "3: needs spaces at the start of the line; got U+3000, ideographic space"
    ),
    Case(
      "model:\n  width: 64\n\u{200B}  layers: 2",
      "4: needs spaces at the start of the line; got U+200B, zero width space"
    ),
    Case(
      "model: {layers: 2, width:\u{A0}64}",
      "2: needs a space behind the colon; got U+00A0, no-break space"
    ),
    Case(
      "model: &m\n  width: 64",
      "2: needs plain values; got an anchor, which recipes do not use"
    ),
    Case(
      "seed: !!int 3",
      #"2: needs plain values; got the tag "tag:yaml.org,2002:int""#
    ),
    Case(
      "seed: *m",
      "2: is not YAML for a recipe: found undefined alias"
    ),
    Case("? [a, b]\n: 3", "2: needs a field name; got a structure"),
    Case(
      "name: \"\\uD800\"",
      "2: is not YAML for a recipe: while parsing a quoted scalar, "
        + "found invalid Unicode character escape code"
    ),
    Case("name: a\u{1}b", "2: is not YAML for a recipe: control characters are not allowed"),
  ]

  @Test func allProblemsAreReportedAtOnce() {
    let text = """
      nmae: test
      corpus:
        tokens: t
      model:
        width: wide
        headCount: 3
      training:
        steps: 0
        batchSize: 10
        gradientAccumulation: 4
      """
    let error = #expect(throws: RecipeError.self) { try Recipe.parse(text, file: "d/r.yaml") }
    #expect(
      error?.messages == [
        "d/r.yaml:1: nmae: is not a field of a recipe; did you mean name?",
        "d/r.yaml:5: model.width: needs a positive whole number; got \"wide\"",
        "d/r.yaml:8: training.steps: needs a positive whole number; got 0",
        "d/r.yaml:9: training.batchSize: needs a multiple of training.gradientAccumulation (4); "
          + "got 10",
      ]
    )
    #expect(error?.description.split(separator: "\n").count == 4)
  }

  @Test func valuesInMessagesAreCutShort() {
    let long = String(repeating: "é", count: 5000)
    let error = #expect(throws: RecipeError.self) {
      try Recipe.parse("corpus: {tokens: t}\nseed: \(long)", file: "r.yaml")
    }
    let shown = String(repeating: "é", count: 60)
    #expect(error?.description.hasSuffix("; got \"\(shown)…\"") == true)
  }

  @Test func ruleOfAFieldCanBeAskedFor() {
    #expect(Recipe.rule(ofField: "training.steps") == "needs a positive whole number")
    #expect(Recipe.rule(ofField: "training") == nil)
    #expect(Recipe.fieldNames.contains("growth.schedule.alpha"))
  }
}
