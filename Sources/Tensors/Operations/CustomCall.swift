import Arrays
import StableHLO

/// The gradient of a custom call: from its operands, its results and the cotangents of its results
/// to the cotangents of its operands, nil where there is none.
public typealias CustomGradient =
  @Sendable (_ operands: [Tensor], _ results: [Tensor], _ cotangents: [Tensor]) -> [Tensor?]

extension Tensor {
  /// Calls a function that was registered with the plugin.
  ///
  /// - Parameters:
  ///   - target: The name, the attributes and the results' types.
  ///   - operands: What it is given.
  ///   - gradient: How cotangents flow back; without one, asking for a gradient is an error.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: One tensor a result type of the target.
  public static func customCall(
    _ target: CustomCallTarget,
    _ operands: [Tensor],
    gradient: CustomGradient? = nil,
    fileID: String = #fileID,
    line: Int = #line
  ) -> [Tensor] {
    let site = SourceSite(fileID: fileID, line: line)
    return make(.customCall(target, gradient: gradient), operands, site: site) { _ in
      target.resultTypes
    }
    .spread(over: target.resultTypes.count)
  }
}
