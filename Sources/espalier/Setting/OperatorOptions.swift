import ArgumentParser
import Growing

/// What an operator can be told on the command line.
struct OperatorOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How many layers form a block, for a method.", valueName: "layers"))
  var blockSize = 1

  @Option(
    help: ArgumentHelp("The depth to reach, for methods that go there at once.", valueName: "depth")
  )
  var layers: Int?

  @Option(
    help: ArgumentHelp(
      "How often stack, interleave and loop-unroll repeat layers.",
      valueName: "times"
    )
  )
  var factor = 2

  @Option(help: ArgumentHelp("The first layer of the block to copy.", valueName: "layer"))
  var start: Int?

  @Option(help: ArgumentHelp("The layer before which new ones are put.", valueName: "layer"))
  var gap: Int?

  @Option(
    help: ArgumentHelp("Noise as a share of each matrix's own deviation.", valueName: "share")
  )
  var noise = 0.1

  @Option(
    help: ArgumentHelp(
      "What scaled-copy multiplies output projections by, and fixed-gate outputs.",
      valueName: "number"
    )
  )
  var scale = 0.5

  @Option(help: ArgumentHelp("First layers that stay out of growing.", valueName: "layers"))
  var protectFirst = 0

  @Option(help: ArgumentHelp("Last layers that stay out of growing.", valueName: "layers"))
  var protectLast = 0

  @Option(help: ArgumentHelp("The seed of the noise.", valueName: "seed"))
  var seed: UInt64 = 0

  /// The options as operators take them.
  var growthOptions: GrowthOptions {
    GrowthOptions(
      factor: factor,
      start: start,
      gap: gap,
      noise: noise,
      scale: scale,
      protectedFirst: protectFirst,
      protectedLast: protectLast,
      seed: seed
    )
  }
}
