import CProcessor
import EspalierTestSupport
import KernelInterface
import Kernels
import Tensors
import Testing

#if arch(x86_64)
import KernelsAVX2
import KernelsAVX512
#else
import KernelsNEON
#endif
import KernelsFloat64

/// The sets of kernels that this processor can run.
enum TestedKernels {
  /// Those that users' programs call.
  static let float32: [KernelSet] = {
    #if arch(x86_64)
    (espalier_processor_has_avx2() ? [KernelsAVX2.kernelSet] : [])
      + (espalier_processor_has_avx512() ? [KernelsAVX512.kernelSet] : [])
    #else
    [KernelsNEON.kernelSet]
    #endif
  }()

  /// All of them: the same source with elements of `float64` shows mistakes that rounding would hide.
  static let all = float32.isEmpty ? [] : float32 + [KernelsFloat64.kernelSet]

  /// Compiles programs that are little but custom calls.
  static func engine() throws -> Engine { try sharedEngine.get() }

  private static let sharedEngine = Result<Engine, any Error> {
    Engine(client: try TestPlugin.client(), settings: ["xla_backend_optimization_level": "0"])
  }

  /// A library of a set, for the client all tests share.
  static func library(_ set: KernelSet, workerCount: Int = 3) throws -> KernelLibrary {
    try KernelLibrary(set, client: TestPlugin.client(), workerCount: workerCount)
  }
}

extension KernelSet {
  /// How far a result may lie from the twin's, as a share of the largest of its group.
  var allowedDeviation: Double { elementType == .float64 ? 1e-12 : 1e-5 }
}

extension Trait where Self == ConditionTrait {
  /// Skips tests where there is nothing to test.
  static var needsKernels: Self {
    .enabled(
      if: !TestedKernels.all.isEmpty,
      "the kernels need AVX2 and FMA, which this processor lacks"
    )
  }
}
