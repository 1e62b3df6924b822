/// An operation that takes time, with how often it runs.
struct CountedOperation {
  let instruction: CompiledModule.Instruction
  let computation: CompiledModule.Computation
  let count: Int
}

extension CompiledModule {
  /// The operations of one run that take time, loops unfolded into counts.
  ///
  /// A loop of unknown length counts as one round, a count beyond 2^31 as that.
  func operations() -> [CountedOperation] {
    guard let entry = computations[entry] else { return [] }
    return operations(of: entry, count: 1)
  }

  private func operations(of computation: Computation, count: Int) -> [CountedOperation] {
    computation.instructions.flatMap { instruction -> [CountedOperation] in
      switch instruction.opcode {
      case let opcode where Self.free.contains(opcode): return []
      case "while":
        let rounds = max(0, instruction.knownIterationCount ?? 1)
        let (product, overflow) = count.multipliedReportingOverflow(by: rounds)
        let all = overflow ? Int(Int32.max) : min(product, Int(Int32.max))
        return called(by: instruction).flatMap { operations(of: $0, count: all) }
      case "call":
        return called(by: instruction).flatMap { operations(of: $0, count: count) }
      default:
        return [CountedOperation(instruction: instruction, computation: computation, count: count)]
      }
    }
  }

  private func called(by instruction: Instruction) -> [Computation] {
    instruction.called.compactMap { computations[$0] }
  }
}
