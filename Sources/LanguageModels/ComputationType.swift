import Arrays
import Tensors

// In mixed precision parameters are float32 and the residual stream is bfloat16. The stream's type decides: a parameter
// is converted where it meets the stream, so that its gradient comes back in its own type and is added up in it.

extension ElementType {
  /// The type in which norms, softmax and losses of tensors of this type are computed.
  var accumulating: ElementType { wider ?? self }

  /// That type where it is another one.
  var wider: ElementType? { self == .bfloat16 ? .float32 : nil }
}

extension Tensor {
  /// What a function makes of the tensor in another type, in the tensor's own again.
  func computed(in type: ElementType, _ body: (Tensor) -> Tensor) -> Tensor {
    body(converted(to: type)).converted(to: elementType)
  }

  /// The product with a matrix, which is taken in this tensor's type.
  func projected(by matrix: Tensor, fileID: String = #fileID, line: Int = #line) -> Tensor {
    dot(matrix.converted(to: elementType), fileID: fileID, line: line)
  }
}
