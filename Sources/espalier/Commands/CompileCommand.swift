import ArgumentParser
import Files
import PJRT
import Recipes
import Training

/// `espalier compile`.
struct CompileCommand: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Compile a recipe's programs for a device, and say what memory they take.",
    discussion: """
      Compiles what training by a recipe runs - the step, the evaluation, and the writing of texts, \
      in each stage of its growth - for a GPU that need not be there, and prints how long that \
      takes and the memory that each program needs. Nothing is trained and nothing is written.

        espalier compile Recipes/demo-midas.yaml --for h100
        espalier compile Recipes/demo-full-depth.yaml --for a100 \\
          --set training.precision=bfloat16 --json
        espalier compile Recipes/demo-midas.yaml --for h100 \\
          --set parallelism.devices=4 --set parallelism.sharding=fsdp
        espalier compile Recipes/demo-midas.yaml --for cpu

      Known are h100 (80 GB), h200 and a100 (80 GB); another GPU is described by a file with XLA's \
      GpuTargetConfigProto as text. That needs XLA's plugin for CUDA, and no GPU, driver or CUDA \
      toolkit: `make setup-cuda ONLY=compile` installs it. With cpu the programs are compiled for \
      this processor. Of several devices what each of them takes is printed. The exit code is 1 if a program takes more memory than the recipe's \
      memory.fraction of the device's.

      The vocabulary is the token file's. Where there is none yet, model.vocabularySize says it.
      """
  )

  @OptionGroup var recipe: RecipeArguments

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "cpu, h100, h200, a100, or a file that describes a GPU.",
      valueName: "device"
    )
  )
  var target: String

  @Option(help: ArgumentHelp("The XLA plugin that compiles.", valueName: "file"))
  var plugin: String?

  @Flag(help: "Print all figures as JSON.")
  var json = false

  func run(in context: CommandContext) throws {
    let recipe = try self.recipe.load()
    let compilation = try RecipeCompilation(recipe, for: destination(for: recipe, in: context))
    let line = LiveLine(context.console)
    let record = try compilation.record { next, done, count in
      let fraction = Double(done) / Double(count)
      line.show(ProgressBar(title: recipe.name, fraction: fraction, details: [next.rawValue]))
    }
    line.clear()
    try context.console.write(json ? JSONText.of(record) : CompilationText(record).text)
    if record.fits == false { throw ExitCode(1) }
  }

  /// What is compiled for, with the plugin that does it.
  private func destination(
    for recipe: Recipe,
    in context: CommandContext
  ) throws -> RecipeCompilation.Destination {
    let deviceCount = recipe.parallelism.devices
    let locator = context.places.pluginLocator(explicitPath: plugin)
    if target == DeviceChoice.cpu.rawValue {
      return .client(
        try .onDevices(deviceCount, of: Plugin(path: locator.locate(for: .cpu)))
      )
    }
    let target = try compilationTarget()
    let plugin = try Plugin(path: locator.locate(for: .cuda))
    if let shortcoming = plugin.cuda?.compilingShortcomings.first {
      throw PJRTError.cudaUnusable(shortcoming)
    }
    let topology = try Topology(of: plugin, options: target.options(deviceCount: deviceCount))
    return .topology(topology, target)
  }

  private func compilationTarget() throws -> CompilationTarget {
    if let known = CompilationTarget.known.first(where: { $0.name == target }) { return known }
    let files = LocalFileSystem()
    guard files.exists(target) else {
      throw CommandError.unknownTarget(
        target,
        known: [DeviceChoice.cpu.rawValue] + CompilationTarget.known.map(\.name)
      )
    }
    let text = try InputText.of(files.bytes(through: target, limit: 1 << 20), from: target)
    return CompilationTarget(name: target, configuration: text)
  }
}
