import ArgumentParser
import Files
import Growing
import LanguageModels
import Reports
import SavedModels
import Training

/// `espalier grow`.
struct Grow: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "grow",
    abstract: "Grow a saved model once, without training it.",
    discussion: """
      Reads a checkpoint of a run and writes a deeper one: weights and optimizer state, layer by \
      layer, with the tokenizer beside it. Where the layers come from is said by a method, or by a layer map. `espalier \
      operators` lists the methods, and which of them keep the function the model computes. Those that \
      open gates step by step (annealed-gate, masked-ramp, drop-in) need training and are for \
      recipes alone.

      Or it writes a wider one: --width, --heads, --feed-forward, --vocabulary and --context name \
      the sizes to grow to, --fill how new elements are filled. All but next-layer keep the \
      function. For depth and width grow twice.

      A layer map lists for each new layer the old one it is copied from, counted from 0; * is a \
      newly initialised layer.

        espalier grow runs/a/checkpoints/step-00000400 --method midas --output grown
        espalier grow runs/a/checkpoints/step-00000400 --map "0,1,1,*" --output grown
        espalier grow runs/a/checkpoints/step-00000400 --width 256 --output wide
      """
  )

  @Argument(help: ArgumentHelp("The checkpoint's folder.", valueName: "checkpoint"))
  var checkpoint: String

  @Option(help: ArgumentHelp("The growth method.", valueName: "name"))
  var method: String?

  @OptionGroup var options: OperatorOptions

  @Option(
    help: ArgumentHelp(
      "The layer map, such as 0,1,0,1, instead of a method.",
      valueName: "layers"
    )
  )
  var map: String?

  @OptionGroup var widths: WidthOptions

  @Option(
    help: ArgumentHelp(
      "What becomes of the optimizer's state: copy, zero-new, reset-copies or clear-all.",
      valueName: "policy"
    )
  )
  var optimizerState = OptimizerStatePolicy.copy

  @Option(
    help: ArgumentHelp("The folder to put the grown checkpoint into.", valueName: "folder")
  )
  var output: String

  @Flag(help: "Print what was done as JSON.")
  var json = false

  func validate() throws {
    let ways = [method != nil, map != nil, !widths.sizes.isEmpty].count { $0 }
    guard ways == 1 else {
      throw ValidationError("Give either --method or --map, or a size to grow to, such as --width")
    }
    if let method {
      do {
        _ = try GrowthOperator.named(method)
      } catch .takesNoPlace(let name) {
        throw ValidationError("--method: \(GrowthError.takesNoPlace(name: name))")
      } catch {
        throw ValidationError(
          "--method: needs a name that `espalier operators` lists; got \"\(method)\""
        )
      }
    }
    // An empty path would name the root folder.
    guard !output.isEmpty else { throw ValidationError("--output: needs a folder; got nothing") }
    if let map { _ = try Self.origins(map) }
  }

  func run(in context: CommandContext) throws {
    // A folder that is not there is something else than one without a manifest.
    _ = try LocalFileSystem().names(inFolder: checkpoint)
    let growth = try CheckpointGrowth(path: checkpoint)
    let target = "\(output)/\(lastComponent(of: growth.model.checkpoint.path))"
    guard !LocalFileSystem().exists(target) else {
      throw CommandError.checkpointExists(path: target)
    }
    let before = growth.model.configuration
    let step = try step(from: before)
    // Refused before the folder is made.
    try growth.check(step)
    let after = try before.grown(by: step)
    try OutputFile.prepareFolder(of: output)
    let grown = try growth.write(grownBy: step, to: output)
    try writeTokenizer(of: growth.model)
    if let widening = step.widening {
      let summary = WideningSummary(
        growth,
        after,
        fill: widening.fill,
        optimizerState: optimizerState,
        output: grown.path
      )
      try context.console.write(json ? JSONText.of(summary) : summary.text)
      return
    }
    let summary = GrowthSummary(growth, after, step: step, method: method, output: grown.path)
    try context.console.write(json ? JSONText.of(summary) : summary.text)
  }

  /// Puts the model's tokenizer beside the grown checkpoint, where it is known and none is there.
  private func writeTokenizer(of model: SavedModel) throws {
    let path = "\(output)/tokenizer.model"
    guard !LocalFileSystem().exists(path), let tokenizer = try? model.tokenizer() else { return }
    try tokenizer.write(to: path)
  }

  private func step(from model: LlamaConfiguration) throws -> GrowthStep {
    if method == nil {
      try options.growthOptions.check(usedBy: map == nil ? "a growth in width" : "a layer map", [])
    }
    if !widths.sizes.isEmpty {
      return try GrowthStep(
        widening: Widening(to: widths.sizes, fill: widths.fill),
        storedLayers: model.layerCount,
        layerOrder: model.layerOrder,
        optimizerState: optimizerState
      )
    }
    if let method {
      let growthOperator = try GrowthOperator.named(method)
      try options.growthOptions.check(usedBy: method, growthOperator.uses)
      let step = try growthOperator.step(
        fromDepth: model.appliedLayerCount,
        layerOrder: model.layerOrder,
        blockSize: options.blockSize,
        targetDepth: options.layers,
        options: options.growthOptions,
        optimizerState: optimizerState
      )
      // Refused before the folder is made.
      guard step.mapLearning == nil else { throw GrowthError.mapNotLearned }
      return step
    }
    guard model.layerOrder == nil else {
      throw GrowthError.tiedLayers(operatorName: "a layer map")
    }
    return GrowthStep(
      map: try LayerMap(sourceDepth: model.layerCount, origins: Self.origins(map ?? "")),
      optimizerState: optimizerState
    )
  }

  /// Reads a layer map such as `0,1,*`.
  private static func origins(_ text: String) throws -> [LayerMap.Origin] {
    guard let origins = LayerMap.origins(parsing: text) else {
      throw ValidationError(
        "--map: needs layers from 0 on with commas between them, * for a new one, such as "
          + "0,1,1,*; got \"\(text)\""
      )
    }
    return origins
  }
}

extension OptimizerStatePolicy: ExpressibleByArgument {}

/// What a growth did, for people and for programs.
struct GrowthSummary: Encodable {
  var source: String
  var output: String
  var step: Int
  var method: String?
  var optimizerState: OptimizerStatePolicy
  var layersBefore: Int
  var layersAfter: Int
  /// For each new layer the old one it is copied from, `null` for a new one.
  var origins: [Int?]
  /// For each new layer whether it keeps its place in the line of the old one.
  var isNew: [Bool]
  /// For each new layer what else was done to it, where something was.
  var decorations: [Int: [LayerDecoration]]
  /// Which stored layer each layer runs, where some are tied.
  var layerOrder: [Int]?
  /// What is done to output gates, where something is.
  var gates: GateGrowth?
  /// Whether the grown model computes the same function; absent for a layer map.
  var preservesFunction: FunctionPreservation?
  var parametersBefore: Int
  var parametersAfter: Int

  init(
    _ growth: CheckpointGrowth,
    _ after: LlamaConfiguration,
    step: GrowthStep,
    method: String?,
    output: String
  ) {
    let before = growth.model.configuration
    source = growth.model.checkpoint.path
    self.output = output
    self.step = growth.model.checkpoint.step
    self.method = method
    optimizerState = step.optimizerState
    layersBefore = before.appliedLayerCount
    layersAfter = step.depth
    origins = step.map.sources
    isNew = step.map.newLayers
    decorations = step.decorations
    layerOrder = step.layerOrder
    gates = step.gates
    preservesFunction = method.flatMap { try? GrowthOperator.named($0) }?.preservation
    parametersBefore = before.parameterCount
    parametersAfter = after.parameterCount
  }

  /// The summary in lines.
  var text: String {
    let map = origins.map { $0.map(String.init) ?? "*" }.joined(separator: " ")
    var lines = [
      "\(source): step \(step), \(counted(layersBefore, "layer")), "
        + "\(NumberFormat.grouped(parametersBefore)) parameters",
      "grown by \(method ?? "a layer map"): [\(map)], optimizer state: \(optimizerState.rawValue)",
    ]
    for (layer, (origin, isNew)) in zip(origins, isNew).enumerated() {
      let what =
        switch (origin, isNew) {
        case (nil, _): "is new, with drawn weights"
        case (let origin?, false): "is layer \(origin)"
        case (let origin?, true): "is a copy of layer \(origin)"
        }
      let changes = (decorations[layer] ?? []).map { ", \($0)" }.joined()
      lines.append("  layer \(layer) \(what)\(changes)")
    }
    if let layerOrder {
      lines.append(
        "the layers run in the order [\(layerOrder.map(String.init).joined(separator: " "))], tied "
          + "where one runs again"
      )
    }
    if let gates { lines.append("\(gates)") }
    switch preservesFunction {
    case .exact: lines.append("the grown model computes the same function")
    case .nearly: lines.append("the grown model computes nearly the same function")
    case .changed: lines.append("the grown model computes another function")
    case nil: break
    }
    lines.append(
      "\(output): \(counted(layersAfter, "layer")), "
        + "\(NumberFormat.grouped(parametersAfter)) parameters"
    )
    return lines.map { $0 + "\n" }.joined()
  }
}
