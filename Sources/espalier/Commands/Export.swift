import ArgumentParser
import Files
import ModelExport

/// `espalier export`.
struct Export: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a model so that other programs load it.",
    discussion: """
      As a folder for Hugging Face's transformers (hf): configuration, weights as safetensors, \
      tokenizer and a model card. Or as a GGUF file for llama.cpp (gguf).

      Layers that run more than once are written as often; output gates have to be folded first \
      (espalier grow --method fold-gates).

        espalier export runs/demo-midas exported
        espalier export runs/demo-midas midas.gguf --format gguf --type float16
        espalier export grown/step-00000250 exported
      """
  )

  @Argument(help: ArgumentHelp("A run's folder or a checkpoint's.", valueName: "model"))
  var model: String

  @Argument(help: ArgumentHelp("The folder (hf) or file (gguf) to make.", valueName: "output"))
  var output: String

  @Option(help: ArgumentHelp("The form: hf or gguf.", valueName: "form"))
  var format = ExportFormat.huggingFace

  @Option(
    help: ArgumentHelp(
      "The type of numbers: float32, bfloat16, or for gguf float16 or q8_0 as well.",
      valueName: "type"
    )
  )
  var type = ExportedElements.float32

  @OptionGroup var tokenizer: TokenizerOption

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("output: needs a place; got nothing") }
    guard format.elements.contains(type) else {
      throw ValidationError("\(ExportError.elements(type, format: format))")
    }
  }

  func run(in context: CommandContext) throws {
    let console = context.console
    let (saved, tokenizer) = try tokenizer.open(model, console: console)
    let export = try ModelExport(saved, tokenizer: tokenizer)
    for note in export.notes { console.note("note: \(saved.checkpoint.path): \(note)") }
    switch format {
    case .huggingFace: try export.writeHuggingFace(to: output, elements: type)
    case .gguf: try export.writeGGUF(to: output, elements: type)
    }
    try console.write(
      "\(output): \(saved.checkpoint.path) as \(format.rawValue), \(type.rawValue)\n"
    )
  }
}

extension ExportFormat: ExpressibleByArgument {}
extension ExportedElements: ExpressibleByArgument {}
