import Arrays
import StableHLO

/// The first mistake of a traced function.
public enum TraceError: Error, Hashable, CustomStringConvertible {
  /// An operation was given operands that it cannot take.
  case shape(ShapeError, site: SourceSite)
  /// A gradient was asked for through an operation that has none.
  case notDifferentiable(operation: String, advice: String, site: SourceSite)
  /// A gradient was asked for of something that is not a floating-point scalar.
  case notAScalar(TensorType, site: SourceSite)
  /// A tensor of a loop's body or of another function was used where it does not exist.
  case outOfScope(TensorType, site: SourceSite)
  /// A loop's body gave back other types than it was given, or another number of tensors.
  case loopStateChanged(expected: [TensorType], found: [TensorType], site: SourceSite)

  /// One sentence that names the user's line.
  public var description: String {
    switch self {
    case .shape(let error, let site):
      "\(site): \(error)"
    case .notDifferentiable(let operation, let advice, let site):
      "\(site): \(operation) is not differentiable; \(advice)"
    case .notAScalar(let type, let site):
      "\(site): gradient: needs a floating-point scalar; got \(type)"
    case .outOfScope(let type, let site):
      "\(site): a \(type) of one loop body or function is used in another; pass it on as a result"
    case .loopStateChanged(let expected, let found, let site):
      "\(site): loop: the body needs to give back \(expected); got \(found)"
    }
  }
}
