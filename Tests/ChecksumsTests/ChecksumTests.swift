import Checksums
import Testing

@Suite struct ChecksumTests {
  /// The examples of FIPS 180-2, appendix B, and of the NIST test vectors for no bytes at all.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func sha256FollowsTheStandardsExamples(text: String, digest: String) {
    #expect(SHA256.hexadecimalDigest(of: Array(text.utf8)) == digest)
  }

  /// Lengths around a block and around its padding.
  @Test func sha256DoesNotDependOnThePieces() {
    for length in [1, 54, 55, 56, 63, 64, 65, 119, 120, 128, 200] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
      for cut in [0, 1, length / 2, length] {
        var sum = SHA256()
        sum.update(bytes[..<cut])
        sum.update(bytes[cut...])
        #expect(sum.finish() == SHA256.digest(of: bytes), "\(length), \(cut)")
      }
    }
  }

  @Test func sha256OfABlockAndMore() {
    let a119 = [UInt8](repeating: 0x61, count: 119)
    #expect(
      SHA256.hexadecimalDigest(of: a119)
        == "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"
    )
  }

  /// The check value that every description of CRC-32 gives.
  @Test func crc32HasItsCheckValue() {
    #expect(checksum(of: Array("123456789".utf8)) == 0xCBF4_3926)
    let first = checksum(of: Array("12345".utf8))
    #expect(checksum(of: Array("6789".utf8), after: first) == 0xCBF4_3926)
    let second = checksum(of: Array("6789".utf8))
    #expect(checksum(joining: first, second, byteCount: 4) == 0xCBF4_3926)
  }

  /// Test cases 1, 2 and 6 of RFC 4231: a short key, a shorter one, and one longer than a block.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0B, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func keyedSumsFollowTheStandardsExamples(key: [UInt8], message: String, code: String) {
    let found = HMAC.code(of: Array(message.utf8), key: key)
    #expect(hexadecimal(found) == code)
    #expect(HMAC.areEqual(found, found) && !HMAC.areEqual(found, found.dropLast() + [0]))
    #expect(!HMAC.areEqual(found, []))
  }
}
