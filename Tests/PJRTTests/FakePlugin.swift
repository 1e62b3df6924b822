import CPJRT
import Synchronization

/// A plugin in Swift that computes nothing and keeps account of the objects it hands out.
///
/// On demand one of its calls fails. C functions capture nothing, so the account is kept in one place and the suite that uses it runs its
/// tests one after the other.
enum FakePlugin {
  struct Account {
    /// The objects that were handed out and have not come back, by address.
    var live: [UInt: String] = [:]
    /// Objects that came back twice, or were never handed out.
    var mistakes: [String] = []
    /// How many calls that may fail were made.
    var callCount = 0
    /// Which of them fails.
    var failingCall: Int?
    /// What kind of machine the plugin says it drives.
    var platform: StaticString = "fake"
    /// How many devices a client has that no option says more of.
    var deviceCount = 1
    /// The names of the options of each client that was asked for.
    var clientOptions: [[String]] = []
    /// What a client that was given an exchange found by it: a value, or an error's code and message.
    var found: [String] = []
    /// The code of the error that is then returned.
    var errorCode: Int32 = 13
    private var nextAddress: UInt = 0x1000

    mutating func make(_ kind: String) -> UnsafeMutableRawPointer? {
      nextAddress += 0x10
      live[nextAddress] = kind
      return UnsafeMutableRawPointer(bitPattern: nextAddress)
    }

    mutating func free(_ object: UnsafeMutableRawPointer?, _ kind: String) {
      if live.removeValue(forKey: UInt(bitPattern: object)) != kind {
        mistakes.append("freed what is no live \(kind)")
      }
    }

    /// Notes the use of an object.
    mutating func use(_ object: UnsafeMutableRawPointer?, _ kind: String) {
      if live[UInt(bitPattern: object)] != kind {
        mistakes.append("used what is no live \(kind)")
      }
    }
  }

  static let account = Mutex(Account())

  /// What errors say.
  static let message: StaticString = "the fake plugin was told to fail"

  /// Does a call that may fail, unless it is the one that was told to.
  static func answer(_ body: (inout Account) -> Void) -> OpaquePointer? {
    account.withLock { account in
      account.callCount += 1
      guard account.failingCall != account.callCount else {
        return account.make("error").map { OpaquePointer($0) }
      }
      body(&account)
      return nil
    }
  }

  /// Takes an object back; this cannot fail.
  static func free(_ object: UnsafeMutableRawPointer?, _ kind: String) -> OpaquePointer? {
    account.withLock { $0.free(object, kind) }
    return nil
  }

  static let text: StaticString = "fake"

  /// Constants that the plugin owns: some devices, one output of type `float32[2]`.
  static let devices = list((2...5).map { UnsafeMutableRawPointer(bitPattern: $0 << 4) })
  static let elementTypes = list([Int32(11)])
  static let strangeElementTypes = list([Int32(16)])
  static let ranks = list([1])
  static let extents = list([Int64(2)])

  /// One attribute of every kind.
  static let attributes = list([
    named("flops", pjrt_value_kind_float) { $0.float_value = 12.5 },
    named("count", pjrt_value_kind_int64) { $0.int64_value = -3 },
    named("flag", pjrt_value_kind_bool) { $0.bool_value = true },
    named("text", pjrt_value_kind_string) {
      $0.string_value = UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
      $0.value_size = text.utf8CodeUnitCount
    },
    named("list", pjrt_value_kind_int64_list) {
      $0.int64_list_value = UnsafePointer(extents.start)
      $0.value_size = 1
    },
  ])

  private static func named<Kind: BinaryInteger>(
    _ name: StaticString,
    _ kind: Kind,
    _ fill: (inout pjrt_named_value) -> Void
  ) -> pjrt_named_value {
    var value = pjrt_named_value()
    value.struct_size = MemoryLayout<pjrt_named_value>.size
    value.name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    value.name_size = name.utf8CodeUnitCount
    value.kind = Int32(kind)
    value.value_size = 1
    fill(&value)
    return value
  }

  struct List<Element>: @unchecked Sendable {  // SAFETY: written once, before anything reads it.
    let start: UnsafeMutablePointer<Element>
  }

  private static func list<Element>(_ elements: [Element]) -> List<Element> {
    let start = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
    start.initialize(from: elements, count: elements.count)
    return List(start: start)
  }
}
