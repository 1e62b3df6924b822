/// A way to get a network to its full depth: an operator, applied until it is there, or a sequence of
/// operators.
///
/// Every ``GrowthOperator`` gives a method of its name; ``none`` is the one that does not grow.
public struct GrowthMethod: Sendable {
  /// The name recipes use, such as `midas`.
  public let name: String
  /// One line for a list of methods.
  public let summary: String
  /// Where the method comes from.
  public let reference: String
  /// The options that its operators go by.
  private let uses: Set<GrowthOption>
  private let course: Course

  /// What is applied at each growth.
  private enum Course: Sendable {
    case fullDepth
    case repeating(GrowthOperator)
    case sequence([SequencedGrowth])
  }

  /// The method that applies an operator.
  public init(_ growthOperator: GrowthOperator) {
    self.init(growthOperator.name, growthOperator, uses: growthOperator.uses)
  }

  /// The method that applies operators one after the other, each once.
  ///
  /// - Parameter operators: The operators; together they must lead to the full depth.
  /// - Returns: A method named ``sequenceName``.
  public static func sequence(_ operators: [GrowthOperator]) -> GrowthMethod {
    sequence(operators.map { SequencedGrowth($0) })
  }

  /// The method that does growths in depth and width one after the other, each once.
  ///
  /// - Parameter growths: The growths; together they must lead to the full depth and width.
  /// - Returns: A method named ``sequenceName``.
  public static func sequence(_ growths: [SequencedGrowth]) -> GrowthMethod {
    GrowthMethod(
      name: sequenceName,
      summary: growths.map(\.description).joined(separator: ", then "),
      reference: "",
      uses: growths.reduce(into: []) { $0.formUnion($1.growthOperator?.uses ?? []) },
      course: .sequence(growths)
    )
  }

  /// The method of a name that applies an operator.
  init(_ name: String, _ growthOperator: GrowthOperator, uses: Set<GrowthOption>) {
    self.init(
      name: name,
      summary: growthOperator.summary,
      reference: growthOperator.reference,
      uses: uses,
      course: .repeating(growthOperator)
    )
  }

  /// The name of every method that is a sequence.
  public static let sequenceName = "sequence"

  private init(
    name: String,
    summary: String,
    reference: String,
    uses: Set<GrowthOption> = [],
    course: Course
  ) {
    self.name = name
    self.summary = summary
    self.reference = reference
    self.uses = uses
    self.course = course
  }

  /// No growing: full depth from the first step on.
  ///
  /// It is the baseline of every comparison. The block size only names blocks in drawings, and is
  /// ignored where it does not divide the depth.
  public static let none = GrowthMethod(
    name: "none",
    summary: "full depth from the start",
    reference: "the baseline",
    course: .fullDepth
  )

  /// Checks that no option is set that none of the method's operators goes by.
  ///
  /// - Parameter options: What operators will be told.
  /// - Throws: ``GrowthError/unusedOption(_:name:)``; nothing for ``none``, which leaves all settings alone.
  public func check(_ options: GrowthOptions) throws(GrowthError) {
    if case .fullDepth = course { return }
    try options.check(usedBy: name, uses)
  }

  /// The plan for some settings: from the first depth until the final one is reached.
  ///
  /// - Parameter settings: Depth, block size, steps, schedule and policies.
  /// - Returns: A plan whose stages have exactly `settings.totalSteps` steps in all.
  /// - Throws: ``GrowthError`` for settings the method cannot follow, among them
  ///   ``GrowthError/depthNotReached(method:depth:firstDepth:nearest:)`` for a depth it passes over.
  public func plan(_ settings: GrowthSettings) throws(GrowthError) -> GrowthPlan {
    try settings.checkPositive()
    if case .fullDepth = course {
      return try GrowthPlan.fullDepth(
        layers: settings.finalDepth,
        steps: settings.totalSteps,
        blockSize: settings.finalDepth.isMultiple(of: settings.blockSize) ? settings.blockSize : 1,
        layerOrder: settings.finalLoop?.order
      )
    }
    let first = try firstDepth(settings)
    var settings = settings
    settings.firstSizes = settings.firstSizes ?? settings.finalSizes
    var steps: [GrowthStep] = []
    var (depth, order, gates): (Int, [Int]?, OutputGates?) = (first, settings.firstLoop?.order, nil)
    while let step = try step(after: steps.count, fromDepth: depth, order, settings) {
      try step.checkGates(following: gates)
      let unties = order != nil && step.layerOrder == nil && step.depth == depth
      let changes = step.depth > depth || step.widening != nil || step.gates == .folded
      guard changes || unties, step.depth <= settings.finalDepth
      else {
        throw notReached(settings, first, nearest: [depth, step.depth])
      }
      steps.append(step)
      (depth, order) = (step.depth, step.layerOrder)
      gates = step.outputGates(following: gates)
    }
    guard depth == settings.finalDepth else { throw notReached(settings, first, nearest: [depth]) }
    if let loop = settings.finalLoop, loop.order != order {
      throw .loopNotReached(method: name, found: order, expected: loop.order)
    }
    // Layers that stand still do so until the last stage, which trains everything.
    if settings.learningRate == .freezeOld, let last = steps.indices.last {
      steps[last] = try steps[last].with(learningRate: .global)
    }
    let plan = try GrowthPlan(method: name, settings: settings, firstDepth: first, growths: steps)
    try checkSizes(of: plan, settings)
    return plan
  }

  /// Checks that the growths lead to the final width.
  private func checkSizes(of plan: GrowthPlan, _ settings: GrowthSettings) throws(GrowthError) {
    let found = plan.sizes(inStage: plan.stages.count - 1) ?? settings.firstSizes
    guard let found, let expected = settings.finalSizes, found != expected else { return }
    // What is too large already is named as such.
    try expected.checkGrowing(from: found)
    throw .sizesNotReached(found: "\(found)", expected: "\(expected)")
  }

  /// The growth after so many, or nil at the end.
  private func step(
    after count: Int,
    fromDepth depth: Int,
    _ order: [Int]?,
    _ settings: GrowthSettings
  ) throws(GrowthError) -> GrowthStep? {
    func step(_ growthOperator: GrowthOperator) throws(GrowthError) -> GrowthStep {
      try growthOperator.step(
        fromDepth: depth,
        layerOrder: order,
        blockSize: settings.blockSize,
        targetDepth: settings.finalDepth,
        options: settings.options,
        optimizerState: settings.optimizerState,
        learningRate: settings.learningRate
      )
    }
    switch course {
    case .fullDepth: return nil
    case .sequence(let growths):
      guard count < growths.count else { return nil }
      let widening = growths[count].widening(settings)
      if let growthOperator = growths[count].growthOperator {
        return try step(growthOperator).widened(by: widening)
      }
      return try widening.map { widening throws(GrowthError) in
        try GrowthStep(
          widening: widening,
          storedLayers: LayerTying.storedLayers(order, depth: depth),
          layerOrder: order,
          optimizerState: settings.optimizerState,
          learningRate: settings.learningRate
        )
      }
    case .repeating(let growthOperator):
      return depth < settings.finalDepth ? try step(growthOperator) : nil
    }
  }

  private func firstDepth(_ settings: GrowthSettings) throws(GrowthError) -> Int {
    if let depth = settings.firstLoop?.depth ?? settings.firstDepth { return depth }
    let options = settings.options
    // Each bounded first, so that the sum cannot overflow.
    for count in [settings.blockSize, options.protectedFirst, options.protectedLast]
    where count > GrowthPlan.depthLimit {
      throw .tooDeep(limit: GrowthPlan.depthLimit)
    }
    return settings.blockSize + options.protectedFirst + options.protectedLast
  }

  private func notReached(
    _ settings: GrowthSettings,
    _ first: Int,
    nearest: [Int]
  ) -> GrowthError {
    .depthNotReached(
      method: name,
      depth: settings.finalDepth,
      firstDepth: first,
      nearest: nearest.filter { $0 <= GrowthPlan.depthLimit }
    )
  }

  /// Every method, in the order lists show them.
  public static let all: [GrowthMethod] = [.none] + GrowthOperator.all.map(GrowthMethod.init)

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
