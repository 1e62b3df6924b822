import Arrays

/// A program as the compiler left it: computations of instructions, one of them the entry.
///
/// Only what a profile needs is read out; the rest of each message is kept as it is. Field numbers are
/// those of XLA's `HloModuleProto`, `HloComputationProto`, `HloInstructionProto` and `OpMetadata`.
struct CompiledModule {
  let entry: Int
  let computations: [Int: Computation]

  struct Computation {
    var name = ""
    var instructions: [Instruction] = []
    var root = 0
    /// The message of the parameters' and the result's shapes.
    var shape: [UInt8] = []
    /// All other fields.
    var otherFields: [WireField] = []
  }

  struct Instruction {
    var number = 0
    var name = ""
    var opcode = ""
    var shape: CompiledShape
    var operands: [Int] = []
    var called: [Int] = []
    /// The name of a custom call's target.
    var target: String?
    /// What the back end was told about the instruction.
    var backendConfiguration = ""
    /// Where the operation stands in the source.
    var source: Source?
    /// The fields that are neither names, numbers of instructions nor metadata.
    var otherFields: [WireField] = []
  }

  /// A line of the source.
  struct Source: Hashable {
    var file = ""
    var line = 0
  }

  /// Reads a module.
  ///
  /// - Throws: ``WireFormatError`` for bytes that are none, or that miss what others refer to.
  init(_ bytes: [UInt8]) throws(WireFormatError) {
    var entry = 0
    var computations: [Int: Computation] = [:]
    for field in try WireReader.fields(bytes[...]) {
      switch (field.number, field.value) {
      case (3, .bytes(let message)):
        let (number, computation) = try Self.computation(message)
        // Callees come first, so that no chain of calls has an end in itself.
        for called in computation.instructions.flatMap(\.called) where computations[called] == nil {
          throw WireFormatError(
            offset: message.startIndex,
            rule: "\(computation.name) calls computation \(called), which is not before it"
          )
        }
        guard computations.updateValue(computation, forKey: number) == nil else {
          throw WireFormatError(
            offset: message.startIndex,
            rule: "computation \(number) is there twice"
          )
        }
      case (6, .varint(let number)): entry = Int(truncatingIfNeeded: number)
      default: break
      }
    }
    self.entry = entry
    self.computations = computations
    try checkReferences(byteCount: bytes.count)
  }

  private func checkReferences(byteCount: Int) throws(WireFormatError) {
    func missing(_ what: String) -> WireFormatError {
      WireFormatError(offset: byteCount, rule: "there is no \(what)")
    }
    guard computations[entry] != nil else { throw missing("computation \(entry), the entry") }
    for computation in computations.values {
      let numbers = Set(computation.instructions.map(\.number))
      guard numbers.count == computation.instructions.count else {
        throw WireFormatError(
          offset: byteCount,
          rule: "\(computation.name) has two instructions of one number"
        )
      }
      for instruction in computation.instructions {
        for operand in instruction.operands where !numbers.contains(operand) {
          throw missing("instruction \(operand), an operand of \(instruction.name)")
        }
      }
    }
  }

  private static func computation(
    _ bytes: ArraySlice<UInt8>
  ) throws(WireFormatError) -> (Int, Computation) {
    var number = 0
    var computation = Computation()
    for field in try WireReader.fields(bytes) {
      switch (field.number, field.value) {
      case (1, .bytes(let text)): computation.name = String(decoding: text, as: UTF8.self)
      case (2, .bytes(let message)):
        computation.instructions.append(try instruction(message))
      case (5, .varint(let value)): number = Int(truncatingIfNeeded: value)
      case (6, .varint(let value)): computation.root = Int(truncatingIfNeeded: value)
      case (4, .bytes(let shape)): computation.shape = try withoutNames(shape)
      default: computation.otherFields.append(field)
      }
    }
    return (number, computation)
  }

  private static func instruction(
    _ bytes: ArraySlice<UInt8>
  ) throws(WireFormatError) -> Instruction {
    var instruction = Instruction(shape: .token)
    for field in try WireReader.fields(bytes) {
      switch (field.number, field.value) {
      case (1, .bytes(let text)): instruction.name = String(decoding: text, as: UTF8.self)
      case (2, .bytes(let text)):
        instruction.opcode = String(decoding: text, as: UTF8.self)
        instruction.otherFields.append(field)
      case (3, .bytes(let message)):
        instruction.shape = try CompiledShape(message)
        instruction.otherFields.append(field)
      case (7, .bytes(let message)): instruction.source = try source(message)
      case (28, .bytes(let text)):
        instruction.target = String(decoding: text, as: UTF8.self)
        instruction.otherFields.append(field)
      case (35, .varint(let value)): instruction.number = Int(truncatingIfNeeded: value)
      case (36, _): instruction.operands += try numbers(field)
      case (37, _), (88, _): break  // What must run before, and where the value came from.
      case (38, _): instruction.called += try numbers(field)
      case (43, .bytes(let text)):
        instruction.backendConfiguration = String(decoding: text, as: UTF8.self)
        instruction.otherFields.append(field)
      default: instruction.otherFields.append(field)
      }
    }
    return instruction
  }

  /// A computation's shapes without its parameters' names (`ProgramShapeProto`, field 3).
  private static func withoutNames(_ shape: ArraySlice<UInt8>) throws(WireFormatError) -> [UInt8] {
    var writer = WireWriter()
    for field in try WireReader.fields(shape) where field.number != 3 { writer.copy(field) }
    return writer.bytes
  }

  /// A repeated number, packed or not.
  private static func numbers(_ field: WireField) throws(WireFormatError) -> [Int] {
    switch field.value {
    case .varint(let value): [Int(truncatingIfNeeded: value)]
    case .bytes(let packed): try WireReader.packed(packed).map { Int(truncatingIfNeeded: $0) }
    case .fixed32, .fixed64: []
    }
  }

  private static func source(_ bytes: ArraySlice<UInt8>) throws(WireFormatError) -> Source? {
    var source = Source()
    for field in try WireReader.fields(bytes) {
      switch (field.number, field.value) {
      case (3, .bytes(let text)): source.file = String(decoding: text, as: UTF8.self)
      case (4, .varint(let line)): source.line = Int(truncatingIfNeeded: line)
      default: break
      }
    }
    return source.file.isEmpty ? nil : source
  }
}
