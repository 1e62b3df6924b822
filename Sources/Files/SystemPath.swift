import Foundation

// To the system a path is bytes, and most are UTF-8. In a text each byte that is not has a stand-in: one of the 128 last
// characters that Unicode leaves to private use. The bytes of a real such character have stand-ins, too, so that no
// two names have the same text, and each text leads to the bytes that it came from.

/// The stand-ins for the bytes from 0x80 to 0xFF.
private let standIns: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

extension String {
  /// The text of a path, or of a name in one, that the system gave.
  package init(systemBytes bytes: some Collection<UInt8>) {
    var scalars = UnicodeScalarView()
    func standIn(for bytes: some Sequence<UInt8>) {
      scalars.append(
        contentsOf: bytes.compactMap { Unicode.Scalar(standIns.upperBound & ~0xFF | UInt32($0)) }
      )
    }
    var rest = bytes[...]
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        standIns.contains(scalar.value)
          ? standIn(for: rest.prefix(encoded.count)) : scalars.append(scalar)
        rest = rest.dropFirst(encoded.count)
      case .error(let length):
        standIn(for: rest.prefix(length))
        rest = rest.dropFirst(length)
      case .emptyInput:
        self.init(scalars)
        return
      }
    }
  }

  /// The text of a path that the system gave with a zero at its end.
  init(systemText text: UnsafePointer<CChar>) {
    self.init(systemBytes: UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }

  /// The path as the system takes it, with a zero at its end.
  package var systemBytes: [CChar] {
    var bytes: [CChar] = []
    for scalar in unicodeScalars {
      if standIns.contains(scalar.value) {
        bytes.append(CChar(truncatingIfNeeded: scalar.value))
      } else {
        bytes += UTF8.encode(scalar)?.map(CChar.init(bitPattern:)) ?? []
      }
    }
    return bytes + [0]
  }

  /// The text for people: bytes that are not UTF-8 are written as in `caf%E9.txt`.
  public var readablePath: String {
    guard unicodeScalars.contains(where: { standIns.contains($0.value) }) else { return self }
    return unicodeScalars.map { scalar in
      standIns.contains(scalar.value)
        ? "%" + String(scalar.value & 0xFF, radix: 16, uppercase: true) : String(scalar)
    }.joined()
  }
}

/// The words of the command line, the program first; paths among them lead to the files that were meant.
public func commandLineWords() -> [String] {
  // SAFETY: the system's list of as many texts, each with a zero at its end, is there as long as the program runs.
  (0..<Int(CommandLine.argc)).compactMap { CommandLine.unsafeArgv[$0] }.map {
    String(systemText: $0)
  }
}

/// A variable of the environment, which may hold a path; nil where it is not set.
public func environmentValue(_ name: String) -> String? {
  // SAFETY: the text has a zero at its end, and nothing in the program sets variables meanwhile.
  getenv(name).map { String(systemText: $0) }
}
