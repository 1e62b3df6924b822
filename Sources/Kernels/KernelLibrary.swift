import CProcessor
import KernelInterface
import PJRT

#if arch(x86_64)
import KernelsAVX2
import KernelsAVX512
#else
import KernelsNEON
#endif

// Foundation: the number of processors.
import Foundation

/// Espalier's own kernels for a processor: custom calls in Swift that a program may call.
///
/// A library is made for a client and registers its kernels there. Programs that use it run on that
/// client's plugin only; the same functions without a library are plain StableHLO and run anywhere.
public final class KernelLibrary: Sendable {
  /// The instruction set the kernels were built for: `avx512`, `avx2` or `neon`.
  public var instructionSet: String { kernels.name }
  /// How many threads a kernel uses at most; part of the programs, since scratch memory depends on it.
  public let workerCount: Int
  let kernels: KernelSet

  /// Takes the best kernels that the processor runs and registers them.
  ///
  /// - Parameters:
  ///   - client: The client whose programs will call them.
  ///   - workerCount: How many threads a kernel uses at most; one a processor when nil.
  /// - Throws: ``KernelError`` that says why there are none, or what the plugin reports.
  public convenience init(client: Client, workerCount: Int? = nil) throws {
    try Self.check(platform: client.platformName)
    guard let set = Self.sets.first else { throw KernelError.missingInstructions }
    try self.init(set, client: client, workerCount: workerCount)
  }

  /// Throws where there are no kernels, which are for processors.
  ///
  /// - Parameter platform: What programs are compiled for, such as `cpu`.
  /// - Throws: ``KernelError/otherPlatform(_:)``.
  package static func check(platform: String) throws(KernelError) {
    guard platform == "cpu" else { throw .otherPlatform(platform) }
  }

  /// Registers a particular set of kernels.
  package init(_ set: KernelSet, client: Client, workerCount: Int? = nil) throws {
    self.kernels = set
    self.workerCount = max(1, workerCount ?? ProcessInfo.processInfo.activeProcessorCount)
    for call in set.customCalls { try client.register(customCall: call) }
  }

  /// The sets of kernels that this processor can run, the fastest first.
  package static var sets: [KernelSet] {
    #if arch(x86_64)
    (espalier_processor_has_avx512() ? [KernelsAVX512.kernelSet] : [])
      + (espalier_processor_has_avx2() ? [KernelsAVX2.kernelSet] : [])
    #else
    [KernelsNEON.kernelSet]
    #endif
  }

  /// The full name of a custom call.
  func name(of kernel: String) -> String { "espalier.\(kernels.name).\(kernel)" }
}

/// Why there are no kernels.
public enum KernelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The client does not drive a processor.
  case otherPlatform(String)
  /// The model is computed in other numbers than the kernels'.
  case otherNumbers(String)
  /// Several devices run programs together, which the compiler has to cut into parts.
  case severalDevices(Int)
  /// The processor is older than any instruction set the kernels are built for.
  case missingInstructions

  /// One sentence.
  public var description: String {
    switch self {
    case .otherPlatform(let name):
      "Espalier's kernels run on a processor, not on the platform \(name)"
    case .otherNumbers(let name):
      "Espalier's kernels compute in float32, not in \(name)"
    case .severalDevices(let count):
      "Espalier's kernels run on one device, not on \(count) together"
    case .missingInstructions:
      "this processor lacks AVX2 and FMA, which Espalier's kernels need"
    }
  }
}
