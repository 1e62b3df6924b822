import Arrays
import PJRT

/// Runs single operations as programs of their own and takes the time.
struct OperationTimer {
  private let client: Client
  private let settings: [String: String]
  /// What it costs to run a program that does nothing.
  private let overhead: Double

  /// Measures what a run costs that does nothing.
  ///
  /// - Parameters:
  ///   - client: Whose first device runs the operations.
  ///   - settings: XLA's debug options that the profiled program was compiled with.
  /// - Throws: What the plugin reports.
  init(client: Client, settings: [String: String]) throws(PJRTError) {
    self.client = client
    self.settings = settings
    let empty = try client.compile(
      stableHLO: """
        module @nothing {
          func.func public @main(%0: tensor<1xf32>) -> (tensor<1xf32>) {
            %1 = stablehlo.negate %0 : tensor<1xf32>
            return %1 : tensor<1xf32>
          }
        }
        """
    )
    let argument = try client.buffer(from: HostArray(zeros: TensorType(.float32, [1])))
    overhead = try Self.milliseconds(of: empty, [argument], written: [])
  }

  /// The milliseconds of one run.
  func milliseconds(of operation: OperationProgram) throws(PJRTError) -> Double {
    var options = CompileOptions(settings: settings)
    options.runsPasses = false
    let executable = try client.compile(hlo: operation.bytes, options: options)
    var arguments: [Buffer] = []
    for type in operation.parameters { arguments.append(try client.buffer(from: Self.array(type))) }
    let time = try Self.milliseconds(of: executable, arguments, written: operation.written)
    return max(0, time - overhead)
  }

  /// Ordinary numbers; zero where they may be indices.
  private static func array(_ type: TensorType) -> HostArray {
    HostArray(repeating: type.elementType.isFloatingPoint ? 0.5 : 0, type: type)
  }

  /// The median over enough runs to last a while.
  ///
  /// - Parameters:
  ///   - executable: What is run.
  ///   - arguments: What it is given.
  ///   - written: For each result the argument that it is written over.
  /// - Returns: The milliseconds of one run.
  /// - Throws: What the plugin reports.
  private static func milliseconds(
    of executable: LoadedExecutable,
    _ arguments: [Buffer],
    written: [Int]
  ) throws(PJRTError) -> Double {
    var arguments = arguments
    var times: [Double] = []
    var total = 0.0
    for index in 0..<(warmUpRuns + maximumRuns) {
      let start = ContinuousClock.now
      let results = try executable.execute(arguments)
      for result in results { try result.waitUntilReady() }
      let time = (ContinuousClock.now - start) / .milliseconds(1)
      for (place, result) in zip(written, results) { arguments[place] = result }
      guard index >= warmUpRuns else { continue }
      times.append(time)
      total += time
      if times.count >= minimumRuns, total >= enoughMilliseconds { break }
    }
    return times.sorted()[times.count / 2]
  }

  private static let warmUpRuns = 2
  private static let minimumRuns = 5
  private static let maximumRuns = 50
  private static let enoughMilliseconds = 20.0
}
