import EspalierTestSupport
import Files
import Foundation
import Recipes
import Testing

@testable import Studies

/// Which records are of the same study.
@Suite struct StudyRecordTests {
  private let recipe = Recipe(
    name: "r",
    corpus: Recipe.Corpus(tokens: "book.tokens"),
    model: Recipe.Model(
      layers: 2,
      width: 8,
      headCount: 2,
      keyValueHeadCount: 2,
      feedForwardWidth: 8,
      contextLength: 8
    ),
    training: Recipe.Training(steps: 9, batchSize: 2),
    growth: Recipe.Growth(method: "none", blockSize: 1)
  )

  /// Whatever single line is left out: if what is left is a recipe, it says the same exactly when the line
  /// had the default.
  @Test func aFieldThatIsNotThereHasItsDefault() throws {
    let text = recipe.yamlText()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var (same, different, malformed) = (0, 0, 0)
    for index in lines.indices {
      var fewer = lines
      fewer.remove(at: index)
      let shorter = fewer.joined(separator: "\n")
      let says = Recipe.saysTheSame(shorter, as: text)
      #expect(says == Recipe.saysTheSame(text, as: shorter))
      guard let parsed = try? Recipe.parse(shorter, file: "test") else {
        malformed += 1
        #expect(!says)
        continue
      }
      #expect(says == (parsed == recipe))
      if says { same += 1 } else { different += 1 }
    }
    #expect(same > 20)
    #expect(different > 0)
    #expect(malformed > 5)
  }

  @Test func aTextThatIsNoRecipeIsOnlyLikeItself() {
    #expect(Recipe.saysTheSame("nonsense", as: "nonsense"))
    #expect(!Recipe.saysTheSame("nonsense", as: "other nonsense"))
    #expect(!Recipe.saysTheSame("nonsense", as: recipe.yamlText()))
  }

  /// The record and the texts that are made of it.
  @Test func everyFailureLeavesTheOldFilesOrTheNewOnes() throws {
    func write(_ losses: [Double], _ disk: any FileSystem) throws {
      try StudyFile.write(["losses": losses], path: "lag.json", in: disk)
      try StudyFile.write("\(losses)", path: "lag.md", in: disk)
    }
    let trial = try WriterTrial {
      try write([1], $0)
    } write: {
      try write([1, 0.5], $0)
    }
    #expect(trial.problems().isEmpty)
  }
}
