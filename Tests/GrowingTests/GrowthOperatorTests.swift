import Growing
import Testing

@Suite struct GrowthOperatorTests {
  /// Operators that add layers; those on ties have tests of their own.
  static let adding = GrowthOperator.all.filter { $0.addsLayers }.map(\.name)

  private func map(
    _ name: String,
    _ depth: Int,
    _ block: Int,
    to target: Int? = nil,
    _ options: GrowthOptions = GrowthOptions()
  ) throws -> String {
    try GrowthOperator.named(name)
      .step(fromDepth: depth, blockSize: block, targetDepth: target, options: options)
      .map.description
  }

  /// Each operator's map, written out by hand.
  @Test(
    arguments: [
      ("midas", 6, 2, "[0 1 2 3 2 3 4 5]"),
      ("midas", 8, 4, "[0 1 2 3 0 1 2 3 4 5 6 7]"),
      ("gradstack", 6, 2, "[0 1 2 3 4 5 4 5]"),
      ("stack", 3, 1, "[0 1 2 0 1 2]"),
      ("random", 4, 2, "[0 1 * * 2 3]"),
      ("random-top", 4, 2, "[0 1 2 3 * *]"),
      ("lidas-interposed", 8, 4, "[0 1 2 3 2 3 4 5 4 5 6 7]"),
      ("lidas-contiguous", 8, 4, "[0 1 2 3 4 5 2 3 4 5 6 7]"),
      ("lidas-interposed", 6, 2, "[0 1 2 3 2 3 4 5]"),
      ("lidas-contiguous", 6, 2, "[0 1 2 3 2 3 4 5]"),
      ("lidas-interposed", 2, 1, "[0 1 1]"),
      ("bottom", 6, 2, "[0 1 0 1 2 3 4 5]"),
      ("copy-at", 5, 1, "[0 1 2 2 3 4]"),
      ("copy-to", 4, 2, "[0 1 2 3 0 1]"),
      ("interleave", 3, 1, "[0 0 1 1 2 2]"),
      ("every", 6, 3, "[0 1 2 2 3 4 5 5]"),
      ("llama-pro", 6, 3, "[0 1 2 2 3 4 5 5]"),
      ("spread", 4, 2, "[0 0 1 2 2 3]"),
      ("spread", 2, 3, "[0 0 0 1 1]"),
      ("reverse", 6, 3, "[0 1 2 2 1 0 3 4 5]"),
      ("shift", 6, 3, "[0 1 2 1 2 0 3 4 5]"),
      ("solar", 4, 1, "[0 1 2 1 2 3]"),
    ] as [(String, Int, Int, String)]
  )
  func mapIsAsWrittenOut(name: String, depth: Int, block: Int, expected: String) throws {
    #expect(try map(name, depth, block) == expected)
  }

  @Test func operatorsThatGoToTheTargetReachIt() throws {
    #expect(try map("jump-random", 1, 1, to: 4) == "[0 * * *]")
    #expect(try map("jump-random", 0, 1, to: 2) == "[* *]")
    #expect(try map("jump-zero-output", 0, 1, to: 1) == "[*]")
    #expect(try map("jump-copy", 2, 1, to: 5) == "[0 1 0 1 0]")
    #expect(try map("jump-zero-output", 1, 1, to: 3) == "[0 * *]")
    // 32 layers to 48 with 8 dropped at either end that meets, as in the paper.
    let solar = try GrowthOperator.solar.step(fromDepth: 32, blockSize: 1, targetDepth: 48)
    #expect(solar.map.sources == Array(0..<24) + Array(8..<32))
  }

  @Test func optionsSayWhatIsCopiedAndWhereItGoes() throws {
    #expect(try map("copy-at", 6, 2, GrowthOptions(start: 3)) == "[0 1 2 3 4 3 4 5]")
    #expect(try map("copy-to", 4, 2, GrowthOptions(start: 2, gap: 0)) == "[2 3 0 1 2 3]")
    #expect(try map("random", 5, 2, GrowthOptions(gap: 5)) == "[0 1 2 3 4 * *]")
    #expect(try map("stack", 2, 1, GrowthOptions(factor: 3)) == "[0 1 0 1 0 1]")
    #expect(try map("interleave", 2, 1, GrowthOptions(factor: 3)) == "[0 0 0 1 1 1]")
  }

  @Test func protectedLayersStayOutOfGrowing() throws {
    let options = GrowthOptions(protectedFirst: 1, protectedLast: 2)
    #expect(try map("midas", 5, 2, options) == "[0 1 2 1 2 3 4]")
    #expect(try map("stack", 5, 1, options) == "[0 1 2 1 2 3 4]")
    #expect(try map("jump-random", 4, 1, to: 6, options) == "[0 1 * * 2 3]")
    var shifted = options
    shifted.start = 2
    #expect(try map("copy-at", 5, 1, shifted) == "[0 1 2 2 3 4]")
    let average = try GrowthOperator.averagedNeighbours.step(
      fromDepth: 5,
      blockSize: 1,
      options: options
    )
    #expect(average.map.description == "[0 1 1 2 3 4]")
    #expect(
      average.decorations == [
        2: [.blend(of: [LayerShare(layer: 1, weight: 0.5), LayerShare(layer: 2, weight: 0.5)])]
      ]
    )
  }

  /// Protected layers keep their place at either end, whatever the operator does between them.
  @Test(arguments: adding, 0..<12)
  func everyOperatorKeepsEveryLayerAndTheProtectedEnds(name: String, seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let block = Int.random(in: 1...3, using: &generator)
    let inner = block * Int.random(in: 1...4, using: &generator)
    let options = GrowthOptions(
      protectedFirst: Int.random(in: 0...2, using: &generator),
      protectedLast: Int.random(in: 0...2, using: &generator)
    )
    let ends = options.protectedFirst + options.protectedLast
    let step = try GrowthOperator.named(name).step(
      fromDepth: inner + ends,
      blockSize: block,
      targetDepth: 2 * inner + ends,
      options: options
    )
    #expect(step.map.depth > step.map.sourceDepth)
    #expect(try step.map.composed(with: step.map.inverse()) == .identity(depth: inner + ends))
    let sources = step.map.sources
    #expect(sources.prefix(options.protectedFirst) == (0..<options.protectedFirst).map { $0 }[...])
    #expect(
      sources.suffix(options.protectedLast)
        == (inner + ends - options.protectedLast..<inner + ends).map { $0 }[...]
    )
    let untouched =
      Array(0..<options.protectedFirst)
      + Array(step.map.depth - options.protectedLast..<step.map.depth)
    #expect(untouched.allSatisfy { step.decorations[$0] == nil })
  }

  /// What an operator says of itself agrees with what its step can do: a growth that only copies and
  /// draws layers keeps no function, and gates are its step's.
  @Test(arguments: adding)
  func onlyDecoratedGrowthsClaimToKeepTheFunction(name: String) throws {
    let growing = try GrowthOperator.named(name)
    let step = try growing.step(fromDepth: 4, blockSize: 2, targetDepth: 8)
    #expect(
      growing.preservation == .changed || !step.decorations.isEmpty || step.gates != nil
    )
    #expect(growing.setsGates == (step.gates != nil))
    #expect(!growing.summary.isEmpty && !growing.reference.isEmpty)
  }

  @Test func impossibleSettingsAreRefusedInOneSentence() {
    func message(
      _ name: String,
      _ depth: Int,
      _ block: Int,
      to target: Int? = nil,
      _ options: GrowthOptions = GrowthOptions()
    ) -> String? {
      #expect(throws: GrowthError.self) { try map(name, depth, block, to: target, options) }?
        .description
    }
    #expect(
      message("midas", 4, 3)
        == "4 layers cannot be cut into blocks of 3; choose a depth that is a multiple of the block "
        + "size"
    )
    #expect(message("midas", 4, .max)?.contains("cannot be cut") == true)
    #expect(message("gradstack", 4, 0) == "block size needs a positive number; got 0")
    #expect(
      message("stack", 0, 1)
        == "stack needs at least one layer to grow from; begin with one, or grow by jump-random or "
        + "jump-zero-output"
    )
    for growthOperator in GrowthOperator.all where growthOperator.minimumDepth > 0 {
      let name = growthOperator.name
      let reason = "\(name) needs at least one layer"
      #expect(message(name, 0, 1, to: 4)?.hasPrefix(reason) == true)
      // What works on the whole network asks first whether there is a layer.
      let negative = message(name, -1, 1, to: 4)
      #expect(
        growthOperator.addsLayers
          ? negative == GrowthError.negativeDepth(-1).description
          : negative?.hasPrefix(reason) == true
      )
    }
    #expect(message("stack", 4, 1, GrowthOptions(factor: 1))?.contains("factor of 2") == true)
    #expect(message("stack", 4, 1, GrowthOptions(factor: .max))?.contains("at most") == true)
    #expect(
      message("copy-at", 4, 2, GrowthOptions(start: 3))
        == "copy-at needs a block of 2 layers from layer 3 on, but there are 4 layers to grow, "
        + "counted from 0"
    )
    #expect(
      message("copy-to", 4, 2, GrowthOptions(gap: 5))
        == "copy-to puts layers before a layer from 0 to 4; got 5"
    )
    #expect(
      message("midas", 4, 1, GrowthOptions(protectedFirst: 2, protectedLast: 2))
        == "protecting the first 2 and the last 2 layers leaves none of 4 layers to grow; protect "
        + "fewer"
    )
    #expect(message("midas", 4, 1, GrowthOptions(protectedFirst: -1))?.isEmpty == false)
    #expect(
      message("jump-copy", 4, 1)
        == "jump-copy goes to the final depth at once and needs to be told it"
    )
    #expect(
      message("jump-copy", 4, 1, to: 4)
        == "a network of 4 layers cannot grow to 4; choose a larger depth"
    )
    #expect(message("jump-random", 4, 1, to: .max)?.contains("at most 4096 layers") == true)
    #expect(
      message("solar", 4, 1, to: 7)
        == "solar needs an even number of layers above 4 to grow to; got 7"
    )
    #expect(message("random-top", 4, .max)?.contains("at most 4096 layers") == true)
    #expect(message("noisy-copy", 4, 1, GrowthOptions(noise: -1))?.contains("noise") == true)
    #expect(message("scaled-copy", 4, 1, GrowthOptions(scale: .nan))?.contains("scale") == true)
  }
}
