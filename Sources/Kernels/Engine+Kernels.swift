import PJRT
import Tensors

extension Engine {
  /// Makes an engine whose programs call kernels.
  ///
  /// - Parameters:
  ///   - client: The client that compiles and runs.
  ///   - cacheFolder: A folder for compiled programs; nil keeps them in memory only.
  ///   - kernels: The kernels, registered with the client; nil leaves everything to XLA.
  public convenience init(client: Client, cacheFolder: String? = nil, kernels: KernelLibrary?) {
    guard let kernels else {
      self.init(client: client, cacheFolder: cacheFolder)
      return
    }
    self.init(client: client, cacheFolder: cacheFolder) { module in
      kernels.replacingMatrixProducts(in: module)
    }
  }
}
