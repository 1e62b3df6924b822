import Arrays
import PJRT

/// The kernels built for one instruction set.
///
/// A kernel is a custom call. Its scratch memory is a further result that nobody reads, so the compiler
/// plans it with all other temporary memory and no kernel allocates. How much is needed depends on the
/// instruction set's vectors, so the sets answer that themselves.
public struct KernelSet: Sendable {
  /// The instruction set, part of the custom calls' names: `avx512`, `avx2` or `neon`.
  public let name: String
  /// The type of all floating-point operands, results and scratch memory.
  public let elementType: ElementType
  /// All custom calls, to be registered with a client.
  public let customCalls: [CustomCall]
  /// The scratch elements that a matrix product needs for so many workers.
  public let matrixProductScratch: @Sendable (_ shape: MatrixProductShape, _ workers: Int) -> Int
  /// The scratch elements that attention needs for so many workers.
  public let attentionScratch: @Sendable (_ shape: AttentionShape, _ workers: Int) -> Int
  /// The scratch elements that attention's gradient needs for so many workers.
  public let attentionGradientScratch: @Sendable (_ shape: AttentionShape, _ workers: Int) -> Int
  /// The scratch elements that attention to a cache needs for so many workers.
  public let cachedAttentionScratch:
    @Sendable (_ shape: CachedAttentionShape, _ workers: Int) -> Int
  /// The scratch elements that cross-entropy needs for so many workers.
  public let crossEntropyScratch:
    @Sendable (_ shape: CrossEntropyShape, _ withGradients: Bool, _ workers: Int) -> Int
  /// The scratch elements that a gated projection needs for so many workers.
  public let gatedProjectionScratch: @Sendable (_ shape: MatrixProductShape, _ workers: Int) -> Int
  /// The scratch elements that an ascent of local filters needs for so many workers.
  public let thresholdedAscentScratch:
    @Sendable (_ shape: ThresholdedAscentShape, _ workers: Int) -> Int
  /// The scratch elements that the gradient of a norm of so many rows needs.
  public let normGradientScratch: @Sendable (_ rows: Int, _ width: Int) -> Int

  /// Gathers a set.
  public init(
    name: String,
    elementType: ElementType,
    customCalls: [CustomCall],
    matrixProductScratch: @escaping @Sendable (MatrixProductShape, Int) -> Int,
    attentionScratch: @escaping @Sendable (AttentionShape, Int) -> Int,
    attentionGradientScratch: @escaping @Sendable (AttentionShape, Int) -> Int,
    cachedAttentionScratch: @escaping @Sendable (CachedAttentionShape, Int) -> Int,
    crossEntropyScratch: @escaping @Sendable (CrossEntropyShape, Bool, Int) -> Int,
    gatedProjectionScratch: @escaping @Sendable (MatrixProductShape, Int) -> Int,
    thresholdedAscentScratch: @escaping @Sendable (ThresholdedAscentShape, Int) -> Int,
    normGradientScratch: @escaping @Sendable (Int, Int) -> Int
  ) {
    self.name = name
    self.elementType = elementType
    self.customCalls = customCalls
    self.matrixProductScratch = matrixProductScratch
    self.attentionScratch = attentionScratch
    self.attentionGradientScratch = attentionGradientScratch
    self.cachedAttentionScratch = cachedAttentionScratch
    self.crossEntropyScratch = crossEntropyScratch
    self.gatedProjectionScratch = gatedProjectionScratch
    self.thresholdedAscentScratch = thresholdedAscentScratch
    self.normGradientScratch = normGradientScratch
  }
}
