import ArgumentParser
import Recipes
import Reports
import Training

/// `espalier plan`.
struct Plan: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show how a recipe grows and what it costs, without training.",
    discussion: """
      Prints the stages with their steps, depths, parameters and FLOPs by formula, how many times \
      cheaper the plan is than training at full depth, and a drawing: a row a stage, a cell a \
      layer, from the embedding on.

        espalier plan Recipes/demo-midas.yaml
        espalier plan Recipes/demo-midas.yaml --set growth.method=stack \\
          --drawing plan.svg

      The vocabulary is the token file's. Where there is none yet, model.vocabularySize says it.
      """
  )

  @OptionGroup var recipe: RecipeArguments

  @Option(help: ArgumentHelp("A file to draw the plan into, as SVG.", valueName: "file"))
  var drawing: String?

  @Flag(help: "Print the plan as JSON.")
  var json = false

  func validate() throws {
    if drawing?.isEmpty == true {
      throw ValidationError("--drawing: needs a file; got nothing")
    }
  }

  func run(in context: CommandContext) throws {
    let recipe = try self.recipe.load()
    let overview = try PlanOverview.of(recipe)
    let picture = Report.drawing(of: overview.plan, lineage: overview.lineage)
    if drawing != nil, picture == nil { throw CommandError.nothingToDraw(name: overview.name) }
    // A drawing that cannot be written does not keep the plan from being printed, nor the other way round.
    let writing = Result {
      if let drawing, let picture { try OutputFile.write(picture, to: drawing) }
    }
    try context.console.write(
      json ? JSONText.of(overview) : PlanText(overview, context.console.characters).text
    )
    try writing.get()
  }
}

/// A plan in lines.
struct PlanText {
  let text: String

  init(_ plan: PlanOverview, _ characters: TerminalCharacters) {
    let lines =
      [Self.heading(plan), ""] + Self.table(plan) + ["", Self.saving(plan)]
      + Self.timing(plan) + Self.choosing(plan) + Self.learning(plan) + [""]
      + Self.drawing(plan, characters)
    text = lines.map { $0 + "\n" }.joined()
  }

  private static func heading(_ plan: PlanOverview) -> String {
    let steps = plan.stages.reduce(0) { $0 + $1.stepCount }
    return "\(plan.name): \(plan.method), \(counted(steps, "step")) of "
      + "\(NumberFormat.grouped(plan.tokensPerStep)) tokens"
  }

  /// The stages, a line each.
  static func table(_ plan: PlanOverview) -> [String] {
    let growsInWidth = plan.stages.contains { $0.sizes != nil }
    let sizes = growsInWidth ? ["width", "heads", "feed-forward"] : []
    let costs = ["parameters", "cost", "share"]
    var rows = [["stage", "steps", "layers"] + sizes + costs + ["layer map"]]
    for stage in plan.stages {
      let place = [
        "\(stage.number)",
        "\(stage.firstStep + 1)-\(stage.firstStep + stage.stepCount)",
        stage.storedLayers.map { "\(stage.layers) (\($0) stored)" } ?? "\(stage.layers)",
      ]
      let cost = [
        NumberFormat.grouped(stage.parameters),
        NumberFormat.operations(stage.operations),
        NumberFormat.fixed(100 * stage.operations / plan.operations, digits: 1) + " %",
      ]
      rows.append(place + self.sizes(of: stage) + cost + [stage.growthText])
    }
    return TextTable(rows: rows, numbers: 2..<rows[0].count - 1).lines
  }

  private static func sizes(of stage: PlanOverview.Stage) -> [String] {
    guard let sizes = stage.sizes else { return [] }
    return [sizes.width, sizes.headCount, sizes.feedForwardWidth].map {
      $0.map(NumberFormat.grouped) ?? ""
    }
  }

  private static func saving(_ plan: PlanOverview) -> String {
    let cost = NumberFormat.operations(plan.operations)
    guard plan.stages.count > 1 else { return "\(cost), all at full depth" }
    let full = plan.stages.contains { $0.sizes != nil } ? "full size" : "full depth"
    return "\(cost), \(NumberFormat.fixed(plan.expectedSpeedUp, digits: 2)) times cheaper than "
      + "\(NumberFormat.operations(plan.fullDepthOperations)) at \(full)"
  }

  /// What a schedule by loss makes of the plan.
  private static func timing(_ plan: PlanOverview) -> [String] {
    guard let trigger = plan.trigger else { return [] }
    return [
      "growths come at these steps at the latest, and earlier, which costs more, as soon as",
      trigger,
    ]
  }

  /// What an adaptive method makes of the plan.
  private static func choosing(_ plan: PlanOverview) -> [String] {
    guard let choice = plan.choice else { return [] }
    return [
      "growths are chosen while training: the best of \(choice.strategies.joined(separator: ", ")) "
        + "after \(counted(choice.lag, "step"));",
      "the maps above are the first one's, and choosing takes "
        + "\(NumberFormat.operations(choice.operations)) besides",
    ]
  }

  /// What learning layer maps takes.
  private static func learning(_ plan: PlanOverview) -> [String] {
    guard let learning = plan.learning else { return [] }
    return [
      "layer maps are learnt at \(counted(learning.growths, "growth")), in "
        + "\(counted(learning.steps, "step")) that take "
        + "\(NumberFormat.operations(learning.operations)) besides;",
      "the maps above say which old layer a new one begins nearest to",
    ]
  }

  /// A row a stage, a cell a layer.
  private static func drawing(_ plan: PlanOverview, _ characters: TerminalCharacters) -> [String] {
    let isUnicode = characters == .unicode
    let cells: [PlanOverview.LayerKind: String] =
      isUnicode
      ? [.kept: "█", .copied: "▒", .fresh: "░", .tied: "="]
      : [.kept: "#", .copied: "+", .fresh: ".", .tied: "="]
    let rows = plan.stages.map { stage in
      "\(stage.number)".padding(to: 3)
        + stage.layerKinds.compactMap { cells[$0] }.joined()
    }
    let isTied = plan.stages.contains { $0.layerKinds.contains(.tied) }
    let key = ([PlanOverview.LayerKind.kept, .copied, .fresh] + (isTied ? [.tied] : []))
      .map { "\(cells[$0] ?? "") \($0.rawValue)" }
      .joined(separator: "  ")
    return rows + ["   " + key]
  }
}

extension PlanOverview.Stage {
  /// What the growth into the stage does, such as `[0 1 0 1], wider by pad`.
  fileprivate var growthText: String {
    let wider = widening.map { "wider by \($0.fill.rawValue)" }
    return [layerMap, gates, wider].compactMap { $0 }.joined(separator: ", ")
  }
}

extension String {
  /// The text with blanks behind it up to a length.
  fileprivate func padding(to length: Int) -> String {
    self + String(repeating: " ", count: max(1, length - count))
  }
}
