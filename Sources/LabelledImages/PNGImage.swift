import CPNG

/// An image in a PNG file, read by libpng: all depths, palettes, transparency and interlacing.
package struct PNGImage {
  let width: Int
  let height: Int
  /// Whether it is more than shades of grey.
  let isColour: Bool
  private let bytes: [UInt8]
  private let file: String

  /// The most pixels that an image may have.
  static let largestCount = 1 << 20

  /// Reads the head.
  ///
  /// - Parameters:
  ///   - bytes: The contents of a file.
  ///   - file: Its name, for messages.
  /// - Throws: ``ImageError``.
  init(_ bytes: [UInt8], file: String) throws(ImageError) {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    // SAFETY: libpng reads the bytes inside the call alone; what it keeps is freed above.
    guard
      bytes.withUnsafeBytes({ png_image_begin_read_from_memory(&image, $0.baseAddress, $0.count) })
        != 0
    else { throw .damagedPNG(file: file, reason: Self.reason(image)) }
    (width, height) = (Int(image.width), Int(image.height))
    isColour = image.format & png_uint_32(PNG_FORMAT_FLAG_COLOR) != 0
    (self.bytes, self.file) = (bytes, file)
    guard width * height <= Self.largestCount else {
      throw .tooLarge(file: file, width: width, height: height, limit: Self.largestCount)
    }
  }

  /// The numbers from 0 to 1, rows first, on black where the image is transparent.
  ///
  /// - Parameter inColour: Whether to give red, green and blue instead of one shade.
  /// - Returns: The numbers.
  /// - Throws: ``ImageError``.
  func numbers(inColour: Bool) throws(ImageError) -> [Float] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let format = inColour ? png_uint_32(PNG_FORMAT_FLAG_COLOR) : 0
    var numbers = [UInt8](repeating: 0, count: width * height * (inColour ? 3 : 1))
    var black = png_color()
    // SAFETY: libpng reads and writes inside the closures that lend the memory; the buffer has the size that the format
    // and the head's width and height ask for, with rows next to each other.
    let isRead = bytes.withUnsafeBytes { bytes in
      numbers.withUnsafeMutableBytes { numbers in
        guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
          return false
        }
        // Deep images are shades like all others, and not amounts of light.
        image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
        image.format = format
        return png_image_finish_read(&image, &black, numbers.baseAddress, 0, nil) != 0
      }
    }
    guard isRead else { throw .damagedPNG(file: file, reason: Self.reason(image)) }
    return numbers.map { Float($0) / 255 }
  }

  /// The version of libpng that is linked, such as `1.6.39`.
  package static var libraryVersion: String {
    let number = png_access_version_number()
    return "\(number / 10000).\(number / 100 % 100).\(number % 100)"
  }

  /// What libpng says is wrong.
  private static func reason(_ image: png_image) -> String {
    withUnsafeBytes(of: image.message) { text in
      String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
