import CZlib
import CZstd

/// How the pages of a column are compressed.
enum Compression: Int {
  case none = 0
  case snappy = 1
  case gzip = 2
  case zstandard = 6

  /// What the format calls a number of its own list, for messages.
  static func name(of code: Int) -> String {
    let names = [3: "LZO", 4: "Brotli", 5: "LZ4", 7: "LZ4"]
    return names[code].map { "\($0) compression" } ?? "the unknown compression \(code)"
  }

  /// The bytes that were compressed.
  ///
  /// - Parameters:
  ///   - bytes: A page as it lies in the file.
  ///   - byteCount: How many bytes come out.
  /// - Returns: So many bytes.
  /// - Throws: `Damage`.
  func decompress(_ bytes: ArraySlice<UInt8>, byteCount: Int) throws(Damage) -> ArraySlice<UInt8> {
    let output: [UInt8]
    switch self {
    case .none:
      guard bytes.count == byteCount else {
        throw Damage("has \(bytes.count) bytes and states \(byteCount)")
      }
      return bytes
    case .snappy: output = try Snappy.decompress(bytes, byteCount: byteCount)
    case .gzip: output = try Self.inflate(bytes, byteCount: byteCount)
    case .zstandard: output = try Self.decompressZstandard(bytes, byteCount: byteCount)
    }
    return output[...]
  }

  private static func inflate(_ bytes: ArraySlice<UInt8>, byteCount: Int) throws(Damage) -> [UInt8]
  {
    var stream = z_stream()
    // 15 is the largest window; adding 32 takes headers of gzip and of zlib, both of which writers use.
    guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw Damage("there is no memory to decompress it") }
    defer { inflateEnd(&stream) }
    var input = Array(bytes)
    // One more than there may be, so that a page without bytes has a place to end in, too.
    var output = [UInt8](repeating: 0, count: byteCount + 1)
    // SAFETY: zlib uses both pointers inside the closures that lend them.
    let status = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        return CZlib.inflate(&stream, Z_FINISH)
      }
    }
    guard status == Z_STREAM_END, Int(stream.total_out) == byteCount else {
      throw Damage("its gzip data are damaged")
    }
    output.removeLast()
    return output
  }

  private static func decompressZstandard(
    _ bytes: ArraySlice<UInt8>,
    byteCount: Int
  ) throws(Damage) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: byteCount)
    // SAFETY: the library uses both pointers inside the closures that lend them.
    let count = bytes.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { output in
        ZSTD_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
      }
    }
    guard ZSTD_isError(count) == 0, count == byteCount else {
      throw Damage("its zstd data are damaged")
    }
    return output
  }
}
