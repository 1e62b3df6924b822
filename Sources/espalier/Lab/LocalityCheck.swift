import ArgumentParser
import LabelledImages
import Laboratory
import LocalityLab

/// `espalier lab locality check`.
struct LocalityCheck: LabCheck {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say what locality and weight sharing are worth on your own images.",
    discussion: """
      Trains a convolutional, a locally connected and a fully connected network, each inside the \
      next, on more and more images of two classes, and says how many times as many one needs as \
      the other for the same error. Then pixels change places, and images are turned by an \
      orthogonal matrix, which destroys what the first two networks know.

      Images are a folder with a folder of PNG files for each class, an IDX file as MNIST comes \
      in, or a CSV file with an image a row and a column of labels. All have one size.

        espalier lab locality check images
        espalier lab locality check digits.csv --label digit --classes 3,8 --patch 4

      Results go to runs/locality-check.
      """
  )

  @Argument(help: ArgumentHelp("A folder, an IDX file or a CSV file.", valueName: "images"))
  var images: String

  @Option(help: ArgumentHelp("The two classes, where there are more.", valueName: "A,B"))
  var classes: String?

  @Option(
    help: ArgumentHelp(
      "The side of a patch in pixels. (default: about the root of the images' side)",
      valueName: "pixels"
    )
  )
  var patch: Int?

  @Option(help: ArgumentHelp("The most images to learn from.", valueName: "count"))
  var limit = 512

  @Option(help: ArgumentHelp("How many seeds, 1, 2 and so on.", valueName: "count"))
  var seeds = 5

  @Option(
    help: ArgumentHelp(
      "An IDX file's labels. (default: the file named so where this one is named images)",
      valueName: "file"
    )
  )
  var labelFile: String?

  @Option(
    help: ArgumentHelp(
      "A CSV file's column of labels. (default: label, or the last one)",
      valueName: "name"
    )
  )
  var label: String?

  @Option(
    help: ArgumentHelp(
      "Height and width of a CSV file's images, such as 20x30. (default: squares)",
      valueName: "size"
    )
  )
  var size: ImageSize?

  @Flag(
    inversion: .prefixedNo,
    help: "Whether a CSV file's first row holds the columns' names. (default: by its looks)"
  )
  var names: Bool?

  @Flag(help: "Print the findings as JSON.")
  var json = false

  @OptionGroup var lab: LabOptions

  func run(in context: CommandContext) throws {
    guard seeds > 1 else {
      throw LocalityError.sizeOutOfRange(
        name: "seeds",
        found: "\(seeds)",
        rule: "two at least, or there are no intervals"
      )
    }
    let reading = LabelledImages.Reading(
      labelFile: labelFile,
      labelColumn: label,
      hasNames: names,
      size: size?.shape
    )
    let data = try LabelledImages.read(images, reading).twoClasses(classes, path: images)
    let grid = try PatchGrid(data.shape, side: patch, path: images)
    let engine = try lab.engine.makeEngine(in: context)
    let checker = ImageChecker(
      engine: engine,
      grid: grid,
      seeds: (1...seeds).map(UInt64.init),
      limit: limit
    )
    _ = try checker.sizes(data)
    try report(
      on: [images] + [labelFile].compactMap(\.self),
      as: "locality-check",
      in: context,
      platform: engine.client.platformName
    ) { try checker.check(data, $0) }
  }
}

/// Height and width, such as `28x28`.
struct ImageSize: ExpressibleByArgument {
  let shape: LabelledImages.Shape

  init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map {
      Int($0) ?? 0
    }
    guard sides.count == 2, sides.allSatisfy({ (1...10_000).contains($0) }) else { return nil }
    shape = LabelledImages.Shape(height: sides[0], width: sides[1])
  }
}
