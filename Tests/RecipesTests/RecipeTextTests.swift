import Foundation
import Testing

@testable import Recipes

/// Reading and writing recipes that are right.
@Suite struct RecipeTextTests {
  @Test func loopsAndMixturesSurviveWritingAndReading() throws {
    let recipe = Recipe(
      name: "r",
      corpus: Recipe.Corpus(tokens: "t", mixture: "a:b.tokens:30 c.tokens:70"),
      model: .init(layers: 8, loop: .init(first: 1, middle: 2, repeats: 3, last: 1)),
      growth: .init(
        method: "repeat-loop",
        blockSize: 2,
        firstLayers: 6,
        firstRepeats: 2,
        protectFirst: 1,
        protectLast: 1
      )
    )
    #expect(try Recipe.parse(recipe.yamlText(), file: "other.yaml") == recipe)
    #expect(try recipe.growthPlan().firstLayerOrder == [0, 1, 2, 1, 2, 3])
    let parts = recipe.corpus.mixtureParts
    #expect(parts.map(\.tokens) == ["a:b.tokens", "c.tokens"])
    #expect(parts.map(\.percentage) == [30, 70])
  }

  @Test func theLeastRecipeGetsTheDocumentedDefaults() throws {
    let recipe = try Recipe.parse("corpus: {tokens: a/b.tokens}", file: "x/my run.yaml")
    #expect(recipe == Recipe(name: "my-run", corpus: Recipe.Corpus(tokens: "a/b.tokens")))
    #expect(
      recipe.yamlText() == """
        version: 1
        name: my-run
        seed: 0
        kernels: auto
        device: auto
        parallelism:
          devices: 1
          sharding: data
        memory:
          allocator: default
          fraction: 0.75
          preallocate: true
        corpus:
          tokens: a/b.tokens
          separateDocuments: false
          mixture: null
          mixtureStart: 0
        model:
          layers: 8
          width: 128
          headCount: 4
          keyValueHeadCount: 4
          headSize: null
          feedForwardWidth: 344
          contextLength: 128
          vocabularySize: null
          tiedEmbedding: true
          ropeBase: 10000.0
          normEpsilon: 1.0e-05
          attentionBias: none
          queryKeyNorm: none
          ropeScaling:
            kind: none
            factor: 1.0
            lowFrequencyFactor: 1.0
            highFrequencyFactor: 4.0
            originalContextLength: 8192
          slidingWindow: null
          layerExecution: unrolled
          loop:
            first: 0
            middle: null
            repeats: 1
            last: 0
            scale: none
        training:
          steps: 400
          batchSize: 32
          gradientAccumulation: 1
          precision: float32
          objective:
            kind: causal
            shares:
              causal: 0.6
              prefix: 0.2
              spanCorruption: 0.2
            spanCorruption:
              rate: 0.15
              meanLength: 3.0
            masking:
              rate: 0.15
            answers:
              extraTokens: 0
          optimizer:
            kind: adamw
            beta1: 0.9
            beta2: 0.95
            epsilon: 1.0e-08
            weightDecay: 0.1
            gradientClipping: 1.0
            muon:
              momentum: 0.95
              nesterov: true
              iterations: 5
              scale: match-adamw
            lora:
              rank: 8
              alpha: 16.0
              matrices: all
            groups:
              embedding:
                optimizer: null
                rateFactor: 1.0
                weightDecay: null
              head:
                optimizer: null
                rateFactor: 1.0
                weightDecay: null
              matrices:
                optimizer: null
                rateFactor: 1.0
                weightDecay: null
              gains:
                optimizer: null
                rateFactor: 1.0
                weightDecay: null
              gates:
                optimizer: null
                rateFactor: 1.0
                weightDecay: null
          blockCosine:
            weight: 0.0
            blockSize: null
          learningRate:
            schedule: cosine
            peak: 0.003
            warmupSteps: 40
            finalFraction: 0.05
            decayFraction: 0.2
        evaluation:
          every: 100
          sequences: 256
        logging:
          every: 10
          samples: 0
          sampleTokens: 40
          tensorboard: false
        checkpoints:
          every: 200
          keep: 2
        growth:
          method: none
          sequence: null
          blockSize: null
          firstLayers: null
          firstRepeats: 1
          firstWidth: null
          firstHeadCount: null
          firstFeedForwardWidth: null
          fill: pad
          protectFirst: 0
          protectLast: 0
          factor: 2
          start: null
          gap: null
          noise: 0.1
          scale: 0.5
          mapSteps: 100
          mapLearningRate: 0.01
          gateSteps: 100
          schedule:
            kind: proportional
            alpha: 1.0
            tokens: null
            fraction: 0.5
            window: 20
            threshold: 0.01
            minimumSteps: 1
          adaptive:
            pool: null
            lag: 20
          optimizerState: copy
          learningRate:
            policy: global
            rewarmSteps: 100
            boostFactor: 2.0
            boostSteps: 100

        """
    )
  }

  /// Every field differs from its default, so a field that is not written or not read shows.
  @Test func everyFieldSurvivesWritingAndReading() throws {
    let recipe = Recipe(
      name: "null",
      seed: .max,
      kernels: .swift,
      device: .cuda,
      parallelism: .init(devices: 4, sharding: .zero1),
      memory: .init(allocator: .cudaAsync, fraction: 0.5, preallocate: false),
      corpus: Recipe.Corpus(
        tokens: "a \"b\" \\ 'c': #é\n\t\u{7F}\u{85}\u{2028}\u{FEFF}😀 ",
        separateDocuments: true,
        mixture: "code.tokens:20 maths.tokens:5",
        mixtureStart: 3
      ),
      model: Recipe.Model(
        layers: 11,
        width: 96,
        headCount: 6,
        keyValueHeadCount: 3,
        headSize: 18,
        feedForwardWidth: 77,
        contextLength: 33,
        vocabularySize: 4096,
        tiedEmbedding: false,
        ropeBase: 500_000.5,
        normEpsilon: 1.0 / 3,
        attentionBias: .all,
        queryKeyNorm: .eachHead,
        ropeScaling: .init(
          kind: .llama3,
          factor: 1.5,
          lowFrequencyFactor: 0.5,
          highFrequencyFactor: 2,
          originalContextLength: 77
        ),
        slidingWindow: 9,
        layerExecution: .scan,
        loop: .init(scale: .inverse)
      ),
      training: Recipe.Training(
        steps: 1_000_000,
        batchSize: 24,
        gradientAccumulation: 3,
        precision: .bfloat16,
        objective: Recipe.Objective(
          kind: .mixture,
          shares: .init(causal: 0.125, prefix: 0.25, spanCorruption: 0.625),
          spanCorruption: .init(rate: 0.3, meanLength: 2.5),
          masking: .init(rate: 0.4),
          answers: .init(extraTokens: 12)
        ),
        optimizer: Recipe.Optimizer(
          kind: .muon,
          beta1: 0.1,
          beta2: 0.1 + 0.2,
          epsilon: 1e-30,
          weightDecay: 0,
          gradientClipping: 1e300,
          muon: .init(momentum: 0.5, nesterov: false, iterations: 6, scale: .original),
          lora: .init(rank: 3, alpha: 0.5, matrices: "query,down"),
          groups: .init(
            embedding: .init(optimizer: .muon, rateFactor: 0.5, weightDecay: 0.01),
            head: .init(optimizer: .adamW, rateFactor: 2, weightDecay: 0.02),
            matrices: .init(optimizer: .adamW, rateFactor: 3, weightDecay: 0),
            gains: .init(optimizer: .adamW, rateFactor: 4, weightDecay: 0.04),
            gates: .init(optimizer: .adamW, rateFactor: 5, weightDecay: 0.05)
          )
        ),
        learningRate: Recipe.LearningRate(
          schedule: .warmupStableDecay,
          peak: .leastNonzeroMagnitude,
          warmupSteps: 0,
          finalFraction: 0,
          decayFraction: 1
        ),
        blockCosine: .init(blockSize: 2)
      ),
      evaluation: Recipe.Evaluation(every: 3, sequences: 4),
      logging: Recipe.Logging(every: 5, samples: 3, sampleTokens: 7, tensorboard: true),
      checkpoints: Recipe.Checkpoints(every: 6, keep: 7),
      growth: Recipe.Growth(
        method: "stack",
        blockSize: 3,
        schedule: .init(
          kind: .jump,
          alpha: 2.5,
          tokens: 7,
          fraction: 0.25,
          window: 8,
          threshold: 0.02,
          minimumSteps: 5
        ),
        adaptive: .init(lag: 77),
        optimizerState: .clearAll,
        learningRate: .init(policy: .rewarm, rewarmSteps: 9, boostFactor: 2.5, boostSteps: 8),
        firstLayers: 3,
        fill: .nextLayer,
        protectFirst: 1,
        protectLast: 1,
        factor: 3,
        start: 4,
        gap: 5,
        noise: 0.3,
        scale: 0.7,
        mapSteps: 6,
        mapLearningRate: 0.4,
        gateSteps: 7
      )
    )
    let text = recipe.yamlText()
    #expect(try Recipe.parse(text, file: "other.yaml") == recipe)
    #expect(try recipe.validated() == recipe)

    let standard = Recipe(name: "r", corpus: Recipe.Corpus(tokens: "t")).yamlText()
    let unchanged = Set(standard.split(separator: "\n")).intersection(text.split(separator: "\n"))
    #expect(
      unchanged.filter { !$0.hasSuffix(":") }.sorted() == [
        "    first: 0", "    last: 0", "    middle: null", "    pool: null", "    repeats: 1",
        "    weight: 0.0", "  firstFeedForwardWidth: null", "  firstHeadCount: null",
        "  firstRepeats: 1",
        "  firstWidth: null", "  sequence: null", "version: 1",
      ]
    )
  }

  @Test func jsonKeepsARecipe() throws {
    let recipe = Recipe(
      name: "r",
      corpus: Recipe.Corpus(tokens: "t"),
      growth: .init(method: "midas", blockSize: 2)
    )
    let data = try JSONEncoder().encode(recipe)
    #expect(try JSONDecoder().decode(Recipe.self, from: data) == recipe)
  }

  /// As in checkpoints of versions that did not know them.
  @Test func settingsThatAreNotThereHaveTheirDefaults() throws {
    func decoded<Settings: Codable>(_ settings: Settings, without key: String) throws -> Settings {
      let data = try JSONEncoder().encode(settings)
      var object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect(object.removeValue(forKey: key) != nil)
      let rest = try JSONSerialization.data(withJSONObject: object)
      return try JSONDecoder().decode(Settings.self, from: rest)
    }
    let optimizer = Recipe.Optimizer(lora: .init(rank: 3))
    #expect(try decoded(optimizer, without: "lora") == Recipe.Optimizer())
    let objective = Recipe.Objective(kind: .mixture, answers: .init(extraTokens: 5))
    #expect(try decoded(objective, without: "answers") == Recipe.Objective(kind: .mixture))
  }

  @Test(arguments: [
    "true", "No", "on", "null", "~", "", "12", "1e3", "-x", ".5", "a b", "a: b", "#a", "@a", "a#b",
    "runs/demo/corpus.tokens", "/tmp/x", "é", "\u{10FFFF}", "\u{FFFE}", "\r\n", "y", "..", "-",
  ])
  func textsAreWrittenSoThatTheyReadBack(_ path: String) throws {
    let recipe = Recipe(name: "r", corpus: Recipe.Corpus(tokens: path))
    if path.isEmpty {
      #expect(throws: RecipeError.self) { try recipe.validated() }
    } else {
      #expect(try recipe.validated().corpus.tokens == path)
    }
  }

  @Test func aRecipeMadeInCodeIsHeldToTheRules() {
    let recipe = Recipe(
      name: "bad",
      corpus: Recipe.Corpus(tokens: "t"),
      model: Recipe.Model(width: 100, headCount: 3)
    )
    let error = #expect(throws: RecipeError.self) { try recipe.validated() }
    #expect(
      error?.messages == ["bad:20: model.width: needs a multiple of model.headCount (3); got 100"]
    )
  }

  @Test(arguments: [
    ("a/demo.yaml", "demo"), ("demo.yml", "demo"),
    ("/x/y z/Größe 1", "Gr----e-1"), ("", "recipe"), ("/", "recipe"), (".yaml", "recipe"),
    ("...", "recipe"),
  ])
  func theNameComesFromTheFile(file: String, name: String) throws {
    let given = try Recipe.parse("corpus: {tokens: t}", file: file).name
    #expect(given == name)
  }

  @Test(arguments: [(1, 8), (3, 8), (96, 256), (128, 344), (256, 688), (65_536, 174_768)])
  func theFeedForwardWidthIsEightThirdsRoundedUpToEight(width: Int, expected: Int) {
    #expect(Recipe.Model.defaultFeedForwardWidth(width: width) == expected)
    #expect(3 * expected >= 8 * width)
  }

  @Test func aByteOrderMarkAndCarriageReturnsAreNoMistake() throws {
    let bytes = [0xEF, 0xBB, 0xBF] + Array("corpus:\r\n  tokens: t\r\nseed: 4\r\n".utf8)
    let recipe = try Recipe.parse(bytes, file: "r.yaml", overrides: [])
    #expect(recipe.seed == 4)
    #expect(recipe.corpus.tokens == "t")
  }

  /// The root of the package, three folders above this file.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path()
}
