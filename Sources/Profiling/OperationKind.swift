import Foundation

/// What an operation of a compiled program does, as far as its cost goes.
public enum OperationKind: Hashable, Sendable {
  /// Products of two matrices: the projections.
  case matrixProduct
  /// Many small products at once: attention.
  case batchedMatrixProduct
  /// Convolutions.
  case convolution
  /// A function registered with the plugin, by its name.
  case customCall(String)
  /// Rows taken or added by index: the embedding and its gradient.
  case indexing
  /// Random bits.
  case random
  /// Sorting.
  case sorting
  /// Sums, maxima and the like, with whatever arithmetic is fused into them.
  case reduction
  /// Arithmetic on each element by itself.
  case elementwise
  /// Values that only change their places.
  case movement
  /// Anything else.
  case other

  /// The name in tables.
  public var name: String {
    switch self {
    case .matrixProduct: "matrix products"
    case .batchedMatrixProduct: "batched products (attention)"
    case .convolution: "convolutions"
    case .customCall(let target): Self.kernel(target) ?? "custom call \(target)"
    case .indexing: "gathers and scatters"
    case .random: "random numbers"
    case .sorting: "sorting"
    case .reduction: "reductions"
    case .elementwise: "elementwise"
    case .movement: "copies and transposes"
    case .other: "other"
    }
  }

  /// For a kernel of Espalier's, `espalier.avx512.rms_norm`, the name of what it does.
  private static func kernel(_ target: String) -> String? {
    let parts = target.split(separator: ".")
    guard parts.count == 3, parts[0] == "espalier" else { return nil }
    return "kernel \(parts[2].replacing("_", with: " ")) (\(parts[1]))"
  }
}

extension CompiledModule {
  /// Sorts an instruction by the costliest thing it does, fused or not.
  func kind(of instruction: Instruction) -> OperationKind {
    let parts = parts(of: instruction)
    if let call = parts.first(where: { $0.opcode == "custom-call" }) {
      return .customCall(call.target ?? "without a name")
    }
    let products = parts.filter { $0.opcode == "dot" }
    if !products.isEmpty {
      return products.contains(where: \.isBatchedProduct) ? .batchedMatrixProduct : .matrixProduct
    }
    let opcodes = Set(parts.map(\.opcode)).subtracting(Self.free)
    for (kind, signs) in Self.signs where !signs.isDisjoint(with: opcodes) { return kind }
    if opcodes.isSubset(of: Self.movements) { return .movement }
    return opcodes.isDisjoint(with: Self.structured) ? .elementwise : .other
  }

  /// The instruction with all that it calls, but for the functions of reductions and scatters.
  private func parts(of instruction: Instruction) -> [Instruction] {
    guard instruction.opcode == "fusion" || instruction.opcode == "call" else {
      return [instruction]
    }
    return instruction.called.flatMap { computations[$0]?.instructions ?? [] }
      .flatMap { parts(of: $0) }
  }

  /// Opcodes without a cost of their own.
  static let free: Set = [
    "parameter", "constant", "get-tuple-element", "tuple", "bitcast", "after-all",
    "opt-barrier", "partition-id", "replica-id",
  ]

  private static let signs: [(OperationKind, Set<String>)] = [
    (.convolution, ["convolution"]),
    (.sorting, ["sort", "topk"]),
    (.indexing, ["gather", "scatter"]),
    (.random, ["rng", "rng-bit-generator", "rng-get-and-update-state"]),
    (.reduction, ["reduce", "reduce-window", "select-and-scatter"]),
  ]

  private static let movements: Set = [
    "copy", "transpose", "reshape", "slice", "concatenate", "pad", "broadcast", "reverse", "iota",
    "dynamic-slice", "dynamic-update-slice",
  ]

  /// Opcodes that are no function of elements.
  private static let structured: Set = [
    "while", "conditional", "fft", "triangular-solve", "cholesky", "infeed", "outfeed", "send",
    "recv", "all-reduce", "all-gather", "all-to-all", "collective-permute",
  ]
}

extension CompiledModule.Instruction {
  /// Whether a product has axes that both operands share (`DotDimensionNumbers`, field 3).
  fileprivate var isBatchedProduct: Bool {
    for field in otherFields where field.number == 30 {
      guard case .bytes(let message) = field.value,
        let fields = try? WireReader.fields(message)
      else { continue }  // A message that does not parse has no batch axes that could be told.
      return fields.contains { $0.number == 3 && $0.value != .bytes([]) }
    }
    return false
  }

  /// How often a loop runs, if the compiler found out.
  var knownIterationCount: Int? {
    guard
      let object = try? JSONSerialization.jsonObject(with: Data(backendConfiguration.utf8)),
      // The configuration is the back end's own text; without the count in it, it is not known.
      let count = (object as? [String: Any])?["known_trip_count"] as? [String: Any]
    else { return nil }
    return (count["n"] as? String).flatMap(Int.init)
  }
}
