import Arrays
import CMemory
import PJRT
import StableHLO
import Synchronization

/// Compiles traced functions on a plugin's client, and keeps what it has compiled.
///
/// A program is known by its text, so tracing the same function twice compiles it once, unless 64 others were used in
/// between; with a cache folder also across processes. A client that works together with those of other processes has no
/// such folder, since what is compiled for it names its devices.
public final class Engine: Sendable {
  /// The client that compiles and runs.
  public let client: Client
  private let options: CompileOptions
  private let diskCache: CompileCache?
  // On a processor a program takes dozens of the 65,530 mappings of memory that Linux gives a process.
  private let programs = Mutex(RecentlyUsed<String, LoadedExecutable>(capacity: 64))

  /// XLA's debug options that everything is compiled with.
  public var settings: [String: String] { options.settings }

  /// Makes an engine.
  ///
  /// - Parameters:
  ///   - client: The client that compiles and runs.
  ///   - cacheFolder: A folder for compiled programs, made when needed; nil keeps them in memory only.
  ///   - cacheCapacity: How many bytes that folder keeps, beyond which the programs leave it that were
  ///     used longest ago; a gibibyte by default.
  ///   - settings: XLA's own debug options by name, beside those the engine sets: on a processor,
  ///     `xla_cpu_enable_fast_min_max` is off, so that a maximum with NaN is NaN.
  public init(
    client: Client,
    cacheFolder: String? = nil,
    cacheCapacity: Int? = nil,
    settings: [String: String] = [:]
  ) {
    self.client = client
    let own = Self.settings(forPlatform: client.platformName)
    let options = CompileOptions(settings: own.merging(settings) { $1 })
    self.options = options
    diskCache = (client.hasPeers ? nil : cacheFolder).map {
      CompileCache(
        folder: $0,
        capacity: cacheCapacity ?? CompileCache.usualCapacity,
        client: client,
        options: options
      )
    }
  }

  /// What everything is compiled with on a platform.
  static func settings(forPlatform name: String) -> [String: String] {
    name == "cpu" ? ["xla_cpu_enable_fast_min_max": "False"] : [:]
  }

  /// Compiles a function, or finds it compiled.
  ///
  /// - Throws: `PJRTError` with the compiler's message.
  public func compile(_ function: TracedFunction) throws(PJRTError) -> Program {
    let text = function.module.text
    if let known = programs.withLock({ $0.value(for: text) }) {
      return Program(function: function, executable: known, origin: .memory, engine: self)
    }
    if let program = loadFromDisk(text, function) {
      programs.withLock { $0.keep(program.executable, for: text) }
      return program
    }
    var options = options.for(function)
    if client.hasPeers {
      let isShared = options.partitionCount > 1
      options.deviceIDs = isShared ? client.allDevices.map(\.id) : [client.devices[0].id]
    }
    let executable = try client.compile(stableHLO: text, options: options)
    // What the compiler took and no longer needs: 100 MB for a training step.
    espalier_return_unused_memory()
    programs.withLock { $0.keep(executable, for: text) }
    if let diskCache, let bytes = try? executable.serialize() {
      // A program that cannot be stored is compiled again next time; nothing else is lost.
      try? diskCache.store(bytes, for: text)
    }
    return Program(function: function, executable: executable, origin: .compiled, engine: self)
  }

  /// Traces and compiles a function; see ``TracedFunction``.
  ///
  /// - Throws: ``TraceError`` for the first mistake in the body, or `PJRTError`.
  public func program(
    _ name: String,
    parameters: [TensorType],
    donating: [Int: Int] = [:],
    fileID: String = #fileID,
    line: Int = #line,
    body: ([Tensor]) -> [Tensor]
  ) throws -> Program {
    try compile(
      TracedFunction(
        name,
        parameters: parameters,
        donating: donating,
        fileID: fileID,
        line: line,
        body: body
      )
    )
  }

  private func loadFromDisk(_ text: String, _ function: TracedFunction) -> Program? {
    // A stored program that this plugin no longer takes counts as not stored.
    guard let bytes = diskCache?.load(for: text),
      let executable = try? client.load(serialized: bytes)
    else { return nil }
    return Program(function: function, executable: executable, origin: .disk, engine: self)
  }
}

extension CompileOptions {
  /// The options for a function, which says how many devices share it.
  func `for`(_ function: TracedFunction) -> CompileOptions {
    var copy = self
    copy.partitionCount = function.module.distribution?.deviceCount ?? 1
    return copy
  }
}
