import Arrays

extension ShapeInference {
  func unary(_ function: UnaryFunction) throws(ShapeError) -> TensorType {
    try requireOperands(1)
    try require(
      function.accepts(operands[0].elementType),
      "does not take \(operands[0].elementType)"
    )
    return function == .isFinite ? TensorType(.bool, operands[0].shape) : operands[0]
  }

  func binary(_ function: BinaryFunction) throws(ShapeError) -> TensorType {
    try requireSameTypes(2)
    try require(
      function.accepts(operands[0].elementType),
      "does not take \(operands[0].elementType)"
    )
    return operands[0]
  }

  func compare() throws(ShapeError) -> TensorType {
    try requireSameTypes(2)
    return TensorType(.bool, operands[0].shape)
  }

  func select() throws(ShapeError) -> TensorType {
    try requireOperands(3)
    try require(operands[0].elementType == .bool, "the condition is not bool")
    try require(
      operands[0].shape == operands[1].shape && operands[1] == operands[2],
      "the condition and both choices need one shape, the choices one type"
    )
    return operands[1]
  }

  func clamp() throws(ShapeError) -> TensorType {
    try requireSameTypes(3)
    try require(operands[0].elementType != .bool, "does not take bool")
    return operands[1]
  }

  func bitcast(_ elementType: ElementType) throws(ShapeError) -> TensorType {
    try requireOperands(1)
    try require(
      elementType.byteCount == operands[0].elementType.byteCount && elementType != .bool
        && operands[0].elementType != .bool,
      "\(elementType) and \(operands[0].elementType) differ in size"
    )
    return TensorType(elementType, operands[0].shape)
  }

  private func requireSameTypes(_ count: Int) throws(ShapeError) {
    try requireOperands(count)
    try require(
      operands.allSatisfy { $0.elementType == operands[0].elementType },
      "the element types differ"
    )
    try require(operands.allSatisfy { $0.shape == operands[0].shape }, "the shapes differ")
  }
}
