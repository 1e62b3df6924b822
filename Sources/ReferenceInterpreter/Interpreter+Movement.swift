import Arrays
import StableHLO

extension Interpreter {
  func broadcast(_ operand: Value, _ type: TensorType, _ axes: [Int]) -> Value {
    Value(type) { index in
      operand[axes.indices.map { operand.shape[$0] == 1 ? 0 : index[axes[$0]] }]
    }
  }

  func transpose(_ operand: Value, _ type: TensorType, _ permutation: [Int]) -> Value {
    Value(type) { index in
      var source = index
      for (axis, from) in permutation.enumerated() { source[from] = index[axis] }
      return operand[source]
    }
  }

  func slice(_ operand: Value, _ type: TensorType, _ starts: [Int], _ strides: [Int]) -> Value {
    Value(type) { index in
      operand[index.indices.map { starts[$0] + index[$0] * strides[$0] }]
    }
  }

  func concatenate(_ operands: [Value], _ type: TensorType, _ axis: Int) -> Value {
    Value(type) { index in
      var source = index
      for operand in operands {
        if source[axis] < operand.shape[axis] { return operand[source] }
        source[axis] -= operand.shape[axis]
      }
      preconditionFailure("\(index) lies in none of the joined operands")
    }
  }

  func pad(_ operands: [Value], _ type: TensorType, _ low: [Int], _ interior: [Int]) -> Value {
    let (operand, filling) = (operands[0], operands[1].elements[0])
    return Value(type) { index in
      let spread = index.indices.map { index[$0] - low[$0] }
      guard spread.indices.allSatisfy({ spread[$0] % (interior[$0] + 1) == 0 }) else {
        return filling
      }
      let source = spread.indices.map { spread[$0] / (interior[$0] + 1) }
      return operand.shape.contains(source) ? operand[source] : filling
    }
  }

  func reverse(_ operand: Value, _ axes: [Int]) -> Value {
    Value(operand.type) { index in
      var source = index
      for axis in axes { source[axis] = operand.shape[axis] - 1 - index[axis] }
      return operand[source]
    }
  }
}
