import ArgumentParser
import ModelImport
import Reports

/// `espalier import`.
struct Import: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take in a model of Hugging Face's transformers.",
    discussion: """
      Reads a folder as transformers writes it (config.json, safetensors in one file or in several, \
      tokenizer.model or tokenizer.json) of a Llama, Mistral, Qwen2, Qwen3 or SmolLM, and writes a \
      checkpoint with the tokenizer beside it. generate, eval, finetune, grow, train --from and \
      export take it like any other.

      What no model here has is refused by the field of config.json that asks for it.

        espalier import SmolLM-135M smol
        espalier generate smol/step-00000000 --prompt "Once upon a time"
        espalier grow smol/step-00000000 --method gradstack --output larger
      """
  )

  @Argument(help: ArgumentHelp("The folder of the model.", valueName: "folder"))
  var folder: String

  @Argument(help: ArgumentHelp("The folder to put the checkpoint into.", valueName: "output"))
  var output: String

  func validate() throws {
    for (name, path) in [("folder", folder), ("output", output)] where path.isEmpty {
      throw ValidationError("\(name): needs a path; got nothing")
    }
  }

  func run(in context: CommandContext) throws {
    let model = try ModelImport(folder: folder)
    try OutputFile.prepareFolder(of: output)
    let checkpoint = try model.write(to: output)
    let configuration = model.configuration
    try context.console.write(
      "\(checkpoint.path): \(counted(configuration.layerCount, "layer")), "
        + "\(NumberFormat.grouped(configuration.parameterCount)) parameters, "
        + "\(NumberFormat.grouped(model.tokenizer.vocabularySize)) pieces\n"
    )
  }
}
