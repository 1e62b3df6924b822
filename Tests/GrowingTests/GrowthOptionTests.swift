import Growing
import Testing

@Suite struct GrowthOptionTests {
  /// Options of which one is another than by default.
  private static func setting(_ option: GrowthOption) -> GrowthOptions {
    var options = GrowthOptions()
    switch option {
    case .factor: options.factor = 3
    case .start: options.start = 0
    case .gap: options.gap = 1
    case .noise: options.noise = 0.3
    case .scale: options.scale = 0.25
    case .gateSteps: options.gateSteps = 7
    case .mapSteps: options.mapLearning.steps = 7
    case .mapLearningRate: options.mapLearning.learningRate = 0.5
    }
    return options
  }

  private static func step(
    _ growthOperator: GrowthOperator,
    _ options: GrowthOptions
  ) throws -> GrowthStep {
    try growthOperator.step(
      fromDepth: 4,
      layerOrder: growthOperator.name == "untie" ? [0, 1, 0, 1] : nil,
      blockSize: 1,
      targetDepth: 8,
      options: options
    )
  }

  @Test(
    "An operator goes by the options that it declares and by no others",
    arguments: GrowthOperator.all.map(\.name)
  )
  func operatorsDeclareWhatTheyUse(name: String) throws {
    let growthOperator = try GrowthOperator.named(name)
    let usual = try Self.step(growthOperator, GrowthOptions())
    for option in GrowthOption.allCases {
      // Where a block begins or is put by itself is another place than this.
      var options = Self.setting(option)
      if name == "copy-to", option == .start { options.start = 2 }
      let other = try Self.step(growthOperator, options)
      #expect((other != usual) == growthOperator.uses.contains(option), "\(option)")
    }
  }

  @Test(
    "A method refuses an option that no operator of it goes by",
    arguments: GrowthOption.allCases
  )
  func unusedOptionsAreRefused(option: GrowthOption) throws {
    let options = Self.setting(option)
    let users = GrowthOperator.all.filter { $0.uses.contains(option) }.map(\.name)
    #expect(!users.isEmpty)
    let error = #expect(throws: GrowthError.self) { try GrowthMethod(.midas).check(options) }
    #expect(
      error?.description
        == "midas does not go by \(option.rawValue), which is for " + users.joined(separator: ", ")
    )
    #expect(throws: GrowthError.unusedOption(option, name: "adaptive")) {
      try GrowthMethod.adaptive([.midas, .gradStack]).check(options)
    }
    try options.check(usedBy: "all", Set(GrowthOption.allCases))
    try GrowthMethod.none.check(options)
  }

  @Test("One operator of a pool or a sequence that goes by an option is enough")
  func oneUserIsEnough() throws {
    let settings = GrowthSettings(
      finalDepth: 6,
      blockSize: 2,
      totalSteps: 30,
      options: GrowthOptions(scale: 0.25)
    )
    try GrowthMethod.adaptive([.midas, .scaledCopy]).check(settings.options)
    let method = GrowthMethod.sequence([.midas, .scaledCopy])
    try method.check(settings.options)
    let plan = try method.plan(settings)
    #expect(plan.growths[1].decorations.values.allSatisfy { $0 == [.scaledOutput(by: 0.25)] })
    #expect(plan.growths[1].decorations.count == 2)
  }

  @Test(
    "Policies that are set later are checked as those at first",
    arguments: [
      GrowthLearningRate.boost(factor: 2, steps: 0), .boost(factor: .nan, steps: 1),
      .rewarm(steps: 0),
    ]
  )
  func laterPoliciesAreChecked(rate: GrowthLearningRate) throws {
    #expect(throws: GrowthError.self) {
      try GrowthStep(map: .identity(depth: 1)).with(learningRate: rate)
    }
    #expect(throws: GrowthError.self) {
      try GrowthOperator.untie.step(
        fromDepth: 2,
        layerOrder: [0, 0],
        blockSize: 1,
        learningRate: rate
      )
    }
  }
}

@Suite struct GrowthPlaceTests {
  @Test(
    "A place behind the name is a gap, or else a start",
    arguments: [
      ("copy-at:1", [0, 1, 1, 2]), ("copy-at:0", [0, 0, 1, 2]), ("copy-to:1", [0, 0, 1, 2]),
    ]
  )
  func placesAreGapsOrStarts(name: String, sources: [Int]) throws {
    let growthOperator = try GrowthOperator.named(name)
    #expect(growthOperator.name == name)
    let options = GrowthOptions(start: name.hasPrefix("copy-at") ? 2 : nil)
    let step = try growthOperator.step(fromDepth: 3, blockSize: 1, options: options)
    #expect(step.map.sources == sources.map(Optional.some))
  }

  @Test("A place that an operator does not take is an error")
  func uselessPlacesAreRefused() throws {
    let error = #expect(throws: GrowthError.takesNoPlace(name: "midas:3")) {
      try GrowthOperator.named("midas:3")
    }
    #expect(
      error?.description
        == "midas:3 names a place, which only random, copy-at, copy-to, zero-output-random take"
    )
    for name in ["midas:", "copy-at:x", "copy-at:1:2", "nobody:1", ""] {
      let known = GrowthOperator.all.map(\.name)
      #expect(throws: GrowthError.unknownMethod(name: name, known: known)) {
        try GrowthOperator.named(name)
      }
    }
  }

  @Test("Recipes, sequences, pools and the command line read one grammar")
  func oneGrammar() throws {
    for text in ["midas copy-at:1", "midas,copy-at:1", " midas ,\ncopy-at:1"] {
      #expect(try GrowthOperator.pool(parsing: text).map(\.name) == ["midas", "copy-at:1"])
    }
    let plan = try GrowthMethod.sequence(parsing: "copy-at:0 copy-at:1+width:8").plan(
      GrowthSettings(
        finalDepth: 3,
        blockSize: 1,
        totalSteps: 9,
        firstSizes: ModelSizes(width: 4),
        finalSizes: ModelSizes(width: 8)
      )
    )
    #expect(plan.growths.map(\.map.sources) == [[0, 0], [0, 1, 1]])
    #expect(throws: GrowthError.takesNoPlace(name: "midas:1")) {
      try GrowthMethod.sequence(parsing: "midas:1")
    }
    #expect(throws: GrowthError.takesNoPlace(name: "midas:1")) {
      try GrowthOperator.pool(parsing: "midas:1 random:0")
    }
  }
}
