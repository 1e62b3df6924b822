import Growing

// Rules about mixtures of texts, loops, and blocks that are made alike.

extension Recipe {
  static let mixtureRules = [
    CombinationRule(fields: ["corpus.mixtureStart", "corpus.mixture", "training.steps"]) { recipe in
      guard recipe.corpus.mixtureStart > 0 else { return nil }
      guard recipe.corpus.mixture != nil else { return "is only for a corpus.mixture" }
      let steps = recipe.training.steps
      return recipe.corpus.mixtureStart < steps ? nil : "needs fewer than training.steps (\(steps))"
    }
  ]

  static let blockCosineRules = [
    CombinationRule(
      fields: [
        "training.blockCosine.blockSize", "training.blockCosine.weight", "growth.blockSize",
        "model.layers",
      ]
    ) { recipe in
      guard recipe.training.blockCosine.weight > 0 else { return nil }
      guard let size = recipe.blockCosineSize else {
        return "is missing; training.blockCosine.weight needs to know how many layers a block has"
      }
      let layers = recipe.model.layers
      return layers > size && layers.isMultiple(of: size)
        ? nil : "needs two or more whole blocks in model.layers (\(layers)); a block has \(size)"
    },
    CombinationRule(
      fields: ["training.blockCosine.weight", "model.loop.repeats", "training.optimizer.kind"]
    ) { recipe in
      guard recipe.training.blockCosine.weight > 0 else { return nil }
      if recipe.model.loop.repeats > 1 {
        return "needs 0 for a looped model, whose blocks are the same"
      }
      return recipe.training.optimizer.kind == .lora
        ? "needs 0 for training.optimizer.kind lora, which holds the matrices" : nil
    },
  ]

  static let loopRules = [
    CombinationRule(
      fields: [
        "model.loop.repeats", "model.loop.middle", "model.loop.first", "model.loop.last",
        "model.layers",
      ]
    ) { recipe in
      do throws(GrowthError) {
        _ = try recipe.model.layerLoop()
        return nil
      } catch {
        return "does not fit: \(error)"
      }
    },
    CombinationRule(fields: ["growth.firstRepeats", "growth.method"]) { recipe in
      recipe.growth.firstRepeats == 1 || recipe.growth.method != GrowthMethod.none.name
        ? nil
        : "is for models that grow; for a looped model from the start to the end use model.loop"
    },
  ]

  /// How many layers a block has to the penalty of `training.blockCosine`; nil where nothing says so.
  public var blockCosineSize: Int? { training.blockCosine.blockSize ?? growth.blockSize }
}
