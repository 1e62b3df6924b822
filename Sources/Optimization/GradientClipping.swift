import Tensors

/// Scales all gradients so that their common norm does not exceed a limit.
///
/// Source: Pascanu et al. 2013, algorithm 1; the small number added to the norm is PyTorch's.
///
/// - Parameters:
///   - gradients: The gradients.
///   - limit: The largest norm; 0 clips nothing.
/// - Returns: The scaled gradients, and the norm before scaling.
public func clipped<Parameters: TensorStructure>(
  _ gradients: Parameters,
  toNorm limit: Double
) -> (gradients: Parameters, norm: Tensor) {
  let squares = gradients.tensors.map { ($0 * $0).sum() }
  let norm = squares.dropFirst().reduce(squares[0], +).squareRoot()
  guard limit > 0 else { return (gradients, norm) }
  let one = Tensor(1, norm.elementType)
  let scale = (limit / (norm + 1e-6)).minimum(one)
  return (gradients.mapTensors { _, gradient in gradient * scale }, norm)
}
