import Kernels
import PJRT
import Recipes

/// What does a run's heavy operations: Espalier's kernels or XLA alone, and why.
public struct KernelChoice: Sendable, CustomStringConvertible {
  /// The kernels; nil when XLA does everything.
  public let library: KernelLibrary?
  /// Why automatic choice found no kernels; nil when it did or was not asked.
  public let shortcoming: KernelError?

  /// Chooses as a recipe says.
  ///
  /// - Parameters:
  ///   - wanted: The recipe's `kernels`.
  ///   - client: The client that will call them.
  /// - Throws: ``TrainingError/noKernels(_:)`` when the recipe asks for kernels that cannot run here, or
  ///   `PJRTError`.
  public init(_ wanted: Recipe.Kernels, client: Client) throws {
    guard wanted != .xla else {
      (library, shortcoming) = (nil, nil)
      return
    }
    do {
      (library, shortcoming) = (try KernelLibrary(client: client), nil)
    } catch let error as KernelError {
      guard wanted == .auto else { throw TrainingError.noKernels(error) }
      (library, shortcoming) = (nil, error)
    }
  }

  /// Such as `swift (avx512)` or `xla`.
  public var description: String {
    library.map { "swift (\($0.instructionSet))" } ?? "xla"
  }
}
