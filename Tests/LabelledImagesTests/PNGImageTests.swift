import Checksums
import EspalierTestSupport
import Foundation
import Testing

@testable import LabelledImages

/// PNG files of every kind, written by `Tests/Oracles/png_images.py`.
@Suite struct PNGImageTests {
  private static let folder = TestPlugin.packageRoot.path + "/Tests/Fixtures/images"

  static func file(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).png")))
  }

  private static let numbers = Result<[String: [Int]], any Error> {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/numbers.json"))
    return try JSONDecoder().decode([String: [Int]].self, from: data)
  }

  @Test func everyKindIsRead() throws {
    let known = try Self.numbers.get()
    #expect(known.count == 10)
    for (name, numbers) in known {
      let image = try PNGImage(Self.file(name), file: name)
      #expect(image.width == 4 && image.height == 3)
      #expect(image.isColour == (numbers.count == 36), "\(name)")
      let found = try image.numbers(inColour: image.isColour).map { Int(($0 * 255).rounded()) }
      #expect(found == numbers, "\(name)")
    }
  }

  /// A grey image beside coloured ones has three equal numbers a pixel.
  @Test func greyIsAColourToo() throws {
    let image = try PNGImage(Self.file("grey-8"), file: "")
    let grey = try image.numbers(inColour: false)
    #expect(try image.numbers(inColour: true) == grey.flatMap { [$0, $0, $0] })
  }

  /// A file that was cut off anywhere, or of which any byte was changed, is an error or an image of its size.
  @Test(arguments: ["grey-8", "palette", "colour-interlaced"]) func damageIsNoTrap(name: String)
    throws
  {
    let bytes = try Self.file(name)
    for count in 0..<bytes.count - 12 {
      let error = #expect(throws: ImageError.self) {
        try PNGImage(Array(bytes.prefix(count)), file: "a.png").numbers(inColour: false)
      }
      #expect(error?.description.hasPrefix("a.png: is no PNG file that can be read: ") == true)
    }
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x55
      if let image = try? PNGImage(changed, file: ""),
        let found = try? image.numbers(inColour: true)
      {
        #expect(found.count == 3 * image.width * image.height)
      }
    }
  }

  /// A head that says a huge size is refused before memory is taken.
  @Test func hugeImagesAreRefused() throws {
    let head: [UInt8] = [
      0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0,
      0x10,
      0, 0, 0, 0x10, 1, 8, 0, 0, 0, 0,
    ]
    let sum = checksum(of: Array(head[12...]))
    let checksumBytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
    let emptyData: [UInt8] = [0, 0, 0, 0, 0x49, 0x44, 0x41, 0x54, 0x35, 0xAF, 0x06, 0x1E]
    let bytes = head + checksumBytes + emptyData
    #expect(throws: ImageError.tooLarge(file: "a", width: 4096, height: 4097, limit: 1 << 20)) {
      try PNGImage(bytes, file: "a")
    }
  }
}
