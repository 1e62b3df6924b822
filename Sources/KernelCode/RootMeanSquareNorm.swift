import KernelInterface

/// Divides each row by its root mean square and multiplies it by a gain, having added to it first.
///
/// Source: Zhang and Sennrich 2019, "Root Mean Square Layer Normalization", equation 4.
struct RootMeanSquareNorm {
  let rows: Int
  let width: Int
  let epsilon: Real

  /// Rows of a piece of work; the gain's gradient is summed within pieces, then over them, so that its
  /// order does not depend on who does which piece.
  static let pieceRows = 64

  var pieceCount: Int { (rows + Self.pieceRows - 1) / Self.pieceRows }

  private func rows(ofPiece piece: Int) -> Range<Int> {
    piece * Self.pieceRows..<min((piece + 1) * Self.pieceRows, rows)
  }

  /// Computes the norm.
  ///
  /// - Parameters:
  ///   - input: `[rows, width]`.
  ///   - update: `[rows, width]`, added to the input; nil adds nothing.
  ///   - gain: `[width]`.
  ///   - sum: `[rows, width]`, the input with the update; unused without one.
  ///   - result: `[rows, width]`.
  ///   - scales: `[rows]`, the inverse root mean squares.
  ///   - workers: Who works.
  func apply(
    _ input: ConstRealPointer,
    adding update: ConstRealPointer?,
    gain: ConstRealPointer,
    sum: RealPointer?,
    result: RealPointer,
    scales: RealPointer,
    workers: Workers
  ) {
    workers.forEach(pieceCount) { piece, _ in
      for row in rows(ofPiece: piece) {
        let offset = row * width
        var source = input + offset
        if let update, let sum {
          add(source, update + offset, into: sum + offset)
          source = ConstRealPointer(sum + offset)
        }
        let square = dot(source, source, count: width) / Real(width)
        let scale = 1 / (square + epsilon).squareRoot()
        scales[row] = scale
        let target = result + offset
        forEachVector(
          { (target + $0).vector = (source + $0).vector * scale * (gain + $0).vector },
          { target[$0] = source[$0] * scale * gain[$0] }
        )
      }
    }
  }

  /// Computes the norm's gradients.
  ///
  /// With `x̂` the scaled row and `g` the gradient times the gain, the input's is
  /// `scale · (g - x̂ · mean(g x̂))`, and the gain's the sum over the rows of the gradient times `x̂`.
  ///
  /// - Parameters:
  ///   - input: `[rows, width]`, what was scaled.
  ///   - gain: `[width]`.
  ///   - scales: `[rows]`.
  ///   - gradient: `[rows, width]`, by the result.
  ///   - passing: `[rows, width]`, by the input, from elsewhere; nil for none.
  ///   - inputGradient: `[rows, width]`.
  ///   - gainGradient: `[width]`.
  ///   - scratch: `[pieceCount, width]`.
  ///   - workers: Who works.
  func differentiate(
    _ input: ConstRealPointer,
    gain: ConstRealPointer,
    scales: ConstRealPointer,
    gradient: ConstRealPointer,
    passing: ConstRealPointer?,
    inputGradient: RealPointer,
    gainGradient: RealPointer,
    scratch: RealPointer,
    workers: Workers
  ) {
    workers.forEach(pieceCount) { piece, _ in
      let sums = scratch + piece * width
      sums.clear(width)
      for row in rows(ofPiece: piece) {
        let offset = row * width
        let (source, gradient) = (input + offset, gradient + offset)
        let scale = scales[row]
        let mean = weightedDot(source, gradient, gain) * scale / Real(width)
        let target = inputGradient + offset
        let passing = passing.map { $0 + offset }
        forEachVector(
          { place in
            let scaled = (source + place).vector * scale
            let own = (gradient + place).vector
            (sums + place).vector += own * scaled
            let change = (own * (gain + place).vector - scaled * mean) * scale
            (target + place).vector = passing.map { ($0 + place).vector + change } ?? change
          },
          { place in
            let scaled = source[place] * scale
            sums[place] += gradient[place] * scaled
            let change = (gradient[place] * gain[place] - scaled * mean) * scale
            target[place] = (passing?[place] ?? 0) + change
          }
        )
      }
    }
    gainGradient.clear(width)
    for piece in 0..<pieceCount {
      add(ConstRealPointer(gainGradient), scratch + piece * width, into: gainGradient)
    }
  }

  @inline(__always)
  private func forEachVector(_ vector: (Int) -> Void, _ single: (Int) -> Void) {
    let whole = width / laneCount * laneCount
    for place in stride(from: 0, to: whole, by: laneCount) { vector(place) }
    for place in whole..<width { single(place) }
  }

  @inline(__always)
  private func add(_ first: ConstRealPointer, _ second: ConstRealPointer, into sum: RealPointer) {
    forEachVector(
      { (sum + $0).vector = (first + $0).vector + (second + $0).vector },
      { sum[$0] = first[$0] + second[$0] }
    )
  }

  @inline(__always)
  private func weightedDot(
    _ first: ConstRealPointer,
    _ second: ConstRealPointer,
    _ weights: ConstRealPointer
  ) -> Real {
    var sum = Vector.zero
    var rest: Real = 0
    forEachVector(
      {
        sum = sum.addingProduct((first + $0).vector, (second + $0).vector * (weights + $0).vector)
      },
      { rest += first[$0] * second[$0] * weights[$0] }
    )
    return sum.sum() + rest
  }
}
