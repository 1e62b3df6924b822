/// A way to make a network deeper once: from a depth to a ``GrowthStep``.
///
/// Each operator lives in a file of ``Operators`` and is listed in ``all``, which is what recipes, plans
/// and the command line know. An operator is a value, so a new one needs no registration:
///
///     let odd = GrowthOperator(
///       name: "odd", summary: "copies layer 1 on top", reference: "mine", preservation: .changed
///     ) { site throws(GrowthError) in
///       try site.inserting([.copy(of: 1)], at: site.depth)
///     }
///     let step = try odd.step(fromDepth: 4, blockSize: 1)   // [0 1 2 3 1]
///
/// Operators see the layers between the protected first and last ones only, counted from 0.
public struct GrowthOperator: Sendable {
  /// The name recipes use, such as `midas`.
  public let name: String
  /// What it does, in one line.
  public let summary: String
  /// Where it comes from.
  public let reference: String
  /// Whether the grown network computes the same function.
  public let preservation: FunctionPreservation

  /// The fewest layers, between the protected ones, that it can grow from: 0 where it copies none.
  public let minimumDepth: Int
  /// Whether new layers have output gates.
  public let setsGates: Bool

  private let making: Making

  /// What an operator works on.
  private enum Making: Sendable {
    /// The layers between the protected ones.
    case layers(@Sendable (GrowthSite) throws(GrowthError) -> GrowthStep)
    /// The order in which stored layers run.
    case order(@Sendable (TyingSite) throws(GrowthError) -> GrowthStep)
  }

  /// Creates an operator.
  ///
  /// - Parameters:
  ///   - name: The name recipes use.
  ///   - summary: What it does, in one line.
  ///   - reference: Where it comes from.
  ///   - preservation: Whether the grown network computes the same function.
  ///   - minimumDepth: The fewest layers that it can grow from.
  ///   - setsGates: Whether new layers have output gates.
  ///   - makeStep: Makes the growth; policies are filled in afterwards.
  public init(
    name: String,
    summary: String,
    reference: String,
    preservation: FunctionPreservation,
    minimumDepth: Int = 1,
    setsGates: Bool = false,
    makeStep: @escaping @Sendable (GrowthSite) throws(GrowthError) -> GrowthStep
  ) {
    self.name = name
    self.summary = summary
    self.reference = reference
    self.preservation = preservation
    self.minimumDepth = minimumDepth
    self.setsGates = setsGates
    making = .layers(makeStep)
  }

  /// Creates an operator on the network as it is stored, tied layers or not.
  ///
  /// - Parameters:
  ///   - name: The name recipes use.
  ///   - summary: What it does, in one line.
  ///   - reference: Where it comes from.
  ///   - preservation: Whether the grown network computes the same function.
  ///   - makeTiedStep: Makes the growth of the whole network; policies are filled in afterwards.
  public init(
    name: String,
    summary: String,
    reference: String,
    preservation: FunctionPreservation,
    makeTiedStep: @escaping @Sendable (TyingSite) throws(GrowthError) -> GrowthStep
  ) {
    self.name = name
    self.summary = summary
    self.reference = reference
    self.preservation = preservation
    minimumDepth = 1
    setsGates = false
    making = .order(makeTiedStep)
  }

  /// Whether the operator adds no layers with weights of their own: it ties layers, unties them or folds
  /// gates.
  public var worksOnTies: Bool {
    if case .order = making { true } else { false }
  }

  /// The growth from a depth.
  ///
  /// - Parameters:
  ///   - depth: How many layers there are, tied ones counted as often as they run.
  ///   - layerOrder: Which stored layer each of them runs, where some are tied; nil for each once.
  ///   - blockSize: How many neighbouring layers form a block.
  ///   - targetDepth: The depth to reach in the end; operators that go there at once need it.
  ///   - options: What else the operator is told.
  ///   - optimizerState: What happens to the optimizer's slots.
  ///   - learningRate: What happens to the learning rate.
  /// - Returns: A growth to more layers, or to as many that are not tied any more.
  /// - Throws: ``GrowthError`` for settings the operator cannot follow.
  public func step(
    fromDepth depth: Int,
    layerOrder: [Int]? = nil,
    blockSize: Int,
    targetDepth: Int? = nil,
    options: GrowthOptions = GrowthOptions(),
    optimizerState: OptimizerStatePolicy = .copy,
    learningRate: GrowthLearningRate = .global
  ) throws(GrowthError) -> GrowthStep {
    if let layerOrder { try LayerTying.check(layerOrder, depth: depth) }
    let makeStep: @Sendable (GrowthSite) throws(GrowthError) -> GrowthStep
    switch making {
    case .order(let makeTiedStep):
      let site = try TyingSite(
        operatorName: name,
        depth: depth,
        layerOrder: layerOrder,
        options: options
      )
      var step = try makeTiedStep(site)
      (step.optimizerState, step.learningRate) = (optimizerState, learningRate)
      return step
    case .layers(let make): makeStep = make
    }
    guard layerOrder == nil else { throw .tiedLayers(operatorName: name) }
    let site = try GrowthSite(
      operatorName: name,
      wholeDepth: depth,
      minimumDepth: minimumDepth,
      blockSize: blockSize,
      wholeTarget: targetDepth,
      options: options
    )
    let inner = try makeStep(site)
    return try site.wrapped(inner, optimizerState, learningRate)
  }

  /// Every operator, in the order lists show them.
  public static let all: [GrowthOperator] = [
    .midas, .gradStack, .fullStacking, .randomBlocks, .lidasInterposed, .lidasContiguous, .bottom,
    .copyAt, .copyTo, .interleave, .every, .spread, .solar, .reverse, .shift, .randomTop,
    .zeroOutputCopy, .zeroOutputRandom, .zeroOutputEvery, .zeroNormCopy, .scaledCopy, .halvedCopy,
    .noisyCopy, .averagedNeighbours, .linearMap, .learnedMap, .jumpRandom, .jumpCopy,
    .jumpZeroOutput, .loopUnroll, .untie, .fixedGate, .trainedGate, .annealedGate, .maskedRamp,
    .dropIn, .foldGates,
  ]

  /// The operator of a name.
  ///
  /// - Parameter name: A name such as `midas`.
  /// - Returns: The operator.
  /// - Throws: ``GrowthError/unknownMethod(name:known:)``.
  public static func named(_ name: String) throws(GrowthError) -> GrowthOperator {
    guard let found = all.first(where: { $0.name == name }) else {
      throw .unknownMethod(name: name, known: all.map(\.name))
    }
    return found
  }
}
