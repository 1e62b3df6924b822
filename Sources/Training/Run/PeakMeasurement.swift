import Arrays
import Kernels
import PJRT
import StableHLO
import Tensors

/// How many floating-point operations a second the device reaches in a large matrix product.
///
/// This is the peak that a run's share is stated against: what the same plugin does on the same
/// machine at the time of the run.
struct PeakMeasurement {
  private static let extent = 768
  private static let repetitions = 6

  /// The best of some products of `float32` matrices.
  ///
  /// - Parameters:
  ///   - engine: What to measure.
  ///   - kernels: What multiplies matrices, as in the run; nil for XLA.
  ///   - deviceCount: The devices that train together. One of them is measured; those of a processor share it.
  /// - Throws: `PJRTError` or `TraceError`.
  /// - Returns: Operations a second.
  static func operationsPerSecond(
    _ engine: Engine,
    kernels: KernelLibrary?,
    deviceCount: Int
  ) throws -> Double {
    let type = TensorType(.float32, [extent, extent])
    let product = try TracedFunction("peak", parameters: [type, type]) { [$0[0].dot($0[1])] }
    let program = try engine.compile(product.calling(kernels))
    let matrix = try engine.client.buffer(from: HostArray(repeating: 0.5, type: type))
    var best = Double.infinity
    for _ in 0..<repetitions {
      let stopwatch = Stopwatch()
      try program([matrix, matrix])[0].waitUntilReady()
      best = min(best, stopwatch.seconds)
    }
    let extent = Double(extent)
    let sharing = engine.client.platformName == "cpu" ? 1 : Double(deviceCount)
    return sharing * 2 * extent * extent * extent / best
  }
}
