import Arrays
import Tensors

/// How the parameters of a model are updated: by which rule each, how fast, and with how much decay.
///
/// ```swift
/// let rule = AdamW(beta1: 0.9, beta2: 0.95, epsilon: 1e-8)
/// let weights = OptimizedParameter("weights", TensorType(.float32, [784, 10]))
/// let optimizer = Optimizer([.init(weights, rule: rule, weightDecay: 0.1)])
/// ```
///
/// What it remembers is a list of tensors that ``slots`` states, and what each holds before the first update. Whoever
/// keeps, saves or grows them goes by that statement.
public struct Optimizer: Sendable {
  /// How one parameter is updated.
  public struct Assignment: Sendable {
    /// The parameter.
    public let parameter: OptimizedParameter
    /// The rule.
    public let rule: any UpdateRule
    /// What the learning rate is multiplied by.
    public let rateFactor: Double
    /// The share of the parameter, times its learning rate, that is taken off at each update (Loshchilov and
    /// Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2).
    public let weightDecay: Double

    /// Assigns a rule to a parameter.
    public init(
      _ parameter: OptimizedParameter,
      rule: any UpdateRule,
      rateFactor: Double = 1,
      weightDecay: Double = 0
    ) {
      self.parameter = parameter
      self.rule = rule
      self.rateFactor = rateFactor
      self.weightDecay = weightDecay
    }
  }

  /// One tensor that the optimizer remembers.
  public struct Slot: Hashable, Sendable {
    /// The name: what is remembered, a dot, and of which parameter or count.
    public let name: String
    /// The element type and the shape.
    public let type: TensorType
    /// What it holds.
    public let content: Memory.Content
    /// What it holds before the first update.
    public let start: Memory.Start
    /// The place of the parameter in ``Optimizer/assignments``; nil for a count, which several share.
    public let parameter: Int?
  }

  /// How each parameter is updated, in the parameters' order.
  public let assignments: [Assignment]
  /// What is remembered: for each kind of memory the parameters that have it, then the counts by name.
  public let slots: [Slot]
  /// Where the slots of each parameter are, in the order of its rule's memories.
  private let memoryPlaces: [[Int]]
  /// Where the count of each parameter is, if its rule counts.
  private let counterPlaces: [Int?]

  /// Makes an optimizer.
  ///
  /// - Parameter assignments: How each parameter is updated, in the parameters' order.
  public init(_ assignments: [Assignment]) {
    var slots: [Slot] = []
    var places = assignments.map { _ in [String: Int]() }
    var memories: [Memory] = []
    for memory in assignments.flatMap(\.rule.memories) where !memories.contains(memory) {
      memories.append(memory)
    }
    for memory in memories {
      for (index, assignment) in assignments.enumerated()
      where assignment.rule.memories.contains(memory) {
        places[index][memory.name] = slots.count
        slots.append(
          Slot(
            name: "\(memory.name).\(assignment.parameter.name)",
            type: memory.form.type(assignment.parameter.type),
            content: memory.content,
            start: memory.start,
            parameter: index
          )
        )
      }
    }
    let counting = assignments.filter(\.rule.countsUpdates).map(\.parameter)
    let types = Dictionary(counting.map { ($0.counter, $0.counterType) }) { first, second in
      precondition(first == second, "parameters that share a count have as many layers")
      return first
    }
    for (counter, type) in types.sorted(by: { $0.key < $1.key }) {
      slots.append(
        Slot(name: "steps.\(counter)", type: type, content: .count, start: .zero, parameter: nil)
      )
    }
    self.assignments = assignments
    self.slots = slots
    memoryPlaces = zip(assignments, places).map { assignment, places in
      assignment.rule.memories.compactMap { places[$0.name] }
    }
    counterPlaces = assignments.map { assignment in
      guard assignment.rule.countsUpdates else { return nil }
      return slots.firstIndex { $0.name == "steps.\(assignment.parameter.counter)" }
    }
  }

  /// The floating-point operations of an update beyond a few for each element.
  public var operations: Double {
    assignments.reduce(0) { $0 + $1.rule.operations(of: $1.parameter) }
  }

  /// Parameters and what is remembered after one update.
  ///
  /// - Parameters:
  ///   - parameters: The parameters, in the order of ``assignments``.
  ///   - gradients: Their gradients, clipped if they are to be.
  ///   - slots: What is remembered, in the order of ``slots``.
  ///   - learningRate: A scalar.
  ///   - layerRates: `[layers]`: the rates of parameters with a layer axis; nil for the same everywhere.
  /// - Returns: The new parameters and slots.
  public func updated(
    _ parameters: [Tensor],
    gradients: [Tensor],
    slots: [Tensor],
    learningRate: Tensor,
    layerRates: Tensor? = nil
  ) -> (parameters: [Tensor], slots: [Tensor]) {
    precondition(parameters.count == assignments.count, "an assignment for each parameter")
    precondition(gradients.count == assignments.count, "a gradient for each parameter")
    precondition(slots.count == self.slots.count, "a tensor for each slot")
    var next = (parameters: parameters, slots: slots)
    for (index, slot) in self.slots.enumerated() where slot.content == .count {
      next.slots[index] = slots[index] + 1
    }
    var factors = SharedFactors()
    for (index, assignment) in assignments.enumerated() {
      let (parameter, rule) = (parameters[index], assignment.rule)
      let (values, memory) = rule.updated(
        parameter,
        gradient: gradients[index],
        memory: memoryPlaces[index].map { slots[$0] },
        factors: counterPlaces[index].map {
          factors.of(rule, count: $0, next.slots[$0], as: parameter.elementType)
        } ?? [],
        pace: UpdatePace(
          rate: rate(assignment, learningRate, layerRates),
          weightDecay: assignment.weightDecay
        ),
        of: assignment.parameter
      )
      next.parameters[index] = values
      for (place, tensor) in zip(memoryPlaces[index], memory) { next.slots[place] = tensor }
    }
    return next
  }

  private func rate(
    _ assignment: Assignment,
    _ learningRate: Tensor,
    _ layerRates: Tensor?
  ) -> Tensor {
    let rate = assignment.parameter.isLayered ? layerRates ?? learningRate : learningRate
    return assignment.rateFactor == 1 ? rate : rate * assignment.rateFactor
  }
}

/// What follows from a count of updates, made once for each rule that goes by it.
private struct SharedFactors {
  private struct Key: Hashable {
    let rule: AnyHashable
    let count: Int
    let elementType: ElementType
  }

  private var known: [Key: [Tensor]] = [:]

  mutating func of(
    _ rule: any UpdateRule,
    count: Int,
    _ updates: Tensor,
    as elementType: ElementType
  ) -> [Tensor] {
    let key = Key(rule: AnyHashable(rule), count: count, elementType: elementType)
    if let factors = known[key] { return factors }
    let factors = rule.factors(updates: updates.converted(to: elementType))
    known[key] = factors
    return factors
  }
}
