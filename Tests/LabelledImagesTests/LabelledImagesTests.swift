import EspalierTestSupport
import Foundation
import Testing

@testable import LabelledImages

@Suite struct LabelledImagesTests {
  /// The bytes of an IDX file.
  private static func idx(_ axes: [Int], _ numbers: [UInt8], type: UInt8 = 8) -> [UInt8] {
    [0, 0, type, UInt8(axes.count)]
      + axes.flatMap { axis in (0..<4).map { UInt8(truncatingIfNeeded: axis >> (24 - 8 * $0)) } }
      + numbers
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func read(_ name: String, _ reading: LabelledImages.Reading = .init()) throws
    -> LabelledImages
  {
    try LabelledImages.read(folder / name, reading)
  }

  /// What is said of a file without its folder.
  private func message(_ name: String, _ reading: LabelledImages.Reading = .init()) -> String? {
    let error = #expect(throws: ImageError.self) { try read(name, reading) }
    return error?.description.replacing(folder.path + "/", with: "")
  }

  @Test func aPairOfIDXFilesIsRead() throws {
    let numbers = (0..<12).map { UInt8($0 * 20) }
    try folder.write(Self.idx([3, 2, 2], numbers), to: "images/train-images-idx3-ubyte")
    try folder.write(Self.idx([3], [7, 0, 12]), to: "images/train-labels-idx1-ubyte")
    let found = try read("images/train-images-idx3-ubyte")
    #expect(found.shape == .init(height: 2, width: 2) && found.labels == ["7", "0", "12"])
    #expect(found.pixels.flatMap(\.self).map { ($0 * 255).rounded() } == numbers.map(Float.init))
    #expect(found.classes == ["0", "7", "12"])
    try folder.write(Self.idx([1, 2, 2, 3], numbers), to: "colour")
    try folder.write(Self.idx([1], [1]), to: "of-colour")
    #expect(
      message("colour") == """
        colour: has no "images" in its name, so the file of labels cannot be told; name it with --label-file
        """
    )
    let colour = try read("colour", .init(labelFile: folder / "of-colour"))
    #expect(colour.shape == .init(height: 2, width: 2, channelCount: 3))
  }

  static let badIDX: [(images: [UInt8], labels: [UInt8]?, message: String)] = [
    (
      idx([2, 2, 2], Array(repeating: 1, count: 7)), idx([2], [1, 2]),
      "images: needs 24 bytes for what its head says; got 23"
    ),
    (
      idx([2, 2, 2], Array(repeating: 1, count: 9)), idx([2], [1, 2]),
      "images: needs 24 bytes for what its head says; got 25"
    ),
    (
      idx([2, 2, 2], Array(repeating: 1, count: 8)), idx([3], [1, 2, 3]),
      "labels: needs 2 labels, one an image; got 3"
    ),
    (
      idx([2, 2, 2], Array(repeating: 1, count: 8)), idx([2, 1], [1, 2]),
      "labels: needs labels; got an array of 2 axes"
    ),
    (
      idx([2, 2, 2], Array(repeating: 1, count: 8)), [1, 2, 3, 4, 5],
      "labels: needs labels; got no head of an IDX file"
    ),
    (
      idx([2, 2, 2], Array(repeating: 1, count: 8)), nil,
      "labels: cannot be read: No such file or directory"
    ),
    (idx([2], [1, 2]), nil, "images: needs images; got an array of 1 axes"),
    (
      idx([2, 2, 2], Array(repeating: 1, count: 32), type: 0x0D), nil,
      "images: needs images as bytes; got numbers of type 0xd"
    ),
    ([0, 0, 8, 3, 0, 0], nil, "images: needs 16 bytes for what its head says; got 6"),
    ([0, 0], nil, "images: needs images; got no head of an IDX file"),
    (idx([0, 2, 2], []), nil, "images: needs images; got none"),
    (
      idx([1 << 31, 1 << 31, 1 << 31], []), nil,
      "images: needs images; got an array of 2147483648 x 2147483648 x 2147483648"
    ),
    ([0x1F, 0x8B, 8, 0], nil, "images: is compressed; unpack it first, for example with gunzip"),
    (
      [0x50, 0x4B, 3, 4, 0], nil,
      "images: needs an IDX file of images, a CSV file of pixels, or a folder with a folder of PNG files "
        + "for each class"
    ),
  ]

  @Test(arguments: badIDX) func brokenIDXFilesAreNamed(
    images: [UInt8],
    labels: [UInt8]?,
    message: String
  ) throws {
    try folder.write(images, to: "images")
    if let labels { try folder.write(labels, to: "labels") }
    #expect(self.message("images") == message)
  }

  /// Numbers of a table are taken as they are; the label may stand anywhere and be any text.
  @Test func aTableOfPixelsIsRead() throws {
    try folder.write("label,p1,p2,p3,p4\ncat,0,1.5,-2,3e1\ndog,4,5,6,7\n", to: "a.csv")
    let named = try read("a.csv")
    #expect(named.shape == .init(height: 2, width: 2) && named.labels == ["cat", "dog"])
    #expect(named.pixels == [[0, 1.5, -2, 30], [4, 5, 6, 7]])
    try folder.write("9,0,0,0,1,a b\n8,0,0,1,1,\"c\"\n0,0,0,0,0,c\n", to: "b.csv")
    let size = LabelledImages.Shape(height: 1, width: 5)
    let last = try read("b.csv", .init(hasNames: false, size: size))
    #expect(last.labels == ["a b", "c", "c"] && last.shape == size)
    try folder.write("p1,y,p2,p3,p4\n1,a,2,3,4\n", to: "c.csv")
    #expect(try read("c.csv", .init(labelColumn: "y")).pixels == [[1, 2, 3, 4]])
  }

  static let badTables: [(text: String, reading: LabelledImages.Reading, message: String)] = [
    ("label,a,b,c,d\n1,2,3,4\n", .init(), "a.csv:2: needs 5 cells like the first row; got 4"),
    ("label,a,b,c,d\n1,2,x,4,5\n", .init(), "a.csv:2: b: needs a finite number; got \"x\""),
    ("label,a,b,c,d\n1,2,inf,4,5\n", .init(), "a.csv:2: b: needs a finite number; got \"inf\""),
    ("label,a,b,c,d\n1,2,,4,5\n", .init(), "a.csv:2: b: needs a finite number; got \"\""),
    ("label,a,b,c,d\n", .init(), "a.csv: needs a row for each image; has none"),
    ("", .init(), "a.csv: needs a row for each image; has none"),
    (
      "label,a,b,c\n1,2,3,4\n", .init(),
      "a.csv: 3 pixels are no square; say the images' height and width with --size, such as 28x28"
    ),
    (
      "label,a,b,c\n1,2,3,4\n", .init(size: .init(height: 2, width: 2)),
      "a.csv: needs 4 pixels in a row for 2 x 2; got 3"
    ),
    ("label,a,b,c,d\n1,2,3,4,5\n", .init(labelColumn: "y"), "a.csv: has no column \"y\""),
    (
      "1,x,2,3,4\n1,2,3,4,5\n", .init(),
      "a.csv:1: may hold the columns' names or numbers, and begins with \"1\", \"x\", \"2\", \"3\"; "
        + "say which with --names or --no-names"
    ),
    (
      "label,\"a,b\n1,2,3\n", .init(),
      "a.csv:1: a quotation mark opens a cell here and none ends it; a mark inside a cell is written twice"
    ),
  ]

  @Test(arguments: badTables) func brokenTablesAreNamed(
    text: String,
    reading: LabelledImages.Reading,
    message: String
  ) throws {
    try folder.write(text, to: "a.csv")
    #expect(self.message("a.csv", reading) == message)
  }

  private func writeFolder(_ images: [(String, String)]) throws {
    for (place, fixture) in images {
      try folder.write(PNGImageTests.file(fixture), to: "set/\(place)")
    }
  }

  /// One image in colour makes all of them so; what is no PNG file, or hidden, is passed over.
  @Test func aFolderForEachClassIsRead() throws {
    try writeFolder([("b/1.png", "grey-8"), ("a/x.PNG", "grey-1"), ("a/y.png", "grey-16")])
    try folder.write("notes", to: "set/a/notes.txt")
    try folder.write("notes", to: "set/notes.txt")
    try folder.write("x", to: "set/.cache/1.png")
    let grey = try read("set")
    #expect(grey.shape == .init(height: 3, width: 4) && grey.labels == ["a", "a", "b"])
    try writeFolder([("b/2.png", "colour")])
    let colour = try read("set")
    #expect(colour.shape == .init(height: 3, width: 4, channelCount: 3))
    #expect(colour.pixels[0] == grey.pixels[0].flatMap { [$0, $0, $0] })
  }

  @Test func brokenFoldersAreNamed() throws {
    try FileManager.default.createDirectory(
      atPath: folder / "set",
      withIntermediateDirectories: true
    )
    #expect(message("set") == "set: needs a folder of PNG files for each class, two at least")
    try writeFolder([("a/1.png", "grey-8")])
    try folder.write(PNGImageTests.file("grey-8").dropLast(30), to: "set/a/2.png")
    #expect(message("set")?.hasPrefix("set/a/2.png: is no PNG file that can be read: ") == true)
    try folder.write(TestPicture.png(height: 2, width: 5), to: "set/a/2.png")
    #expect(message("set") == "set/a/2.png: needs 3 x 4 pixels like set/a/1.png; has 2 x 5")
    #expect(message("nowhere") == "nowhere: cannot be read: No such file or directory")
  }

  private static func images(_ counts: [(String, Int)], equal: Bool = false) -> LabelledImages {
    let labels = counts.flatMap { Array(repeating: $0.0, count: $0.1) }
    return LabelledImages(
      shape: .init(height: 1, width: 1),
      pixels: labels.indices.map { [equal ? 1 : Float($0)] },
      labels: labels
    )
  }

  @Test func twoClassesAreTakenInTheirOrder() throws {
    let images = Self.images([("10", 20), ("9", 21), ("8", 30)])
    let found = try images.twoClasses("10,9", path: "set")
    #expect(found.names == ["10", "9"] && found.pixels.count == 41)
    #expect(found.labels.prefix(20).allSatisfy { $0 == -1 })
    #expect(found.labels.count == 41 && found.labels.dropFirst(20).allSatisfy { $0 == 1 })
    #expect(
      try Self.images([("10", 20), ("9", 20)]).twoClasses(nil, path: "set").names == ["9", "10"]
    )
  }

  @Test(
    arguments: [
      (
        images([("a", 20), ("b", 20), ("c", 1)]), nil,
        "set: needs images of two classes; has 3: a, b, c; pick two with --classes A,B"
      ),
      (images([("a", 20)]), nil, "set: needs images of two classes; has 1: a"),
      (
        images([("a", 20), ("b", 19)]), nil,
        "set: needs at least 20 images of each class; class \"b\" has 19"
      ),
      (images([("a", 20), ("b", 20)]), "a,c", "set: has no class \"c\"; its classes are a, b"),
      (
        images([("a", 20), ("b", 20)]), "a",
        "--classes: needs two different names with a comma between; got \"a\""
      ),
      (
        images([("a", 20), ("b", 20)]), "a,a",
        "--classes: needs two different names with a comma between; got \"a,a\""
      ),
      (
        images([("a", 20), ("b", 20)], equal: true), nil,
        "set: all images are equal, so that nothing is left to learn"
      ),
    ] as [(LabelledImages, String?, String)]
  )
  func whatIsNotTwoClassesIsNamed(images: LabelledImages, names: String?, message: String) {
    let error = #expect(throws: ImageError.self) { try images.twoClasses(names, path: "set") }
    #expect(error?.description == message)
  }
}
