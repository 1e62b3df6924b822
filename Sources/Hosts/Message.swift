/// What processes say to the store and it to them: frames of a length and so many bytes.
///
/// All numbers are little-endian. A connection begins with a greeting of the store's, the process's hello and the store's
/// welcome; then each request has one reply.
enum Message {
  /// What a store begins with, before so many bytes that are said once.
  static let greeting = Array("espalier hosts 1".utf8)
  /// The bytes of a number that is used once.
  static let nonceByteCount = 32
  /// How long a side may take to say what it has at hand, in seconds.
  static let patience = 10.0
  /// The longest frame before both sides know each other.
  static let longestHello = 1024
  /// The longest frame, far above what XLA says of a topology.
  static let longest = 1 << 28

  /// What a process says of itself.
  struct Hello {
    static let byteCount = 8 + 3 * nonceByteCount

    let rank: UInt32
    let count: UInt32
    /// What the store gave with the first welcome; zeros before.
    let token: [UInt8]
    let nonce: [UInt8]

    /// What a code is made of.
    func signed(with serverNonce: [UInt8]) -> [UInt8] {
      Array("hello".utf8) + serverNonce + body
    }

    var body: [UInt8] { rank.bytes + count.bytes + token + nonce }

    init(rank: UInt32, count: UInt32, token: [UInt8], nonce: [UInt8]) {
      (self.rank, self.count, self.token, self.nonce) = (rank, count, token, nonce)
    }

    /// Reads a body with its code behind; nil for another length.
    init?(_ bytes: [UInt8], code: inout [UInt8]) {
      guard bytes.count == Self.byteCount else { return nil }
      let size = nonceByteCount
      rank = UInt32(bytes[0..<4])
      count = UInt32(bytes[4..<8])
      token = Array(bytes[8..<8 + size])
      nonce = Array(bytes[8 + size..<8 + 2 * size])
      code = Array(bytes[(8 + 2 * size)...])
    }
  }

  /// What a welcome's code is made of.
  static func signedWelcome(_ hello: Hello, serverNonce: [UInt8], token: [UInt8]) -> [UInt8] {
    Array("welcome".utf8) + hello.nonce + serverNonce + token
  }

  /// What is asked for.
  enum Request: UInt8 {
    /// A key's length, the key, and its value.
    case put = 1
    /// Milliseconds, and a key to wait for so long.
    case get
    /// A key.
    case tryGet
    /// Milliseconds to wait for all ranks.
    case gather
    /// Nothing more will be asked for.
    case leave
  }

  /// How it went.
  enum Reply: UInt8 {
    /// It was done; a value follows where one was asked for.
    case done = 0
    /// There is no such value, or none came in time.
    case nothing
    /// A rank is gone, which follows.
    case lost
    /// Ranks have not come, which follow.
    case missing
    /// The code is not what the secret makes of the hello.
    case otherSecret
    /// Another process has the rank.
    case rankTaken
    /// The store knows of another number of processes, which follows.
    case otherCount
    /// The request is none.
    case unknown
  }
}

extension Socket {
  /// Sends a frame.
  func sendFrame(_ bytes: [UInt8], seconds: Double = Message.patience) throws(Failure) {
    try send(UInt32(bytes.count).bytes + bytes, seconds: seconds)
  }

  /// Waits for a frame.
  func receiveFrame(
    upTo limit: Int = Message.longest,
    seconds: Double
  ) throws(Failure) -> [UInt8] {
    let count = Int(UInt32(try receive(4, seconds: seconds)[...]))
    guard count <= limit else { throw Failure("a message of \(count) bytes is too long") }
    return try receive(count, seconds: Message.patience)
  }
}

extension UInt32 {
  /// The number in four bytes.
  var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) } }

  /// Reads four bytes.
  init(_ bytes: ArraySlice<UInt8>) {
    self = bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}

extension [UInt8] {
  /// Bytes that nobody can foresee.
  static func unforeseeable(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}
