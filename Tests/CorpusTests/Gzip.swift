import CZlib

/// Compresses bytes as the program gzip does, for the readers' tests.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 1000)
  var stream = z_stream()
  var status = deflateInit2_(
    &stream,
    Z_BEST_SPEED,
    Z_DEFLATED,
    15 + 16,
    8,
    Z_DEFAULT_STRATEGY,
    ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size)
  )
  precondition(status == Z_OK)
  let count = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      status = deflate(&stream, Z_FINISH)
      return output.count - Int(stream.avail_out)
    }
  }
  deflateEnd(&stream)
  precondition(status == Z_STREAM_END)
  return Array(output[..<count])
}
