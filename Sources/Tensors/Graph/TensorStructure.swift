import Arrays

/// A value made of tensors: a model's parameters, an optimizer's state, a batch.
///
/// Conformers are plain structs. One function lists their tensors by name in a stable order and lets
/// each be replaced; everything else (gradients, donation, checkpoints, growth) follows from it.
///
/// Laws, checked by the tests: two visits give the same names in the same order; names are unique;
/// replacing every tensor by itself changes nothing.
public protocol TensorStructure: Sendable {
  /// Visits every tensor by name, in a stable order, and lets it be replaced.
  ///
  /// - Parameter body: Given the dotted name, which is the checkpoint's name, and the tensor.
  mutating func forEachTensor(_ body: (_ name: String, _ tensor: inout Tensor) throws -> Void)
    rethrows
}

extension TensorStructure {
  /// The tensors' names in order.
  public var tensorNames: [String] {
    var names: [String] = []
    var copy = self
    copy.forEachTensor { name, _ in names.append(name) }
    return names
  }

  /// The tensors in order.
  public var tensors: [Tensor] {
    var tensors: [Tensor] = []
    var copy = self
    copy.forEachTensor { _, tensor in tensors.append(tensor) }
    return tensors
  }

  /// The same structure around other tensors.
  ///
  /// - Parameter tensors: One a tensor of this structure, in order.
  public func replacingTensors(with tensors: [Tensor]) -> Self {
    var copy = self
    var remaining = tensors[...]
    copy.forEachTensor { name, tensor in
      guard let next = remaining.popFirst() else {
        preconditionFailure("\(name) got no tensor: only \(tensors.count) were given")
      }
      tensor = next
    }
    precondition(remaining.isEmpty, "\(remaining.count) tensors were given that have no place")
    return copy
  }

  /// The same structure with each tensor transformed.
  public func mapTensors(_ transform: (_ name: String, _ tensor: Tensor) -> Tensor) -> Self {
    var copy = self
    copy.forEachTensor { name, tensor in tensor = transform(name, tensor) }
    return copy
  }
}

/// The gradient of a scalar with respect to every tensor of a structure.
///
/// - Parameters:
///   - loss: A floating-point scalar.
///   - structure: What to differentiate by.
///   - fileID: The caller's file.
///   - line: The caller's line.
/// - Returns: The structure with each tensor replaced by its gradient.
public func gradient<Structure: TensorStructure>(
  of loss: Tensor,
  withRespectTo structure: Structure,
  fileID: String = #fileID,
  line: Int = #line
) -> Structure {
  structure.replacingTensors(
    with: gradient(of: loss, withRespectTo: structure.tensors, fileID: fileID, line: line)
  )
}
