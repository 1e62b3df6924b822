import ArgumentParser
import Arrays
import Recipes
import Reports
import Safetensors
import Training

/// `espalier corpus batches`.
struct CorpusBatches: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "batches",
    abstract: "Write what a recipe trains on, step by step, for other programs.",
    discussion: """
      Writes a safetensors file with the rows of all steps in the order in which a run of the \
      recipe reads them, and the held-out rows that it is measured on. So a program in PyTorch or \
      JAX trains on the same data in the same order.

        espalier corpus batches Recipes/demo-midas.yaml \\
          --output batches.safetensors

      There are training.sequences and validation.sequences, int32, a row a sequence, each token but \
      the first a target; row r of training is row r mod B of step r / B in batches of B. Of other \
      objectives there are inputs, targets, weights and prefixLengths, and where documents are kept \
      apart documents.
      """
  )

  @OptionGroup var recipe: RecipeArguments

  @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("Only so many of the first steps.", valueName: "count"))
  var steps: Int?

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output: needs a file; got nothing") }
    if let steps, steps < 1 {
      throw ValidationError("--steps: needs a positive whole number; got \(steps)")
    }
  }

  func run(in context: CommandContext) throws {
    let job = try TrainingJob(recipe.load())
    let steps = min(steps ?? job.plan.totalSteps, job.plan.totalSteps)
    let arrays = try job.rows(ofFirst: steps).map { NamedArray($0.name, $0.array) }
    try SafetensorsFile.write(
      arrays,
      metadata: [
        "recipe": job.recipe.name, "steps": "\(steps)",
        "batchSize": "\(job.recipe.training.batchSize)", "seed": "\(job.recipe.seed)",
        "corpus": job.corpus.fileChecksum,
      ],
      to: output
    )
    let tokens = NumberFormat.grouped(steps * job.tokensPerStep)
    try context.console.write("\(output): \(counted(steps, "step")), \(tokens) tokens\n")
  }
}
