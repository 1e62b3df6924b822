import Testing

@testable import Recipes

/// Values from the command line that take the place of a recipe's.
@Suite struct RecipeOverrideTests {
  private static let text = """
    corpus:
      tokens: t
    model:
      width: 64
    training:
    """

  private func recipe(_ arguments: String...) throws -> Recipe {
    let overrides = try arguments.map { try RecipeOverride($0) }
    return try Recipe.parse(Self.text, file: "r.yaml", overrides: overrides)
  }

  @Test func valuesAreReplacedAndAdded() throws {
    let recipe = try recipe(
      "model.width=32",
      "training.steps=7",
      "training.optimizer.beta1=0.5",
      "name=other",
      "corpus.separateDocuments=true"
    )
    #expect(recipe.model.width == 32)
    #expect(recipe.training.steps == 7)
    #expect(recipe.training.optimizer.beta1 == 0.5)
    #expect(recipe.name == "other")
    #expect(recipe.corpus.separateDocuments)
  }

  @Test func defaultsFollowTheOverriddenValue() throws {
    let recipe = try recipe("model.width=96", "model.headCount=2", "training.steps=70")
    #expect(recipe.model.feedForwardWidth == 256)
    #expect(recipe.model.keyValueHeadCount == 2)
    #expect(recipe.training.learningRate.warmupSteps == 7)
  }

  @Test func theLaterOfTwoCounts() throws {
    #expect(try recipe("seed=1", "seed=2").seed == 2)
  }

  @Test func theValueMayHoldEqualsSigns() throws {
    #expect(try recipe("corpus.tokens=a=b c").corpus.tokens == "a=b c")
  }

  @Test func aFieldThatMayBeNothingCanBeTakenBack() throws {
    let overrides = [try RecipeOverride("growth.blockSize=null")]
    let text = Self.text + "\ngrowth: {blockSize: 2}"
    let recipe = try Recipe.parse(text, file: "r.yaml", overrides: overrides)
    #expect(recipe.growth.blockSize == nil)
  }

  @Test func anOverrideMendsAWrongValue() throws {
    let recipe = try Recipe.parse(
      "corpus: {tokens: t}\nmodel: {width: wide}",
      file: "r.yaml",
      overrides: [RecipeOverride("model.width=64")]
    )
    #expect(recipe.model.width == 64)
  }

  @Test func anOverrideAloneCanGiveTheTokens() throws {
    let recipe = try Recipe.parse(
      "seed: 3",
      file: "r.yaml",
      overrides: [RecipeOverride("corpus.tokens=x")]
    )
    #expect(recipe.corpus.tokens == "x")
  }

  @Test(arguments: [
    (
      "training.steps=wide",
      "--set training.steps=wide: training.steps: needs a positive whole number; got \"wide\""
    ),
    (
      "training.steps=",
      "--set training.steps=: training.steps: needs a positive whole number; got nothing"
    ),
    (
      "training.stepz=3",
      "--set training.stepz=3: training.stepz: is not a field of a recipe; "
        + "did you mean training.steps?"
    ),
    (
      "stepz=3",
      "--set stepz=3: stepz: is not a field of a recipe; a recipe has version, name, seed, kernels, device, "
        + "parallelism, memory, corpus, model, training, evaluation, logging, checkpoints, growth"
    ),
    (
      "evaluation=3",
      "--set evaluation=3: evaluation: is a section; give one of its fields: every, sequences"
    ),
    (
      "seed.deep=3",
      "--set seed.deep=3: seed.deep: is not a field of a recipe; seed has no fields under it"
    ),
    ("..=3", "--set ..=3: ..: is not a field of a recipe"),
    (
      "model.headCount=3",
      "--set model.headCount=3: model.width: needs a multiple of model.headCount (3); got 64"
    ),
    ("model.width", "--set model.width: needs FIELD=VALUE, such as training.steps=200"),
    ("=3", "--set =3: needs FIELD=VALUE, such as training.steps=200"),
    ("", "--set : needs FIELD=VALUE, such as training.steps=200"),
  ])
  func messagesNameTheFlag(argument: String, message: String) {
    let error = #expect(throws: RecipeError.self) { try recipe(argument) }
    #expect(error?.messages == [message])
  }

  @Test func aFlagOfItsOwnIsNamedInTheMessage() {
    let override = RecipeOverride(field: "training.steps", value: "no", flag: "--steps no")
    let error = #expect(throws: RecipeError.self) {
      try Recipe.parse(Self.text, file: "r.yaml", overrides: [override])
    }
    #expect(
      error?.messages == ["--steps no: training.steps: needs a positive whole number; got \"no\""]
    )
  }

  @Test func everyFieldCanBeOverridden() throws {
    let base = try recipe()
    for field in Recipe.fields {
      let value = field.write(base)
      let override = RecipeOverride(field: field.name, value: value, flag: "--set")
      let again = try Recipe.parse(Self.text, file: "r.yaml", overrides: [override])
      #expect(again == base, "overriding \(field.name) with its own value changed the recipe")
    }
    #expect(Set(Recipe.fieldNames).count == Recipe.fields.count)
  }
}
