internal import Files

/// NVIDIA's software beside a plugin for CUDA: a folder `nvidia`, as NVIDIA's Python wheels hold it.
///
/// It lies one or two folders above that of the plugin, which looks for it in both places by itself: `make setup-cuda`
/// makes the former, and where a Python has JAX for CUDA its packages are the latter. A plugin without such a folder
/// uses what the system has.
public struct CUDAInstallation: Hashable, Sendable {
  /// The folder `nvidia`.
  public let folder: String

  /// Looks for the folder that belongs to a plugin; nil where there is none.
  ///
  /// - Parameter path: The plugin's file.
  public init?(besidePlugin path: String) {
    let files = LocalFileSystem()
    let place = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let folders = ["\(place)/../nvidia", "\(place)/../../nvidia"]
    guard let folder = folders.first(where: { files.exists("\($0)/\(Self.toolkit)") }) else {
      return nil
    }
    self.folder = (try? files.realPath(folder)) ?? folder
  }

  /// Where all wheels of one major version of CUDA put their files.
  private static let toolkit = "cu13"

  /// Whether this machine has an NVIDIA GPU, by the devices that its driver makes; the second is Windows' own.
  public static var hasGPU: Bool {
    ["/dev/nvidiactl", "/dev/dxg"].contains(where: LocalFileSystem().exists)
  }

  /// What the compiler needs: the assembler, the linker, and the mathematical functions of the device.
  static let compilerFiles = [
    "\(toolkit)/bin/ptxas", "\(toolkit)/bin/nvlink", "\(toolkit)/nvvm/libdevice/libdevice.10.bc",
  ]

  /// The libraries that the plugin opens by name when it runs something, in an order in which each finds what it needs.
  ///
  /// cuDNN needs nvrtc, cuBLAS both of its parts, and NVSHMEM what NCCL brings.
  static let libraries =
    [
      "libcudart.so.13", "libnvrtc.so.13", "libcublasLt.so.13", "libcublas.so.13",
    ].map { "\(toolkit)/lib/\($0)" }
    + ["nccl/lib/libnccl.so.2"]
    + ["libcupti.so.13", "libcusparse.so.12", "libcusolver.so.12", "libcufft.so.12"]
    .map { "\(toolkit)/lib/\($0)" }
    + ["nvshmem/lib/libnvshmem_host.so.3", cuDNN]

  private static let cuDNN = "cudnn/lib/libcudnn.so.9"

  /// What of the files that running needs is not there.
  var missingToRun: [CUDAShortcoming] { missing(Self.compilerFiles + Self.libraries) }

  /// What keeps the plugin from compiling; it needs no GPU for that.
  public var compilingShortcomings: [CUDAShortcoming] { missing(Self.compilerFiles) }

  /// What keeps the plugin from running programs, the plainest first.
  ///
  /// Opens the libraries if all of them are there.
  public func runningShortcomings() -> [CUDAShortcoming] {
    guard Self.hasGPU else { return [.noGPU] }
    let missing = missingToRun
    guard missing.isEmpty else { return missing }
    return openLibraries()
      + [CUDAShortcoming(driver: Self.driverVersion), CUDAShortcoming(cuDNN: cuDNNVersion())]
      .compactMap(\.self)
  }

  /// The version of the driver, such as `580.65.06`; nil where the system does not tell.
  public static var driverVersion: String? {
    (try? LocalFileSystem().bytes(through: "/sys/module/nvidia/version", limit: 100))
      .map { String(decoding: $0.prefix { $0 > UInt8(ascii: " ") }, as: UTF8.self) }
  }

  /// The version of cuDNN as it counts them, 92000 for 9.20.0; nil where it does not tell.
  public func cuDNNVersion() -> Int? {
    typealias Question = @convention(c) () -> Int
    guard let symbol = try? PluginFile.symbol("cudnnGetVersion", in: "\(folder)/\(Self.cuDNN)")
    else { return nil }
    return unsafeBitCast(symbol, to: Question.self)()
  }

  /// Opens what there is of the libraries for the rest of the process.
  ///
  /// The plugin opens them by name alone and so gets the ones that are open already, not those of another installation.
  ///
  /// - Returns: The libraries that the system's loader refuses.
  @discardableResult func openLibraries() -> [CUDAShortcoming] {
    Self.libraries.map { "\(folder)/\($0)" }.filter(LocalFileSystem().exists)
      .compactMap { path in
        do throws(PJRTError) {
          _ = try PluginFile.library(path)
          return nil
        } catch .cannotOpen(_, let reason) {
          return .refused(path: path, reason: reason)
        } catch {
          return .refused(path: path, reason: "\(error)")
        }
      }
  }

  private func missing(_ files: [String]) -> [CUDAShortcoming] {
    let missing = files.filter { !LocalFileSystem().exists("\(folder)/\($0)") }
    return missing.isEmpty ? [] : [.missingFiles(folder: folder, names: missing)]
  }
}
