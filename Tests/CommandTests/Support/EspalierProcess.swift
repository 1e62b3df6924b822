import EspalierTestSupport
import Foundation

/// The command as a process: its arguments, its folder, its streams.
struct EspalierProcess {
  /// The program that the tests were built with; it lies beside them.
  static let executable: String = {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("espalier").path
  }()

  /// How a process ended and what it said.
  struct Outcome {
    /// The exit code, or the signal's number.
    var code: Int32
    /// Whether a signal ended it.
    var wasKilled: Bool
    var output: String
    var errors: String

    /// The lines on the standard error stream.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
  }

  /// The folder it runs in.
  var folder: String
  /// What stands in front of the command, such as a shell that limits file sizes.
  var launcher: [String] = []
  /// Variables besides those that every process gets.
  var environment: [String: String] = [:]

  /// A command that may write no file larger than so many blocks of 512 bytes.
  init(folder: String, largestFile blocks: Int) {
    self.init(
      folder: folder,
      launcher: ["/bin/sh", "-c", "ulimit -c 0; ulimit -f \(blocks); exec \"$0\" \"$@\""]
    )
  }

  /// A command in a folder.
  init(folder: String, launcher: [String] = [], environment: [String: String] = [:]) {
    self.folder = folder
    self.launcher = launcher
    self.environment = environment
  }

  /// Nothing of the machine's own settings but the search path gets through.
  ///
  /// Programs run a few times only, so compiling quickly matters more than running quickly.
  private var fullEnvironment: [String: String] {
    [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8",
      "COLUMNS": "80", "XLA_FLAGS": "--xla_backend_optimization_level=0",
    ].merging(environment) { $1 }
  }

  /// A process that has not been started.
  func make(_ arguments: [String]) -> Process {
    let process = Process()
    let words = launcher + [Self.executable] + arguments
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = fullEnvironment
    return process
  }

  /// Runs a command to its end.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - input: What it reads on its standard input.
  ///   - outputPath: Where its standard output goes instead of into the outcome.
  /// - Returns: How it ended.
  /// - Throws: What starting a process throws.
  func run(
    _ arguments: [String],
    input: Data = Data(),
    outputPath: String? = nil
  ) async throws -> Outcome {
    let files = try TemporaryFolder()
    let paths = (input: files / "input", output: files / "output", errors: files / "errors")
    try input.write(to: URL(fileURLWithPath: paths.input))
    for path in [paths.output, paths.errors] {
      try Data().write(to: URL(fileURLWithPath: path))
    }
    let process = make(arguments)
    let handles = [
      try FileHandle(forReadingFrom: URL(fileURLWithPath: paths.input)),
      try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath ?? paths.output)),
      try FileHandle(forWritingTo: URL(fileURLWithPath: paths.errors)),
    ]
    process.standardInput = handles[0]
    process.standardOutput = handles[1]
    process.standardError = handles[2]
    try await process.runToEnd {
      // Whoever awaits the end may get a thread much later, and with more than a thousand open files Foundation fails to start
      // another process.
      for handle in handles { try? handle.close() }
    }
    return Outcome(
      code: process.terminationStatus,
      wasKilled: process.terminationReason == .uncaughtSignal,
      output: try String(contentsOfFile: paths.output, encoding: .utf8),
      errors: try String(contentsOfFile: paths.errors, encoding: .utf8)
    )
  }
}

extension EspalierProcess {
  /// A shell that sees mounts of its own, where the system allows that.
  static let ownMounts = [
    "/usr/bin/env", "unshare", "--map-root-user", "--mount", "sh", "-c",
  ]

  static func canMount() async throws -> Bool {
    let folder = try TemporaryFolder()
    let probe = EspalierProcess(
      folder: folder.path,
      launcher: ownMounts + ["mount -t tmpfs -o size=100k none . && \"$0\" --version"]
    )
    return try await probe.run([]).code == 0
  }
}

extension Process {
  /// Starts the process and waits for its end, without holding up a thread.
  ///
  /// It starts with all signals as a terminal would give them, although this thread blocks some.
  ///
  /// - Parameter afterStart: Done as soon as the process has its own copies of what it was given, or could not start.
  /// - Throws: What starting a process throws.
  func runToEnd(afterStart: () -> Void = {}) async throws {
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      terminationHandler = { _ in done.resume() }
      var mask = sigset_t()
      var none = sigset_t()
      sigemptyset(&none)
      pthread_sigmask(SIG_SETMASK, &none, &mask)
      defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
      defer { afterStart() }
      do {
        try run()
      } catch {
        terminationHandler = nil
        done.resume(throwing: error)
      }
    }
  }
}
