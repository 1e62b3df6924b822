import KernelInterface

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The weighted sum of the negative log-likelihoods of targets, and its gradients.
///
/// The logits, hidden states times the projection, exist for a chunk of tokens at a time. With
/// gradients, a chunk's logits are turned into the gradient by them where they lie, and multiplied by the
/// projection and by the hidden states before the next chunk begins. So the gradients cost two
/// products beside the one for the logits, none of which is done twice.
struct CrossEntropy {
  let shape: CrossEntropyShape
  /// `[tokens, width]`.
  let hidden: ConstRealPointer
  /// `[width, classes]`, or `[classes, width]` where the shape says so.
  let projection: ConstRealPointer
  /// `[tokens]`, each in `0..<classes`.
  let targets: UnsafePointer<Int32>
  /// `[tokens]`, the factor of each token's loss.
  let weights: ConstRealPointer

  /// Where the gradients go.
  struct Gradients {
    /// `[tokens, width]`.
    let hidden: RealPointer
    /// As the projection.
    let projection: RealPointer
  }

  /// Where the parts of the scratch memory begin.
  struct Plan {
    let chunk: Int
    let losses: Int
    let logits: Int
    let products: Int
    let count: Int

    init(_ shape: CrossEntropyShape, withGradients: Bool, workers: Int) {
      // 16 MB of logits, so that they stay in the last cache between the products.
      let rows = (4 << 20) / shape.classes
      chunk = min(shape.tokens, max(96, min(rows, 1024)))
      var plan = ScratchPlan()
      losses = plan.reserve(shape.tokens)
      logits = plan.reserve(chunk * shape.classes)
      var steps = [Self.logitsProduct(shape, rows: chunk)]
      if withGradients {
        steps += [
          Self.hiddenProduct(shape, rows: chunk), Self.projectionProduct(shape, rows: chunk),
        ]
      }
      products = plan.reserve(steps.map { $0.scratchCount(workers: workers) }.max() ?? 0)
      count = plan.count
    }

    static func logitsProduct(_ shape: CrossEntropyShape, rows: Int) -> MatrixProduct {
      MatrixProduct(
        rows: rows,
        columns: shape.classes,
        depth: shape.width
      )
    }

    static func hiddenProduct(_ shape: CrossEntropyShape, rows: Int) -> MatrixProduct {
      MatrixProduct(
        rows: rows,
        columns: shape.width,
        depth: shape.classes
      )
    }

    static func projectionProduct(_ shape: CrossEntropyShape, rows: Int) -> MatrixProduct {
      MatrixProduct(
        rows: shape.projectionIsTransposed ? shape.classes : shape.width,
        columns: shape.projectionIsTransposed ? shape.width : shape.classes,
        depth: rows
      )
    }
  }

  /// Computes the sum and, where asked, its gradients.
  ///
  /// - Returns: The weighted sum of the losses; NaN if a target is no class.
  func run(_ gradients: Gradients?, scratch: RealPointer, workers: Workers) -> Real {
    let plan = Plan(shape, withGradients: gradients != nil, workers: workers.count)
    let (losses, logits) = (scratch + plan.losses, scratch + plan.logits)
    let products = scratch + plan.products
    for first in stride(from: 0, to: shape.tokens, by: plan.chunk) {
      let rows = min(plan.chunk, shape.tokens - first)
      Plan.logitsProduct(shape, rows: rows).multiply(
        hiddenRows(from: first),
        projectionColumns,
        into: logits,
        resultStride: shape.classes,
        accumulating: false,
        scratch: products,
        workers: workers
      )
      workers.forEach(rows) { row, _ in
        losses[first + row] = compare(
          logits + row * shape.classes,
          token: first + row,
          keepingGradient: gradients != nil
        )
      }
      guard let gradients else { continue }
      Plan.hiddenProduct(shape, rows: rows).multiply(
        LeftRows(start: logits, rowStride: shape.classes, depthStride: 1),
        projectionRows,
        into: gradients.hidden + first * shape.width,
        resultStride: shape.width,
        accumulating: false,
        scratch: products,
        workers: workers
      )
      addProjectionGradient(
        gradients.projection,
        logits,
        from: first,
        rows: rows,
        scratch: products,
        workers: workers
      )
    }
    var sum = 0.0
    for token in 0..<shape.tokens { sum += Double(losses[token]) }
    return Real(sum)
  }

  private func hiddenRows(from first: Int) -> LeftRows {
    LeftRows(start: hidden + first * shape.width, rowStride: shape.width, depthStride: 1)
  }

  /// The projection with the width as depth.
  private var projectionColumns: RightColumns {
    RightColumns(
      start: projection,
      depthStride: shape.projectionIsTransposed ? 1 : shape.classes,
      columnStride: shape.projectionIsTransposed ? shape.width : 1
    )
  }

  /// The projection with the classes as depth.
  private var projectionRows: RightColumns {
    RightColumns(
      start: projection,
      depthStride: shape.projectionIsTransposed ? shape.width : 1,
      columnStride: shape.projectionIsTransposed ? 1 : shape.classes
    )
  }

  private func addProjectionGradient(
    _ result: RealPointer,
    _ logitGradients: RealPointer,
    from first: Int,
    rows: Int,
    scratch: RealPointer,
    workers: Workers
  ) {
    let hiddenStart = hidden + first * shape.width
    let left =
      shape.projectionIsTransposed
      ? LeftRows(start: logitGradients, rowStride: 1, depthStride: shape.classes)
      : LeftRows(start: hiddenStart, rowStride: 1, depthStride: shape.width)
    let right =
      shape.projectionIsTransposed
      ? RightColumns(start: hiddenStart, depthStride: shape.width, columnStride: 1)
      : RightColumns(start: logitGradients, depthStride: shape.classes, columnStride: 1)
    let product = Plan.projectionProduct(shape, rows: rows)
    product.multiply(
      left,
      right,
      into: result,
      resultStride: product.columns,
      accumulating: first > 0,
      scratch: scratch,
      workers: workers
    )
  }

  /// A token's weighted loss; its logits become the gradient by them when that is kept.
  private func compare(_ logits: RealPointer, token: Int, keepingGradient: Bool) -> Real {
    let (classes, weight) = (shape.classes, weights[token])
    let target = Int(targets[token])
    guard 0 <= target, target < classes else {
      if keepingGradient { logits.update(repeating: .nan, count: classes) }
      return .nan
    }
    let targetLogit = logits[target]
    let maximum = greatestElement(logits, classes)
    let total = exponentiate(logits, classes, minus: maximum)
    if keepingGradient {
      scale(logits, classes, by: weight / total)
      logits[target] -= weight
    }
    return weight * (maximum + log(total) - targetLogit)
  }

  @inline(__always)
  private func scale(_ values: RealPointer, _ count: Int, by factor: Real) {
    let whole = count / laneCount * laneCount
    for place in stride(from: 0, to: whole, by: laneCount) {
      (values + place).vector *= factor
    }
    for place in whole..<count { values[place] *= factor }
  }
}
