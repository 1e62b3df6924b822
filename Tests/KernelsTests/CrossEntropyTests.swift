import Arrays
import KernelInterface
import Kernels
import Tensors
import Testing

/// Cross-entropy and its gradient against all logits at once.
@Suite(.needsKernels) struct CrossEntropyTests {
  static func entropy(
    _ shape: CrossEntropyShape,
    withGradients: Bool = true,
    _ draw: inout Draw
  ) -> KernelCase {
    let projection: Shape =
      shape.projectionIsTransposed
      ? [shape.classes, shape.width] : [shape.width, shape.classes]
    let weights = draw.normals([shape.tokens]).values(as: Float.self).map {
      draw.chance(20) ? 0 : $0
    }
    let inputs = [
      draw.normals([shape.tokens, shape.width]), draw.normals(projection),
      draw.integers([shape.tokens], 0...shape.classes - 1), HostArray(weights),
      draw.normals([]),
    ]
    return KernelCase(name: "\(shape)", inputs: inputs) { library, inputs in
      let total =
        library?.crossEntropy(
          hidden: inputs[0],
          projection: inputs[1],
          projectionIsTransposed: shape.projectionIsTransposed,
          targets: inputs[2],
          weights: inputs[3],
          withGradients: withGradients
        )
        ?? crossEntropyTwin(
          hidden: inputs[0],
          projection: inputs[1],
          projectionIsTransposed: shape.projectionIsTransposed,
          targets: inputs[2],
          weights: inputs[3]
        )
      guard withGradients else { return [[total]] }
      return differentiated([total], [inputs[4]], by: [[inputs[0]], [inputs[1]]])
    }
  }

  @Test("Cross-entropy over few tokens is the twin's", arguments: [false, true])
  func fewTokens(projectionIsTransposed: Bool) throws {
    var draw = Draw("few tokens")
    let cases = (0..<28).map { index in
      Self.entropy(
        CrossEntropyShape(
          tokens: index < 3 ? index + 1 : draw.integer(1...90),
          width: draw.integer(1...70),
          classes: index < 3 ? index + 1 : draw.integer(2...300),
          projectionIsTransposed: projectionIsTransposed
        ),
        withGradients: index % 4 != 3,
        &draw
      )
    }
    try check("few_tokens", cases)
  }

  @Test("Cross-entropy over several chunks of tokens is the twin's", arguments: [false, true])
  func severalChunks(projectionIsTransposed: Bool) throws {
    var draw = Draw("several chunks")
    let sizes = [(1025, 5, 33), (2100, 17, 20), (100, 6, 44_001)]
    let cases = sizes.flatMap { tokens, width, classes in
      [true, false].map { withGradients in
        Self.entropy(
          CrossEntropyShape(
            tokens: tokens,
            width: width,
            classes: classes,
            projectionIsTransposed: projectionIsTransposed
          ),
          withGradients: withGradients,
          &draw
        )
      }
    }
    try check("several_chunks", cases)
  }
}
