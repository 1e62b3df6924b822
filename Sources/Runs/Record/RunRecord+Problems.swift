extension RunRecord {
  /// The first field whose value contradicts itself or another, and what is wrong with it.
  func firstProblem() -> (field: String, reason: String)? {
    if let (field, count) = model.counts.first(where: { $0.count < 1 }) {
      return ("model.\(field)", "needs a positive number; got \(count)")
    }
    if let count = objective?.extraTokens, !(0..<model.vocabularySize).contains(count) {
      return (
        "objective.extraTokens",
        "needs 0 or more and fewer than model.vocabularySize (\(model.vocabularySize)); got \(count)"
      )
    }
    return plan.firstProblem(finalLayers: model.layers) ?? widthProblem() ?? lineageProblem()
      ?? outcomeProblem()
  }

  /// Where stages say how wide they are, all must, and the last one as the model.
  private func widthProblem() -> (field: String, reason: String)? {
    let last = plan.stages.count - 1
    let sizes: [(String, Int, KeyPath<PlanRecord.Stage, Int?>)] = [
      ("width", model.width, \.width), ("headCount", model.headCount, \.headCount),
      ("feedForwardWidth", model.feedForwardWidth, \.feedForwardWidth),
    ]
    for (name, final, size) in sizes where plan.stages.contains(where: { $0[keyPath: size] != nil })
    {
      for (index, stage) in plan.stages.enumerated() {
        guard let value = stage[keyPath: size], index == last ? value == final : value > 0 else {
          let expected = index == last ? "the model's \(final)" : "a positive number"
          return (
            "plan.stages[\(index)].\(name)",
            "needs \(expected); got \(stage[keyPath: size].map(String.init) ?? "nothing")"
          )
        }
      }
    }
    return nil
  }

  private func lineageProblem() -> (field: String, reason: String)? {
    guard lineage.count == model.layers else {
      return ("lineage", "needs one entry for each of \(model.layers) layers; got \(lineage.count)")
    }
    for (index, layer) in lineage.enumerated() where !plan.stages.indices.contains(layer.stage) {
      return (
        "lineage[\(index)].stage",
        "needs a stage of the plan, 0 to \(plan.stages.count - 1); got \(layer.stage)"
      )
    }
    return nil
  }

  private func outcomeProblem() -> (field: String, reason: String)? {
    let amounts = [
      ("finalStep", Double(outcome.finalStep)), ("tokens", Double(outcome.tokens)),
      ("flops", outcome.flops), ("trainingSeconds", outcome.trainingSeconds),
      ("compileSeconds", outcome.compileSeconds), ("tokensPerSecond", outcome.tokensPerSecond),
    ]
    for (field, amount) in amounts where !(amount >= 0 && amount.isFinite) {
      return ("outcome.\(field)", "needs a finite number that is not negative; got \(amount)")
    }
    return nil
  }
}

extension PlanRecord {
  /// The first field that does not fit the others: stages follow each other, growths join them.
  func firstProblem(finalLayers: Int) -> (field: String, reason: String)? {
    guard let last = stages.last else {
      return ("plan.stages", "needs at least one stage; got none")
    }
    var step = 0
    for (index, stage) in stages.enumerated() {
      let field = "plan.stages[\(index)]"
      if stage.stage != index { return ("\(field).stage", "needs \(index); got \(stage.stage)") }
      // A run that grows can begin without layers.
      if stage.layers < (index == 0 && stages.count > 1 ? 0 : 1) {
        return ("\(field).layers", "needs a positive number; got \(stage.layers)")
      }
      if stage.firstStep != step {
        return ("\(field).firstStep", "needs \(step); got \(stage.firstStep)")
      }
      let (sum, overflow) = step.addingReportingOverflow(stage.stepCount)
      if stage.stepCount < 0 || overflow {
        return ("\(field).stepCount", "needs a number of steps; got \(stage.stepCount)")
      }
      step = sum
    }
    if step != totalSteps {
      return ("plan.totalSteps", "needs \(step), the sum over the stages; got \(totalSteps)")
    }
    if last.layers != finalLayers {
      return (
        "plan.stages[\(stages.count - 1)].layers",
        "needs the model's \(finalLayers) layers; got \(last.layers)"
      )
    }
    if let order = firstLayerOrder, let first = stages.first {
      guard order.count == first.layers, Set(order) == Set(0..<Set(order).count) else {
        return (
          "plan.firstLayerOrder",
          "needs \(first.layers) entries that name each stored layer, counted from 0"
        )
      }
    }
    return growthProblem()
  }

  private func growthProblem() -> (field: String, reason: String)? {
    guard growths.count == stages.count - 1 else {
      return (
        "plan.growths",
        "needs \(stages.count - 1) entries between \(stages.count) stages; got \(growths.count)"
      )
    }
    for (index, growth) in growths.enumerated() {
      let field = "plan.growths[\(index)]"
      let (old, new) = (stages[index], stages[index + 1])
      if growth.afterStep != new.firstStep {
        return ("\(field).afterStep", "needs \(new.firstStep); got \(growth.afterStep)")
      }
      if let order = growth.layerOrder {
        // Tied layers are stored once and named by the order as often as they run.
        guard order.count == new.layers, Set(order) == Set(growth.origins.indices) else {
          return (
            "\(field).layerOrder",
            "needs \(new.layers) entries that name each of \(growth.origins.count) stored layers"
          )
        }
      } else if growth.origins.count != new.layers {
        return (
          "\(field).origins",
          "needs one entry for each of \(new.layers) layers; got \(growth.origins.count)"
        )
      }
      let oldLayers = layerOrder(inStage: index).map { Set($0).count } ?? old.layers
      for (layer, origin) in growth.origins.enumerated() {
        if let origin, !(0..<oldLayers).contains(origin) {
          return (
            "\(field).origins[\(layer)]",
            "needs a layer of the stage before, 0 to \(oldLayers - 1); got \(origin)"
          )
        }
      }
      for (index, decoration) in (growth.decorations ?? []).enumerated() {
        let problem = decoration.firstProblem(
          layerCount: growth.origins.count,
          oldLayerCount: oldLayers
        )
        if let (part, reason) = problem {
          return ("\(field).decorations[\(index)].\(part)", reason)
        }
      }
    }
    return nil
  }
}
