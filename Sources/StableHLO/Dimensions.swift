import Arrays

/// Which axes of two tensors a general dot product pairs.
///
/// The result has the batch axes first, then the free axes of the left operand, then those of the
/// right (StableHLO specification, `dot_general`).
public struct DotDimensions: Hashable, Sendable {
  /// Axes of the left operand that run along with ``rightBatch``.
  public var leftBatch: [Int]
  /// Axes of the right operand that run along with ``leftBatch``.
  public var rightBatch: [Int]
  /// Axes of the left operand that are summed over.
  public var leftContracting: [Int]
  /// Axes of the right operand that are summed over.
  public var rightContracting: [Int]
  /// The element type of the sums, where they are kept in another than the operands'.
  public var resultType: ElementType?

  /// Pairs the axes of two operands.
  public init(
    leftBatch: [Int] = [],
    rightBatch: [Int] = [],
    leftContracting: [Int],
    rightContracting: [Int],
    resultType: ElementType? = nil
  ) {
    self.resultType = resultType
    self.leftBatch = leftBatch
    self.rightBatch = rightBatch
    self.leftContracting = leftContracting
    self.rightContracting = rightContracting
  }

  /// Axes of a left operand of the given rank that are neither batch nor summed.
  public func leftFree(rank: Int) -> [Int] {
    (0..<rank).filter { !leftBatch.contains($0) && !leftContracting.contains($0) }
  }

  /// Axes of a right operand of the given rank that are neither batch nor summed.
  public func rightFree(rank: Int) -> [Int] {
    (0..<rank).filter { !rightBatch.contains($0) && !rightContracting.contains($0) }
  }
}

/// How slices are picked from an operand by index vectors (StableHLO specification, `gather`).
public struct GatherDimensions: Hashable, Sendable {
  /// Axes of the result that run over a picked slice.
  public var offsetAxes: [Int]
  /// Axes of the operand that a slice, of extent 1 there, drops.
  public var collapsedSliceAxes: [Int]
  /// For each entry of an index vector, the operand axis it moves along.
  public var startIndexMap: [Int]
  /// The axis of the indices that holds an index vector; the rank when indices are plain numbers.
  public var indexVectorAxis: Int

  /// Describes a gather, or the scatter that undoes it.
  public init(
    offsetAxes: [Int],
    collapsedSliceAxes: [Int],
    startIndexMap: [Int],
    indexVectorAxis: Int
  ) {
    self.offsetAxes = offsetAxes
    self.collapsedSliceAxes = collapsedSliceAxes
    self.startIndexMap = startIndexMap
    self.indexVectorAxis = indexVectorAxis
  }
}

/// The window of a convolution along each spatial axis.
///
/// The input is `[batch, spatial..., features]`, the kernel `[spatial..., inputFeatures,
/// outputFeatures]` and the result `[batch, spatial..., outputFeatures]`; the kernel is not flipped
/// (StableHLO specification, `convolution`).
public struct ConvolutionWindow: Hashable, Sendable {
  /// Steps between windows.
  public var strides: [Int]
  /// Zeros before the first element; negative values drop elements.
  public var lowPadding: [Int]
  /// Zeros after the last element; negative values drop elements.
  public var highPadding: [Int]
  /// Distance between input elements; 2 puts one zero between neighbours.
  public var inputDilation: [Int]
  /// Distance between kernel elements.
  public var kernelDilation: [Int]

  /// A window over `rank` spatial axes that moves by one, without padding or dilation.
  public init(rank: Int) {
    let ones = [Int](repeating: 1, count: rank)
    let zeros = [Int](repeating: 0, count: rank)
    strides = ones
    lowPadding = zeros
    highPadding = zeros
    inputDilation = ones
    kernelDilation = ones
  }

  /// The number of spatial axes.
  public var rank: Int { strides.count }

  /// The extent of the result along one spatial axis.
  public func outputExtent(axis: Int, input: Int, kernel: Int) -> Int {
    let dilatedInput = input == 0 ? 0 : (input - 1) * inputDilation[axis] + 1
    let dilatedKernel = kernel == 0 ? 0 : (kernel - 1) * kernelDilation[axis] + 1
    let padded = lowPadding[axis] + dilatedInput + highPadding[axis]
    return padded < dilatedKernel ? 0 : (padded - dilatedKernel) / strides[axis] + 1
  }
}
