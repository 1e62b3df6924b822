import Arrays
import KernelInterface
import Kernels
import StableHLO
import Tensors
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Attention and its gradient against all scores at once.
@Suite(.needsKernels) struct AttentionTests {
  /// How the documents of a row are numbered.
  enum Documents: CaseIterable {
    /// All tokens see each other.
    case none
    /// One after the other, as a corpus packs them.
    case packed
    /// Any token of any of a few documents, with numbers that are no indices.
    case mixed
  }

  static func angles(_ length: Int, _ headSize: Int) -> (cosines: HostArray, sines: HostArray) {
    let shape: Shape = [length, headSize / 2]
    let angles = (0..<shape.elementCount).map { place in
      Float(place / shape[1]) * exp(-Float(place % shape[1]) / Float(shape[1]) * 6)
    }
    return (HostArray(angles.map(cos), shape: shape), HostArray(angles.map(sin), shape: shape))
  }

  static func numbers(_ shape: AttentionShape, _ documents: Documents, _ draw: inout Draw)
    -> HostArray?
  {
    let whole: Shape = [shape.batch, shape.length]
    switch documents {
    case .none: return nil
    case .mixed: return draw.integers(whole, -1...1)
    case .packed:
      var number = 0
      let numbers = (0..<whole.elementCount).map { place in
        if place % shape.length == 0 { number = draw.integer(0...3) }
        if draw.chance(max(2, 300 / shape.length)) { number += 1 }
        return Int32(number)
      }
      return HostArray(numbers, shape: whole)
    }
  }

  static func attention(
    _ shape: AttentionShape,
    _ documents: Documents,
    prefixLengths: [Int]? = nil,
    _ draw: inout Draw
  ) -> KernelCase {
    let queries: Shape = [shape.batch, shape.length, shape.headCount, shape.headSize]
    let keys: Shape = [shape.batch, shape.length, shape.keyHeadCount, shape.headSize]
    let (cosines, sines) = angles(shape.length, shape.headSize)
    let numbers = numbers(shape, documents, &draw)
    let inputs = [
      draw.normals(queries), draw.normals(keys), draw.normals(keys), draw.normals(queries), cosines,
      sines,
    ]
    let prefixes = prefixLengths.map { HostArray($0.map(Int32.init), shape: [shape.batch]) }
    return KernelCase(
      name: "\(shape), \(documents), prefixes \(prefixLengths ?? [])",
      inputs: inputs + [numbers, prefixes].compactMap { $0 }
    ) { library, inputs in
      let operands = AttentionOperands(
        queries: inputs[0],
        keys: inputs[1],
        values: inputs[2],
        cosines: inputs[4],
        sines: inputs[5],
        documents: numbers == nil ? nil : inputs[6],
        prefixLengths: prefixes == nil ? nil : inputs.last
      )
      let result = library?.attention(operands) ?? attentionTwin(operands)
      // The gradients by queries and keys are what is left of terms of the size of the values'.
      return differentiated([result], [inputs[3]], by: [Array(inputs.prefix(3))])
    }
  }

  static func shape(
    _ batch: Int,
    _ length: Int,
    heads: Int,
    keyHeads: Int,
    size: Int
  ) -> AttentionShape {
    AttentionShape(
      batch: batch,
      length: length,
      headCount: heads,
      keyHeadCount: keyHeads,
      headSize: size,
      separatesDocuments: false
    )
  }

  @Test("Attention over short rows is the twin's", arguments: Documents.allCases)
  func shortRows(_ documents: Documents) throws {
    var draw = Draw("short rows, \(documents)")
    let cases = (0..<24).map { index in
      let keyHeads = draw.pick([1, 1, 2, 3])
      let size = draw.pick([2, 4, 6, 8, 14, 16, 20, 32, 34, 48, 64, 66, 96, 128])
      return Self.attention(
        Self.shape(
          draw.integer(1...3),
          index < 3 ? index + 1 : draw.integer(1...90),
          heads: keyHeads * draw.pick([1, 2, 4]),
          keyHeads: keyHeads,
          size: size
        ),
        documents,
        &draw
      )
    }
    try check("short_rows_\(documents)", cases)
  }

  @Test("Attention over several blocks is the twin's", arguments: Documents.allCases)
  func longRows(_ documents: Documents) throws {
    var draw = Draw("long rows, \(documents)")
    let lengths = [144, 191, 192, 193, 255, 389, 601]
    let cases = lengths.map { length in
      let groups = draw.pick([1, 2, 4])
      return Self.attention(
        Self.shape(
          length < 200 ? 2 : 1,
          length,
          heads: groups,
          keyHeads: 1,
          size: draw.pick([2, 8, 18, 32, 64])
        ),
        documents,
        &draw
      )
    }
    try check("long_rows_\(documents)", cases)
  }

  @Test("Attention with prefixes is the twin's", arguments: Documents.allCases)
  func prefixes(_ documents: Documents) throws {
    var draw = Draw("prefixes, \(documents)")
    let cases = [1, 2, 31, 64, 73, 90, 192, 193, 256, 401].map { length in
      let batch = length < 100 ? 3 : 2
      let keyHeads = draw.pick([1, 2])
      return Self.attention(
        Self.shape(
          batch,
          length,
          heads: keyHeads * draw.pick([1, 2]),
          keyHeads: keyHeads,
          size: draw.pick([2, 8, 18, 32, 64])
        ),
        documents,
        // No prefix, the whole row and beyond, and something between.
        prefixLengths: (0..<batch).map { _ in
          draw.pick([0, length, length + 5, draw.integer(0...length), draw.integer(0...length)])
        },
        &draw
      )
    }
    try check("prefixes_\(documents)", cases)
  }
}

extension KernelLibrary {
  /// Attention by the operands the twin takes.
  func attention(_ operands: AttentionOperands) -> Tensor {
    attention(
      queries: operands.queries,
      keys: operands.keys,
      values: operands.values,
      cosines: operands.cosines,
      sines: operands.sines,
      documents: operands.documents,
      prefixLengths: operands.prefixLengths
    )
  }
}
