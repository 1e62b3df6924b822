/// A way to make a network deeper once: from a depth to a ``GrowthStep``.
///
/// Each operator lives in a file of ``Operators`` and is listed in ``all``, which is what recipes, plans
/// and the command line know. An operator is a value, so one that is not listed works as well in Swift:
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
  /// The name recipes use, such as `midas`, with a place behind a colon where one was named.
  public private(set) var name: String
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
  /// The options that it goes by; others must be left alone.
  public let uses: Set<GrowthOption>

  /// The place in ``name``, which comes before the options'.
  private var place: Int?
  private let making: Making

  /// What an operator works on.
  private enum Making: Sendable {
    /// The layers between the protected ones.
    case layers(@Sendable (GrowthSite) throws(GrowthError) -> GrowthStep)
    /// The network as it is stored.
    case network(@Sendable (NetworkSite) throws(GrowthError) -> GrowthStep)
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
  ///   - uses: The options that it goes by.
  ///   - makeStep: Makes the growth; policies are filled in afterwards.
  public init(
    name: String,
    summary: String,
    reference: String,
    preservation: FunctionPreservation,
    minimumDepth: Int = 1,
    setsGates: Bool = false,
    uses: Set<GrowthOption> = [],
    makeStep: @escaping @Sendable (GrowthSite) throws(GrowthError) -> GrowthStep
  ) {
    self.name = name
    self.summary = summary
    self.reference = reference
    self.preservation = preservation
    self.minimumDepth = minimumDepth
    self.setsGates = setsGates
    self.uses = uses
    making = .layers(makeStep)
  }

  /// Creates an operator on the network as it is stored, tied layers or not.
  ///
  /// - Parameters:
  ///   - name: The name recipes use.
  ///   - summary: What it does, in one line.
  ///   - reference: Where it comes from.
  ///   - preservation: Whether the grown network computes the same function.
  ///   - uses: The options that it goes by.
  ///   - makeNetworkStep: Makes the growth of the whole network; policies are filled in afterwards.
  public init(
    name: String,
    summary: String,
    reference: String,
    preservation: FunctionPreservation,
    uses: Set<GrowthOption> = [],
    makeNetworkStep: @escaping @Sendable (NetworkSite) throws(GrowthError) -> GrowthStep
  ) {
    self.name = name
    self.summary = summary
    self.reference = reference
    self.preservation = preservation
    minimumDepth = 1
    setsGates = false
    self.uses = uses
    making = .network(makeNetworkStep)
  }

  /// Whether the operator adds layers with weights of their own; others tie layers, untie them or fold gates.
  public var addsLayers: Bool {
    if case .layers = making { true } else { false }
  }

  /// The option that a place behind the name stands for, such as the 2 of `copy-at:2`: where new layers are put,
  /// or else where the copied block begins; nil for operators that take none.
  public var placeOption: GrowthOption? {
    [GrowthOption.gap, .start].first { uses.contains($0) }
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
    // What is wrong with an operator is said of it and not of its place.
    let operatorName = String(name.prefix { $0 != ":" })
    var options = options
    switch placeOption {
    case .gap?: options.gap = place ?? options.gap
    case .start?: options.start = place ?? options.start
    default: break
    }
    let makeStep: @Sendable (GrowthSite) throws(GrowthError) -> GrowthStep
    switch making {
    case .network(let makeNetworkStep):
      let site = try NetworkSite(
        operatorName: operatorName,
        depth: depth,
        layerOrder: layerOrder,
        options: options
      )
      return try makeNetworkStep(site)
        .with(optimizerState: optimizerState, learningRate: learningRate)
    case .layers(let make): makeStep = make
    }
    guard layerOrder == nil else { throw .tiedLayers(operatorName: operatorName) }
    let site = try GrowthSite(
      operatorName: operatorName,
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
    .jumpZeroOutput, .loopUnroll, .repeatLoop, .untie, .fixedGate, .trainedGate, .annealedGate,
    .maskedRamp,
    .dropIn, .foldGates,
  ]

  /// The operator of a name.
  ///
  /// - Parameter name: A name such as `midas`, or `copy-at:3` with a place for what ``placeOption`` says.
  /// - Returns: The operator, under that name.
  /// - Throws: ``GrowthError/unknownMethod(name:known:)`` or ``GrowthError/takesNoPlace(name:)``.
  public static func named(_ name: String) throws(GrowthError) -> GrowthOperator {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let place = parts.count == 2 ? Int(parts[1]) : nil
    guard var found = all.first(where: { $0.name == parts[0] }), parts.count == 1 || place != nil
    else {
      throw .unknownMethod(name: name, known: all.map(\.name))
    }
    guard place == nil || found.placeOption != nil else { throw .takesNoPlace(name: name) }
    (found.name, found.place) = (name, place)
    return found
  }
}
