/// A way to grow a network: a name and a function from settings to a plan.
///
/// Each method lives in a file of its own under `Methods` and is listed in ``all``, which is what the
/// command line and recipes know.
public struct GrowthMethod: Sendable {
  /// The name recipes use, such as `midas`.
  public let name: String
  /// One line for a list of methods.
  public let summary: String
  /// Where the method comes from.
  public let reference: String

  private let makePlan: @Sendable (GrowthSettings) throws(GrowthError) -> GrowthPlan

  /// Creates a method.
  ///
  /// - Parameters:
  ///   - name: The name recipes use.
  ///   - summary: One line for a list of methods.
  ///   - reference: Where the method comes from.
  ///   - makePlan: Makes the plan; it checks the settings it needs.
  public init(
    name: String,
    summary: String,
    reference: String,
    makePlan: @escaping @Sendable (GrowthSettings) throws(GrowthError) -> GrowthPlan
  ) {
    self.name = name
    self.summary = summary
    self.reference = reference
    self.makePlan = makePlan
  }

  /// The plan for some settings.
  ///
  /// - Parameter settings: Depth, block size, steps, schedule and optimizer policy.
  /// - Returns: A plan whose stages have exactly `settings.totalSteps` steps in all.
  /// - Throws: ``GrowthError`` for settings the method cannot follow.
  public func plan(_ settings: GrowthSettings) throws(GrowthError) -> GrowthPlan {
    try makePlan(settings)
  }

  /// Every method, in the order lists show them.
  public static let all: [GrowthMethod] = [.none, .midas, .gradStack, .fullStacking, .randomBlocks]

  /// The method of a name.
  ///
  /// - Parameter name: A name such as `midas`.
  /// - Returns: The method.
  /// - Throws: ``GrowthError/unknownMethod(name:known:)``.
  public static func named(_ name: String) throws(GrowthError) -> GrowthMethod {
    guard let method = all.first(where: { $0.name == name }) else {
      throw .unknownMethod(name: name, known: all.map(\.name))
    }
    return method
  }
}
