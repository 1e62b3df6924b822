import Arrays
import EspalierTestSupport
import Foundation
import Recipes
import Safetensors
import Testing

@testable import Training

/// What a recipe trains on, for other programs.
@Suite struct CorpusBatchesTests {
  @Test(arguments: [
    ([], ["sequences"]), (["corpus.separateDocuments=true"], ["sequences", "documents"]),
    (
      ["training.objective.kind=mixture"], ["inputs", "targets", "weights", "prefixLengths"]
    ),
  ])
  func theRowsAreThoseOfARun(fields: [String], names: [String]) async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(
      ["corpus", "batches", "tiny.yaml", "--output", "rows.safetensors", "--steps", "3"]
        + fields.flatMap { ["--set", $0] }
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("rows.safetensors: 3 steps, "))
    let file = try SafetensorsFile.open(folder.path + "/rows.safetensors")
    let kinds = ["training", "validation"]
    #expect(Set(file.names) == Set(kinds.flatMap { kind in names.map { "\(kind).\($0)" } }))

    var recipe = try Recipe.load(
      path: folder.path + "/tiny.yaml",
      overrides: fields.map { argument throws(RecipeError) in try RecipeOverride(argument) }
    )
    recipe.corpus.tokens = folder.path + "/" + recipe.corpus.tokens
    let job = try TrainingJob(recipe)
    for (place, name) in names.enumerated() {
      let rows = try file.array(named: "training.\(name)").values(as: Int32.self)
      let expected = try (0..<3).flatMap {
        try job.batch(ofStep: $0)[place].values(as: Int32.self)
      }
      #expect(rows == expected, "\(name)")
    }
    let measured = try file.array(named: "validation.\(names[0])")
    #expect(measured.shape[0] == job.measuredSequences.count)
  }

  @Test(arguments: [
    (["--output", "x", "--steps", "0"], "--steps: needs a positive whole number; got 0"),
    (["--output", ""], "--output: needs a file; got nothing"),
  ])
  func badOptionsAreNamed(options: [String], sentence: String) async throws {
    let outcome = try await EspalierProcess(folder: "/").run(
      ["corpus", "batches", "tiny.yaml"] + options
    )
    #expect(outcome.code == 2 && outcome.errors.contains(sentence), "\(outcome.errors)")
  }
}
