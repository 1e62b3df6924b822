import Arrays
import CPJRT
import Testing

@testable import PJRT

/// What becomes of the plugin's objects, seen from the plugin's side.
@Suite(.serialized) struct OwnershipTests {
  init() {
    FakePlugin.account.withLock { $0 = FakePlugin.Account() }
  }

  private func withTable<Result>(
    _ change: (inout pjrt_table) -> Void = { _ in },
    _ body: (UnsafePointer<pjrt_table>) throws -> Result
  ) rethrows -> Result {
    var table = FakePlugin.table()
    change(&table)
    return try withUnsafePointer(to: table) { try body($0) }
  }

  /// Everything a training run does, once.
  private func useEverything(_ table: UnsafePointer<pjrt_table>) throws {
    let client = try Client(
      plugin: Plugin(table: table, path: "fake"),
      options: [
        ClientOption("text", .string("a")), ClientOption("number", .integer(1)),
        ClientOption("numbers", .integers([1, 2])), ClientOption("flag", .boolean(true)),
        ClientOption("float", .float(1)),
      ]
    )
    let input = try client.buffer(from: HostArray([1, 2] as [Float]))
    let program = try client.compile(stableHLO: "module {}")
    let output = try program.execute([input, input])[0]
    let other = try program.execute(perDevice: [[output]])[0][0]
    _ = try other.copyToHost()
    try other.waitUntilReady()
    _ = try input.isDeleted
    _ = try program.memoryStatistics()
    _ = try program.costAnalysis()
    _ = try client.load(serialized: program.serialize()).execute([other])
    let topology = try Topology(of: client.plugin, options: [ClientOption("text", .string("a"))])
    _ = try topology.compile(stableHLO: "module {}").memoryStatistics()
  }

  @Test func everythingIsFreedOnce() throws {
    try withTable { try useEverything($0) }
    FakePlugin.account.withLock { account in
      #expect(account.callCount > 30)
      #expect(account.live.isEmpty)
      #expect(account.mistakes.isEmpty)
    }
  }

  /// A client on one device: of a processor it is made, of other machines it is the first one, and no option
  /// is sent that the plugin might not know.
  @Test(arguments: [
    ("cpu" as StaticString, 1, [[]] as [[String]], 1), ("cpu", 4, [[], ["cpu_device_count"]], 1),
    ("cuda", 1, [[]], 1), ("cuda", 4, [[]], 4),
  ])
  func optionsFollowThePlatform(
    platform: StaticString,
    deviceCount: Int,
    options: [[String]],
    devices: Int
  ) throws {
    FakePlugin.account.withLock { account in
      account.platform = platform
      account.deviceCount = deviceCount
    }
    try withTable { table in
      let client = try Client.onOneDevice(of: Plugin(table: table, path: "fake"))
      #expect(client.devices.count == devices)
    }
    FakePlugin.account.withLock { account in
      #expect(account.clientOptions == options)
      #expect(account.live.isEmpty)
      #expect(account.mistakes.isEmpty)
    }
  }

  /// A plugin for GPUs is known before it has a client, whose first one takes one GPU and its memory as is said.
  @Test func aGPUIsTakenAtOnceAsIsSaid() throws {
    var link = pjrt_extension(struct_size: MemoryLayout<pjrt_extension>.size, kind: 0, next: nil)
    try withUnsafeMutablePointer(to: &link) { link in
      try withTable {
        $0.extensions = link
      } _: { table in
        let plugin = try Plugin(table: table, path: "fake")
        #expect(plugin.drivesGPUs)
        _ = try Client.onOneDevice(of: plugin, memory: GPUMemory(fraction: 0.5))
      }
    }
    FakePlugin.account.withLock { account in
      #expect(
        account.clientOptions == [
          ["visible_devices", "allocator", "memory_fraction", "preallocate"]
        ]
      )
      #expect(account.mistakes.isEmpty)
    }
  }

  /// Values as a test gives them, under the names that the fake plugin asks for.
  private struct Exchange: KeyValueExchange {
    struct Broken: Error {}

    func say(_ value: [UInt8], under key: [UInt8]) throws {
      if String(decoding: key, as: UTF8.self) == "broken" { throw Broken() }
      let text = String(decoding: key + [UInt8(ascii: "=")] + value, as: UTF8.self)
      FakePlugin.account.withLock { $0.found.append(text) }
    }

    func awaitValue(under key: [UInt8], seconds: Double) throws -> [UInt8]? {
      #expect(seconds == 1.5)
      return try value(under: key)
    }

    func value(under key: [UInt8]) throws -> [UInt8]? {
      ["here": [1], "there": Array("by the other".utf8)][String(decoding: key, as: UTF8.self)]
    }
  }

  /// A client of several processes is told which it is, and finds the others by what it was given.
  @Test func clientsOfSeveralProcessesFindEachOther() throws {
    let group = ProcessGroup(rank: 2, count: 5, exchange: Exchange())
    var link = pjrt_extension(struct_size: MemoryLayout<pjrt_extension>.size, kind: 0, next: nil)
    try withUnsafeMutablePointer(to: &link) { link in
      try withTable {
        $0.extensions = link
      } _: { table in
        _ = try Client.onDevices(1, of: Plugin(table: table, path: "fake"), among: group)
      }
    }
    FakePlugin.account.withLock { account in
      #expect(account.clientOptions[0].suffix(2) == ["node_id", "num_nodes"])
      #expect(
        account.found == [
          "here=by the fake", "\u{1}", "error 5: no process has said this value", "by the other",
          "error 4: no process has said this value", "error 14: Broken()",
        ]
      )
      #expect(account.live.isEmpty)
    }
    withTable { table in
      _ = #expect(throws: PJRTError.oneProcessAlone(path: "fake")) {
        try Client.onDevices(1, of: Plugin(table: table, path: "fake"), among: group)
      }
    }
  }

  @Test func everythingIsFreedOnceWhicheverCallFails() throws {
    try withTable { try useEverything($0) }
    let callCount = FakePlugin.account.withLock { $0.callCount }
    for call in 1...callCount {
      FakePlugin.account.withLock { account in
        account = FakePlugin.Account()
        account.failingCall = call
      }
      let error = #expect(throws: PJRTError.self, "call \(call)") {
        try withTable { try useEverything($0) }
      }
      guard case .call(_, .internalError, let message) = error else {
        Issue.record("call \(call): got \(String(describing: error))")
        continue
      }
      #expect(message == "\(FakePlugin.message)")
      FakePlugin.account.withLock { account in
        #expect(account.live.isEmpty, "call \(call)")
        #expect(account.mistakes.isEmpty, "call \(call)")
      }
    }
  }

  /// A client goes when the last of what it handed out goes.
  @Test func aBufferKeepsItsClient() throws {
    try withTable { table in
      var buffer: Buffer? = try Client(plugin: Plugin(table: table, path: "fake"))
        .buffer(from: HostArray([1, 2] as [Float]))
      #expect(buffer != nil)
      let held = FakePlugin.account.withLock { $0.live.values.sorted() }
      #expect(held == ["buffer", "client"])
      buffer = nil
      #expect(FakePlugin.account.withLock { $0.live.isEmpty })
    }
  }

  @Test(arguments: PJRTErrorCode.allCases)
  func everyCodeIsKnown(code: PJRTErrorCode) {
    FakePlugin.account.withLock { account in
      account.failingCall = 1
      account.errorCode = Int32(code.rawValue)
    }
    let error = PJRTError.call(
      name: "PJRT_Plugin_Initialize",
      code: code,
      message: "\(FakePlugin.message)"
    )
    #expect(throws: error) { try withTable { try Plugin(table: $0, path: "fake") } }
    #expect(
      error.description
        == "PJRT_Plugin_Initialize: \(code.description): the fake plugin was told to fail"
    )
  }

  @Test func aCodeFromTheFutureIsUnknown() {
    FakePlugin.account.withLock { account in
      account.failingCall = 1
      account.errorCode = 99
    }
    let error = #expect(throws: PJRTError.self) {
      try withTable { try Plugin(table: $0, path: "fake") }
    }
    guard case .call(_, .unknown, _) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
  }

  @Test func attributesAreReadByName() throws {
    try withTable { table in
      let plugin = try Plugin(table: table, path: "fake")
      #expect(
        plugin.attributes
          == ["flops": "12.5", "count": "-3", "flag": "true", "text": "fake", "list": "[2]"]
      )
      #expect(plugin.interfaceVersion == InterfaceVersion(major: 0, minor: 100))
      let program = try Client(plugin: plugin).compile(stableHLO: "module {}")
      #expect(try program.costAnalysis() == ["flops": 12.5, "count": -3])
      #expect(try program.floatingPointOperationCount() == 12.5)
    }
  }

  /// A plugin that makes no estimate is no error.
  @Test func aMissingCostAnalysisIsEmpty() throws {
    try withTable { table in
      let client = try Client(plugin: Plugin(table: table, path: "fake"))
      let program = try client.compile(stableHLO: "module {}")
      FakePlugin.account.withLock { account in
        account.failingCall = account.callCount + 1
        account.errorCode = 12
      }
      #expect(try program.floatingPointOperationCount() == nil)
      FakePlugin.account.withLock { account in
        account.failingCall = account.callCount + 1
        account.errorCode = 13
      }
      #expect(throws: PJRTError.self) { try program.costAnalysis() }
    }
  }

  @Test(arguments: [(1, 0), (1, 100), (0, 80), (0, 0)])
  func anotherVersionIsRefused(major: Int32, minor: Int32) {
    let error = #expect(throws: PJRTError.self) {
      try withTable {
        $0.version.major = major
        $0.version.minor = minor
      } _: {
        try Plugin(table: $0, path: "old.so")
      }
    }
    let found = InterfaceVersion(major: Int(major), minor: Int(minor))
    let needed = InterfaceVersion(major: 0, minor: 81)
    #expect(error == .unsupportedVersion(path: "old.so", found: found, needed: needed))
    #expect(
      error?.description
        == "old.so: follows version \(major).\(minor) of the PJRT interface; "
        + "needs 0.81 or a later 0.x"
    )
  }

  @Test func aTableThatIsTooShortIsRefused() {
    let error = #expect(throws: PJRTError.self) {
      try withTable {
        $0.struct_size -= 8
      } _: {
        try Plugin(table: $0, path: "short.so")
      }
    }
    guard case .unsupportedVersion("short.so", _, _) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
  }

  @Test func aMissingFunctionIsNamed() {
    let error = #expect(throws: PJRTError.self) {
      try withTable {
        $0.client_compile = nil
      } _: {
        try Client(plugin: Plugin(table: $0, path: "poor.so")).compile(stableHLO: "module {}")
      }
    }
    #expect(error == .missingFunction(name: "PJRT_Client_Compile", path: "poor.so"))
    #expect(
      error?.description
        == "poor.so: the plugin offers no PJRT_Client_Compile, which is needed here"
    )
  }

  @Test func aMissingExtensionIsNamed() throws {
    try withTable { table in
      let client = try Client(plugin: Plugin(table: table, path: "poor.so"))
      let error = #expect(throws: PJRTError.self) {
        try client.register(customCall: CustomCall(name: "f") { _ in nil })
      }
      #expect(error == .missingExtension(name: "FFI", path: "poor.so"))
    }
  }

  @Test func anElementTypeWithoutCounterpartIsNamed() {
    let error = #expect(throws: PJRTError.self) {
      try withTable {
        $0.executable_output_types = { arguments in
          FakePlugin.answer { _ in
            arguments?.pointee.element_types = FakePlugin.strangeElementTypes.start
            arguments?.pointee.count = 1
          }
        }
      } _: {
        try Client(plugin: Plugin(table: $0, path: "fake")).compile(stableHLO: "module {}")
      }
    }
    #expect(error == .unsupportedElementType(code: 16, context: "output 0 of fake"))
    #expect(FakePlugin.account.withLock { $0.live.isEmpty && $0.mistakes.isEmpty })
  }
}
