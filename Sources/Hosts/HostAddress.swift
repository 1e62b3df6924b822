/// Where a process listens: a host's name and a port.
public struct HostAddress: Hashable, Sendable, CustomStringConvertible {
  /// A name or a number, such as `gpu-3` or `::1`.
  public var host: String
  /// The port of TCP.
  public var port: UInt16

  /// Names a place.
  public init(host: String, port: UInt16) {
    (self.host, self.port) = (host, port)
  }

  /// The port where none is given, which PyTorch's rendezvous has, too.
  public static let usualPort: UInt16 = 29_400

  /// Reads `host`, `host:port` or `[number]:port`; nil for what is no such text.
  ///
  /// - Parameter text: The text.
  public init?(_ text: String) {
    var (host, port) = (Substring(text), Self.usualPort)
    let isNumber = text.hasPrefix("[")
    let colons = text.count { $0 == ":" }
    if isNumber || colons == 1, let colon = text.lastIndex(of: ":"),
      !isNumber || text[..<colon].hasSuffix("]")
    {
      guard let given = UInt16(text[text.index(after: colon)...]), given > 0 else { return nil }
      (host, port) = (text[..<colon], given)
    }
    if isNumber {
      guard host.hasSuffix("]") else { return nil }
      host = host.dropFirst().dropLast()
    }
    let isName = host.utf8.allSatisfy { byte in
      byte > UInt8(ascii: " ") && byte < 0x7F && !"[]/,".utf8.contains(byte)
    }
    guard !host.isEmpty, host.utf8.count <= 255, isName else { return nil }
    self.init(host: String(host), port: port)
  }

  /// Whether it is this machine, whatever its name is.
  public var isLoopback: Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  /// As it is read.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
