import CZlib

/// Damage found in compressed data, in zlib's words.
struct InflateFailure: Error {
  let message: String
}

/// Decompresses gzip data, also several gzip files joined end to end.
final class Inflater {
  // zlib keeps a pointer to the stream structure inside its state, so the structure must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: [UInt8] = []
  private var consumed = 0
  private var output = [UInt8](repeating: 0, count: 1 << 18)
  private var outputWasFull = false
  /// Whether a file may end here: the last member is complete and nothing follows it.
  private(set) var isBetweenMembers = false

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 is the largest window; adding 16 asks for a gzip header and its checksum.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib has no memory")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The number of bytes given that have not been used.
  var inputLeft: Int { input.count - consumed }

  /// Whether nothing can be decompressed before ``give(_:)``.
  var needsInput: Bool { inputLeft == 0 && !outputWasFull }

  /// Hands over more compressed bytes.
  func give(_ bytes: [UInt8]) {
    precondition(inputLeft == 0, "the earlier bytes must be used up first")
    input = bytes
    consumed = 0
  }

  /// Decompresses some bytes; none is a possible answer.
  func inflate() throws(InflateFailure) -> [UInt8] {
    if isBetweenMembers, inputLeft > 0 {
      inflateReset(stream)
      isBetweenMembers = false
    }
    // SAFETY: both pointers are used inside the closures that lend them; zlib keeps its own copy of
    // everything it needs later.
    let (status, produced) = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_in = input.baseAddress.map { $0 + consumed }
        stream.pointee.avail_in = UInt32(input.count - consumed)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        consumed = input.count - Int(stream.pointee.avail_in)
        return (status, output.count - Int(stream.pointee.avail_out))
      }
    }
    outputWasFull = produced == output.count
    switch status {
    case Z_STREAM_END:
      isBetweenMembers = true
      outputWasFull = false
    case Z_OK, Z_BUF_ERROR:
      break
    default:
      throw InflateFailure(message: stream.pointee.msg.map { String(cString: $0) } ?? "\(status)")
    }
    return Array(output[..<produced])
  }
}
