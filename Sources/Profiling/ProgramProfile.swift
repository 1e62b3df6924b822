import Arrays
import PJRT

/// Where the time of a compiled program goes, operation by operation.
///
/// The operations are those the compiler made of the program, fused and laid out as they run. Each is
/// run by itself, on operands that are at hand, and its time is multiplied by how often it occurs. So the
/// times neither overlap nor wait for each other, and their sum is not the program's time: the rest is
/// what passes between operations, or if it is negative what ran at once.
public struct ProgramProfile: Sendable {
  /// The operations, equal ones together, the costliest first.
  public let operations: [ProfiledOperation]
  /// The operations that could not be run by themselves.
  public let untimed: [UntimedOperation]

  /// The milliseconds of all operations in one run of the program.
  public var milliseconds: Double { operations.reduce(0) { $0 + $1.milliseconds } }

  /// Takes the time of each operation of a program.
  ///
  /// - Parameters:
  ///   - executable: The compiled program, on one device.
  ///   - settings: XLA's debug options that it was compiled with.
  ///   - progress: Called before each operation with the share of them that is done.
  /// - Throws: `PJRTError`, or an error for a plugin that does not show the compiled program.
  public init(
    of executable: LoadedExecutable,
    settings: [String: String] = [:],
    progress: (Double) -> Void = { _ in }
  ) throws {
    let module = try CompiledModule(executable.optimizedProgram())
    let timer = try OperationTimer(client: executable.client, settings: settings)
    var groups: [OperationProgram: OperationGroup] = [:]
    var untimed: [UntimedOperation] = []
    for operation in module.operations() {
      let instruction = operation.instruction
      if let program = module.program(of: instruction, in: operation.computation) {
        groups[program, default: OperationGroup(first: instruction)].count += operation.count
      } else {
        untimed.append(UntimedOperation(instruction.name, "has operands that no buffer can hold"))
      }
    }
    var operations: [ProfiledOperation] = []
    // In the order of the names, so that two profiles run the same way.
    let ordered = groups.sorted { $0.value.first.name < $1.value.first.name }
    for (index, (program, group)) in ordered.enumerated() {
      progress(Double(index) / Double(ordered.count))
      do throws(PJRTError) {
        operations.append(
          ProfiledOperation(
            name: group.first.name,
            kind: module.kind(of: group.first),
            operands: program.parameters.prefix(program.operandCount).map(\.description),
            result: group.first.shape.description,
            textLine: group.first.source?.line,
            count: group.count,
            millisecondsOfOne: try timer.milliseconds(of: program)
          )
        )
      } catch {
        untimed.append(UntimedOperation(group.first.name, "\(error)"))
      }
    }
    self.operations = operations.sorted { $0.milliseconds > $1.milliseconds }
    self.untimed = untimed
  }
}

/// Equal operations, known by the first.
private struct OperationGroup {
  let first: CompiledModule.Instruction
  var count = 0
}

/// An operation with its time.
public struct ProfiledOperation: Hashable, Sendable {
  /// The compiler's name for the first of its kind.
  public let name: String
  /// What it does.
  public let kind: OperationKind
  /// The types of its operands, such as `float32[8, 256]`.
  public let operands: [String]
  /// The type of its result.
  public let result: String
  /// The line of the program's text that it comes from, from 1; nil where the compiler does not say.
  ///
  /// Of operations that were fused it is that of one.
  public let textLine: Int?
  /// How often it occurs in one run of the program.
  public let count: Int
  /// The milliseconds of one occurrence.
  public let millisecondsOfOne: Double

  /// The milliseconds of all occurrences.
  public var milliseconds: Double { Double(count) * millisecondsOfOne }
}

/// An operation that could not be run by itself.
public struct UntimedOperation: Hashable, Sendable {
  /// The compiler's name for it.
  public let name: String
  /// Why.
  public let reason: String

  init(_ name: String, _ reason: String) {
    self.name = name
    self.reason = reason
  }
}
