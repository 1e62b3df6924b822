/// The letters that stand for bytes, so that any bytes are text without blanks.
///
/// Bytes that are visible in Latin-1 stand for themselves, the others for letters from U+0100 on. Source: Radford et
/// al. 2019, the published `encoder.py`, `bytes_to_unicode`.
struct ByteAlphabet: Sendable {
  /// For each byte its letter in UTF-8.
  let written: [[UInt8]]
  private let values: [Unicode.Scalar: UInt8]

  init() {
    var next: UInt32 = 0x100
    let letters = (0..<256).map { byte -> Unicode.Scalar in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(UInt8(byte))
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? "?"
      }
    }
    written = letters.map { Array(String(Character($0)).utf8) }
    values = Dictionary(uniqueKeysWithValues: zip(letters, (0..<256).map { UInt8($0) }))
  }

  /// The bytes that letters stand for; what is no letter stands for itself.
  func bytes(of piece: [UInt8]) -> [UInt8] {
    String(decoding: piece, as: UTF8.self).unicodeScalars.flatMap { letter -> [UInt8] in
      values[letter].map { [$0] } ?? Array(String(Character(letter)).utf8)
    }
  }
}
