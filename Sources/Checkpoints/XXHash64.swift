/// The 64-bit xxHash of a stream of bytes, with seed 0.
///
/// It finds accidents: torn writes, flipped bits, mixed-up files; a damaged file passes with
/// probability 2^-64. It is no protection against someone who *wants* two files to agree.
///
/// It was chosen over CRC-32C and SHA-256 because it needs neither tables nor special instructions to
/// run at the speed of memory: four independent lanes of multiplications, eight bytes each.
///
/// Source: Y. Collet, "xxHash fast digest algorithm", specification version 0.1.1, XXH64.
struct XXHash64 {
  private var lanes: SIMD4<UInt64>
  /// Fewer than 32 bytes that wait for a full stripe.
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5
  private static let stripe = 32

  init() {
    lanes = [Self.prime1 &+ Self.prime2, Self.prime2, 0, 0 &- Self.prime1]
  }

  /// Takes in more bytes; how they are cut into calls makes no difference.
  mutating func update(_ bytes: [UInt8]) {
    byteCount &+= UInt64(bytes.count)
    var start = 0
    if !pending.isEmpty {
      start = min(Self.stripe - pending.count, bytes.count)
      pending.append(contentsOf: bytes[..<start])
      guard pending.count == Self.stripe else { return }
      consumeStripes(of: pending, from: 0, to: Self.stripe)
      pending.removeAll(keepingCapacity: true)
    }
    let end = start + (bytes.count - start) / Self.stripe * Self.stripe
    consumeStripes(of: bytes, from: start, to: end)
    pending.append(contentsOf: bytes[end...])
  }

  /// The hash of everything taken in so far.
  func finalized() -> UInt64 {
    var hash: UInt64
    if byteCount >= UInt64(Self.stripe) {
      hash = rotate(lanes[0], 1) &+ rotate(lanes[1], 7)
      hash = hash &+ rotate(lanes[2], 12) &+ rotate(lanes[3], 18)
      for lane in 0..<4 {
        hash = (hash ^ round(0, lanes[lane])) &* Self.prime1 &+ Self.prime4
      }
    } else {
      hash = Self.prime5
    }
    hash = hash &+ byteCount
    var rest = pending[...]
    while rest.count >= 8 {
      hash ^= round(0, word(rest.prefix(8)))
      hash = rotate(hash, 27) &* Self.prime1 &+ Self.prime4
      rest.removeFirst(8)
    }
    if rest.count >= 4 {
      hash ^= word(rest.prefix(4)) &* Self.prime1
      hash = rotate(hash, 23) &* Self.prime2 &+ Self.prime3
      rest.removeFirst(4)
    }
    for byte in rest {
      hash ^= UInt64(byte) &* Self.prime5
      hash = rotate(hash, 11) &* Self.prime1
    }
    hash = (hash ^ (hash >> 33)) &* Self.prime2
    hash = (hash ^ (hash >> 29)) &* Self.prime3
    return hash ^ (hash >> 32)
  }

  private mutating func consumeStripes(of bytes: [UInt8], from start: Int, to end: Int) {
    var (lane0, lane1, lane2, lane3) = (lanes[0], lanes[1], lanes[2], lanes[3])
    bytes.withUnsafeBytes { buffer in
      // SAFETY: start...end lies inside the buffer and is a whole number of 32-byte stripes.
      for offset in stride(from: start, to: end, by: Self.stripe) {
        lane0 = round(lane0, buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        lane1 = round(lane1, buffer.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
        lane2 = round(lane2, buffer.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self))
        lane3 = round(lane3, buffer.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self))
      }
    }
    lanes = [lane0, lane1, lane2, lane3]
  }

  private func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* Self.prime2, 31) &* Self.prime1
  }

  private func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
    word << count | word >> (64 - count)
  }
}
