import KernelInterface

typealias CodePointer = UnsafePointer<UInt8>

/// Products with a matrix whose elements are held in 8 bits.
///
/// With few rows the matrix is read once from memory, which takes longest, so a quarter of the bytes is a quarter of the
/// time; codes become real numbers in registers.
struct QuantizedProduct {
  let rows: Int
  let matrix: QuantizedMatrixShape

  /// Columns that are worked out together, so that rows are read once for all of them.
  static let groupColumns = 4
  /// Codes of a piece of work: below that, threads cost more than they save.
  static let pieceCodes = 1 << 16

  /// The elements of scratch memory: the rows, filled up to whole blocks.
  var scratchCount: Int { rows * matrix.paddedDepth }

  private var groupsOfPiece: Int {
    max(1, Self.pieceCodes / (Self.groupColumns * matrix.paddedDepth))
  }

  /// Multiplies.
  ///
  /// - Parameters:
  ///   - input: `[rows, depth]`.
  ///   - codes: `[columns, paddedDepth]`.
  ///   - scales: `[columns, blockCount]`.
  ///   - result: `[rows, columns]`.
  ///   - scratch: As many elements as ``scratchCount``.
  ///   - workers: Who works.
  func multiply(
    _ input: ConstRealPointer,
    codes: CodePointer,
    scales: ConstRealPointer,
    into result: RealPointer,
    scratch: RealPointer,
    workers: Workers
  ) {
    let (depth, padded) = (matrix.depth, matrix.paddedDepth)
    for row in 0..<rows {
      (scratch + row * padded).update(from: input + row * depth, count: depth)
      (scratch + row * padded + depth).clear(padded - depth)
    }
    let groupCount = (matrix.columns + Self.groupColumns - 1) / Self.groupColumns
    workers.forEach((groupCount + groupsOfPiece - 1) / groupsOfPiece) { piece, _ in
      for group in piece * groupsOfPiece..<min((piece + 1) * groupsOfPiece, groupCount) {
        for row in 0..<rows {
          multiplyGroup(
            group * Self.groupColumns,
            ConstRealPointer(scratch + row * padded),
            codes,
            scales,
            result + row * matrix.columns
          )
        }
      }
    }
  }

  /// Four columns of one row; where fewer are left, the last one is worked out several times.
  @inline(__always)
  private func multiplyGroup(
    _ first: Int,
    _ row: ConstRealPointer,
    _ codes: CodePointer,
    _ scales: ConstRealPointer,
    _ result: RealPointer
  ) {
    let last = matrix.columns - 1
    let (a, b, c, d) = (first, min(first + 1, last), min(first + 2, last), min(first + 3, last))
    let (blocks, padded) = (matrix.blockCount, matrix.paddedDepth)
    let (codesA, codesB) = (codes + a * padded, codes + b * padded)
    let (codesC, codesD) = (codes + c * padded, codes + d * padded)
    var (sumA, sumB, sumC, sumD) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    for block in 0..<blocks {
      var (partA, partB, partC, partD) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      let start = block * QuantizedMatrixShape.blockSize
      for place in stride(
        from: start,
        to: start + QuantizedMatrixShape.blockSize,
        by: laneCount
      ) {
        let values = (row + place).vector
        partA = partA.addingProduct(values, (codesA + place).codes)
        partB = partB.addingProduct(values, (codesB + place).codes)
        partC = partC.addingProduct(values, (codesC + place).codes)
        partD = partD.addingProduct(values, (codesD + place).codes)
      }
      sumA = sumA.addingProduct(partA, Vector(repeating: scales[a * blocks + block]))
      sumB = sumB.addingProduct(partB, Vector(repeating: scales[b * blocks + block]))
      sumC = sumC.addingProduct(partC, Vector(repeating: scales[c * blocks + block]))
      sumD = sumD.addingProduct(partD, Vector(repeating: scales[d * blocks + block]))
    }
    result[a] = sumA.sum()
    result[b] = sumB.sum()
    result[c] = sumC.sum()
    result[d] = sumD.sum()
  }

  /// Writes the matrix out as `[depth, columns]`.
  func expand(
    codes: CodePointer,
    scales: ConstRealPointer,
    into result: RealPointer,
    workers: Workers
  ) {
    let (columns, blocks, padded) = (matrix.columns, matrix.blockCount, matrix.paddedDepth)
    workers.forEach(blocks) { block, _ in
      let start = block * QuantizedMatrixShape.blockSize
      for place in start..<min(start + QuantizedMatrixShape.blockSize, matrix.depth) {
        for column in 0..<columns {
          let code = Int8(bitPattern: codes[column * padded + place])
          result[place * columns + column] = Real(code) * scales[column * blocks + block]
        }
      }
    }
  }
}

extension CodePointer {
  /// The whole numbers that start here, as real ones.
  ///
  /// The standard library's conversion of vectors is a call; lane by lane the compiler makes two instructions of it.
  @inline(__always) fileprivate var codes: Vector {
    let codes = UnsafeRawPointer(self).loadUnaligned(as: CodeVector.self)
    var values = Vector()
    for lane in 0..<laneCount { values[lane] = Real(codes[lane]) }
    return values
  }
}
