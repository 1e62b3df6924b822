import Growing

extension Recipe {
  /// Every field, in the order in which a recipe is written.
  ///
  /// The upper limits keep the product of steps, batch size and context length, and every parameter
  /// count, inside 64 bits; no run comes near them.
  static let fields = fieldsUpToOptimizer + optimizerFields + fieldsAfterOptimizer

  private static let fieldsUpToOptimizer: [RecipeField] = [
    .version("version", \.version, current: currentVersion),
    .text(
      "name",
      \.name,
      needs: "needs at most 100 letters, digits, dots, dashes and underscores, no dot first",
      where: isName
    ),
    .seed("seed", \.seed),
    .choice("kernels", \.kernels),
    .choice("device", \.device),
    .wholeNumber("parallelism.devices", \.parallelism.devices, in: 1...1024),
    .choice("parallelism.sharding", \.parallelism.sharding),
    .choice("memory.allocator", \.memory.allocator),
    .number("memory.fraction", \.memory.fraction, .positiveShare),
    .truth("memory.preallocate", \.memory.preallocate),

    .text("corpus.tokens", \.corpus.tokens, needs: "needs the path of a token file") {
      !$0.isEmpty && !$0.utf8.contains(0)
    },
    .truth("corpus.separateDocuments", \.corpus.separateDocuments),
    .optionalText(
      "corpus.mixture",
      \.corpus.mixture,
      needs:
        "needs token files with their whole percents, 100 at most in all, and blanks between them, such as "
        + "code.tokens:30 maths.tokens:10"
    ) { $0.utf8.count <= 65_536 && !$0.utf8.contains(0) && Corpus.parts($0) != nil },
    .wholeNumber("corpus.mixtureStart", \.corpus.mixtureStart, in: 0...100_000_000),

    .wholeNumber("model.layers", \.model.layers, in: 1...1024),
    .wholeNumber("model.width", \.model.width, in: 1...65_536),
    .wholeNumber("model.headCount", \.model.headCount, in: 1...4096),
    .wholeNumber("model.keyValueHeadCount", \.model.keyValueHeadCount, in: 1...4096),
    .optionalWholeNumber("model.headSize", \.model.headSize, in: 2...65_536),
    .wholeNumber("model.feedForwardWidth", \.model.feedForwardWidth, in: 1...1_048_576),
    .wholeNumber("model.contextLength", \.model.contextLength, in: 1...262_144),
    .optionalWholeNumber("model.vocabularySize", \.model.vocabularySize, in: 2...16_777_216),
    .truth("model.tiedEmbedding", \.model.tiedEmbedding),
    .number("model.ropeBase", \.model.ropeBase, .aboveOne),
    .number("model.normEpsilon", \.model.normEpsilon, .small),
    .choice("model.attentionBias", \.model.attentionBias),
    .choice("model.queryKeyNorm", \.model.queryKeyNorm),
    .choice("model.ropeScaling.kind", \.model.ropeScaling.kind),
    .number("model.ropeScaling.factor", \.model.ropeScaling.factor, .oneOrMore),
    .number(
      "model.ropeScaling.lowFrequencyFactor",
      \.model.ropeScaling.lowFrequencyFactor,
      .positive(atMost: 1000)
    ),
    .number(
      "model.ropeScaling.highFrequencyFactor",
      \.model.ropeScaling.highFrequencyFactor,
      .positive(atMost: 1000)
    ),
    .wholeNumber(
      "model.ropeScaling.originalContextLength",
      \.model.ropeScaling.originalContextLength,
      in: 1...16_777_216
    ),
    .optionalWholeNumber("model.slidingWindow", \.model.slidingWindow, in: 1...16_777_216),
    .choice("model.layerExecution", \.model.layerExecution),
    .wholeNumber("model.loop.first", \.model.loop.first, in: 0...1023),
    .optionalWholeNumber("model.loop.middle", \.model.loop.middle, in: 1...1024),
    .wholeNumber("model.loop.repeats", \.model.loop.repeats, in: 1...1024),
    .wholeNumber("model.loop.last", \.model.loop.last, in: 0...1023),
    .choice("model.loop.scale", \.model.loop.scale),

    .wholeNumber("training.steps", \.training.steps, in: 1...100_000_000),
    .wholeNumber("training.batchSize", \.training.batchSize, in: 1...65_536),
    .wholeNumber("training.gradientAccumulation", \.training.gradientAccumulation, in: 1...65_536),
    .choice("training.precision", \.training.precision),
    .choice("training.objective.kind", \.training.objective.kind),
    .number("training.objective.shares.causal", \.training.objective.shares.causal, .share),
    .number("training.objective.shares.prefix", \.training.objective.shares.prefix, .share),
    .number(
      "training.objective.shares.spanCorruption",
      \.training.objective.shares.spanCorruption,
      .share
    ),
    .number(
      "training.objective.spanCorruption.rate",
      \.training.objective.spanCorruption.rate,
      .openShare
    ),
    .number(
      "training.objective.spanCorruption.meanLength",
      \.training.objective.spanCorruption.meanLength,
      .oneOrMore
    ),
    .number("training.objective.masking.rate", \.training.objective.masking.rate, .openShare),
    .wholeNumber(
      "training.objective.answers.extraTokens",
      \.training.objective.answers.extraTokens,
      in: 0...1_048_576
    ),
  ]

  private static let fieldsAfterOptimizer: [RecipeField] = [
    .number(
      "training.blockCosine.weight",
      \.training.blockCosine.weight,
      .notNegative(atMost: 1000)
    ),
    .optionalWholeNumber(
      "training.blockCosine.blockSize",
      \.training.blockCosine.blockSize,
      in: 1...1024
    ),
    .choice("training.learningRate.schedule", \.training.learningRate.schedule),
    .number("training.learningRate.peak", \.training.learningRate.peak, .positive(atMost: 10)),
    .wholeNumber(
      "training.learningRate.warmupSteps",
      \.training.learningRate.warmupSteps,
      in: 0...100_000_000
    ),
    .number("training.learningRate.finalFraction", \.training.learningRate.finalFraction, .share),
    .number(
      "training.learningRate.decayFraction",
      \.training.learningRate.decayFraction,
      .positiveShare
    ),

    .wholeNumber("evaluation.every", \.evaluation.every, in: 1...100_000_000),
    .wholeNumber("evaluation.sequences", \.evaluation.sequences, in: 1...10_000_000),
    .wholeNumber("logging.every", \.logging.every, in: 1...100_000_000),
    .wholeNumber("logging.samples", \.logging.samples, in: 0...1000),
    .wholeNumber("logging.sampleTokens", \.logging.sampleTokens, in: 1...262_144),
    .truth("logging.tensorboard", \.logging.tensorboard),
    .wholeNumber("checkpoints.every", \.checkpoints.every, in: 1...100_000_000),
    .wholeNumber("checkpoints.keep", \.checkpoints.keep, in: 1...100_000),

    .word(
      "growth.method",
      \.growth.method,
      of: GrowthMethod.all.map(\.name) + [GrowthMethod.sequenceName, GrowthMethod.adaptiveName],
      needs: "needs none, sequence, adaptive or a method that `espalier operators` lists"
    ),
    .optionalText(
      "growth.sequence",
      \.growth.sequence,
      needs: "needs methods, layer maps or widths with blanks between them, such as midas width:256"
    ) { $0.utf8.count <= 65_536 && !$0.utf8.contains(0) },
    .optionalWholeNumber("growth.blockSize", \.growth.blockSize, in: 1...1024),
    .optionalWholeNumber("growth.firstLayers", \.growth.firstLayers, in: 0...1024),
    .wholeNumber("growth.firstRepeats", \.growth.firstRepeats, in: 1...1024),
    .optionalWholeNumber("growth.firstWidth", \.growth.firstWidth, in: 1...1_048_576),
    .optionalWholeNumber("growth.firstHeadCount", \.growth.firstHeadCount, in: 1...65_536),
    .optionalWholeNumber(
      "growth.firstFeedForwardWidth",
      \.growth.firstFeedForwardWidth,
      in: 1...1_048_576
    ),
    .choice("growth.fill", \.growth.fill),
    .wholeNumber("growth.protectFirst", \.growth.protectFirst, in: 0...1023),
    .wholeNumber("growth.protectLast", \.growth.protectLast, in: 0...1023),
    .wholeNumber("growth.factor", \.growth.factor, in: 2...1024),
    .optionalWholeNumber("growth.start", \.growth.start, in: 0...1023),
    .optionalWholeNumber("growth.gap", \.growth.gap, in: 0...1024),
    .number("growth.noise", \.growth.noise, .notNegative(atMost: 100)),
    .number("growth.scale", \.growth.scale, .notNegative(atMost: 100)),
    .wholeNumber("growth.mapSteps", \.growth.mapSteps, in: 1...100_000_000),
    .number("growth.mapLearningRate", \.growth.mapLearningRate, .notNegative(atMost: 10)),
    .wholeNumber("growth.gateSteps", \.growth.gateSteps, in: 1...100_000_000),
    .choice("growth.schedule.kind", \.growth.schedule.kind),
    .number("growth.schedule.alpha", \.growth.schedule.alpha, .notNegative(atMost: 16)),
    .optionalWholeNumber(
      "growth.schedule.tokens",
      \.growth.schedule.tokens,
      in: 1...1_000_000_000_000_000
    ),
    .number("growth.schedule.fraction", \.growth.schedule.fraction, .openShare),
    .wholeNumber("growth.schedule.window", \.growth.schedule.window, in: 2...1_000_000),
    .number("growth.schedule.threshold", \.growth.schedule.threshold, .share),
    .wholeNumber(
      "growth.schedule.minimumSteps",
      \.growth.schedule.minimumSteps,
      in: 1...100_000_000
    ),
    .optionalText(
      "growth.adaptive.pool",
      \.growth.adaptive.pool,
      needs: "needs methods with blanks between them, such as midas copy-at:2 random"
    ) { $0.utf8.count <= 65_536 && !$0.utf8.contains(0) },
    .wholeNumber("growth.adaptive.lag", \.growth.adaptive.lag, in: 1...100_000_000),
    .choice("growth.optimizerState", \.growth.optimizerState),
    .choice("growth.learningRate.policy", \.growth.learningRate.policy),
    .wholeNumber(
      "growth.learningRate.rewarmSteps",
      \.growth.learningRate.rewarmSteps,
      in: 1...100_000_000
    ),
    .number(
      "growth.learningRate.boostFactor",
      \.growth.learningRate.boostFactor,
      .positive(atMost: 1000)
    ),
    .wholeNumber(
      "growth.learningRate.boostSteps",
      \.growth.learningRate.boostSteps,
      in: 1...100_000_000
    ),
  ]

  /// The paths of all fields, such as `training.steps`, for listing what can be overridden.
  public static let fieldNames: [String] = fields.map(\.name)

  /// What a field takes, such as "needs a positive whole number"; nil for an unknown path.
  public static func rule(ofField name: String) -> String? {
    fields.first { $0.name == name }?.needs
  }

  /// Whether a text can be a recipe's name, which is also the name of a folder.
  static func isName(_ text: String) -> Bool {
    (1...100).contains(text.utf8.count) && text.first != "." && text.utf8.allSatisfy(isNameByte)
  }

  /// The name a recipe gets from its file: without folders and ending, other letters made dashes.
  package static func name(fromFile file: String) -> String {
    var base = file.split(separator: "/").last.map(String.init) ?? ""
    for ending in [".yaml", ".yml"] where base.hasSuffix(ending) { base.removeLast(ending.count) }
    let bytes = base.utf8.prefix(100).map { isNameByte($0) ? $0 : UInt8(ascii: "-") }
    let name = String(decoding: bytes, as: UTF8.self)
    return isName(name) ? name : "recipe"
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      true
    default:
      false
    }
  }
}
