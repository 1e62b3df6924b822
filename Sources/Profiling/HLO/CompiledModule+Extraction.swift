import Arrays

extension CompiledModule {
  /// An instruction as a program of its own: its operands become parameters.
  ///
  /// The results are written over memory that is given: over the operand that the instruction updates in
  /// place, or over further parameters of the results' types. So running it takes no new memory.
  ///
  /// Names and numbers are given anew, so that equal instructions give equal bytes, which is how a layer
  /// that occurs many times is recognised. Source lines are left out for the same reason.
  ///
  /// - Returns: The program; nil if an operand or a result is no array of a type that Espalier has.
  func program(
    of instruction: Instruction,
    in computation: Computation
  ) -> OperationProgram? {
    let shapes = Dictionary(
      uniqueKeysWithValues: computation.instructions.map { ($0.number, ($0.shape, $0.shapeField)) }
    )
    let operands = Self.distinct(instruction.operands)
    var parameters = operands.compactMap { shapes[$0] }
    var written: [Int] = []
    if let place = updatedOperand(of: instruction), let index = operands.firstIndex(of: place) {
      written = [index]
    } else {
      let results = instruction.shape.isTuple ? instruction.shapeParts : [instruction.shapeField]
      written = results.indices.map { parameters.count + $0 }
      parameters += zip(instruction.shape.parts, results).map { ($0, $1) }
    }
    let types = parameters.map(\.0.tensorType)
    // A token and a tuple in a tuple have no type either.
    guard !types.contains(nil) else { return nil }

    var extraction = Extraction(module: self)
    let called = instruction.called.map { extraction.number(ofComputation: $0) }
    let entry = extraction.nextComputation()
    let root = Self.number(parameters.count, in: entry)
    let places = Dictionary(uniqueKeysWithValues: operands.enumerated().map { ($1, $0) })
    let operation = instruction.encoded(
      name: "operation",
      number: root,
      operands: instruction.operands.map { Self.number(places[$0] ?? 0, in: entry) },
      called: called
    )
    let fields = parameters.map(\.1)
    let shape = Self.programShape(parameters: fields, result: instruction.shapeField)
    var content = WireWriter()
    content.text(1, "entry")
    for (index, field) in fields.enumerated() {
      content.message(2, Self.parameter(index, shape: field, in: entry)[...])
    }
    content.message(2, operation[...])
    content.message(4, shape[...])
    content.number(5, entry)
    content.number(6, root)

    var module = WireWriter()
    module.text(1, "operation")
    module.text(2, "entry")
    for computation in extraction.written { module.message(3, computation[...]) }
    module.message(3, content.bytes[...])
    module.message(4, shape[...])
    module.number(5, 1)
    module.number(6, entry)
    module.message(
      8,
      Self.aliases(written, resultIsTuple: instruction.shape.isTuple)[...]
    )
    return OperationProgram(
      bytes: module.bytes,
      parameters: types.compactMap(\.self),
      operandCount: operands.count,
      written: written
    )
  }

  private static func parameter(
    _ index: Int,
    shape: ArraySlice<UInt8>,
    in computation: Int
  ) -> [UInt8] {
    var writer = WireWriter()
    writer.text(1, "parameter.\(index)")
    writer.text(2, "parameter")
    writer.message(3, shape)
    writer.number(9, index)
    writer.number(35, number(index, in: computation))
    return writer.bytes
  }

  /// The message `ProgramShapeProto`.
  private static func programShape(
    parameters: [ArraySlice<UInt8>],
    result: ArraySlice<UInt8>
  ) -> [UInt8] {
    var writer = WireWriter()
    for shape in parameters { writer.message(1, shape) }
    writer.message(2, result)
    for index in parameters.indices { writer.text(3, "parameter.\(index)") }
    return writer.bytes
  }

  /// The message `HloInputOutputAliasProto`: which parameter each result may be written over.
  private static func aliases(_ written: [Int], resultIsTuple: Bool) -> [UInt8] {
    var writer = WireWriter()
    for (result, parameter) in written.enumerated() {
      var alias = WireWriter()
      if resultIsTuple { alias.numbers(1, [result]) }
      alias.number(2, parameter)
      alias.number(4, 1)
      writer.message(1, alias.bytes[...])
    }
    return writer.bytes
  }

  /// The operand that an instruction changes in place, if it puts a part into a larger array.
  private func updatedOperand(of instruction: Instruction) -> Int? {
    guard !instruction.shape.isTuple else { return nil }
    if instruction.opcode == "dynamic-update-slice" { return instruction.operands.first }
    guard instruction.opcode == "fusion",
      let body = instruction.called.first.flatMap({ computations[$0] })
    else { return nil }
    let inner = Dictionary(uniqueKeysWithValues: body.instructions.map { ($0.number, $0) })
    func origin(_ number: Int, through opcodes: Set<String>) -> Instruction? {
      guard let instruction = inner[number] else { return nil }
      guard opcodes.contains(instruction.opcode), let next = instruction.operands.first else {
        return instruction
      }
      return origin(next, through: opcodes)
    }
    guard let update = origin(body.root, through: ["bitcast"]),
      update.opcode == "dynamic-update-slice",
      let target = update.operands.first.flatMap({ origin($0, through: ["bitcast"]) }),
      target.opcode == "parameter", instruction.operands.indices.contains(target.parameterIndex)
    else { return nil }
    return instruction.operands[target.parameterIndex]
  }

  /// The values in their order, each once.
  static func distinct(_ values: [Int]) -> [Int] {
    var seen: Set<Int> = []
    return values.filter { seen.insert($0).inserted }
  }

  /// XLA numbers instructions by their computation, in the upper half, and their place in it.
  fileprivate static func number(_ index: Int, in computation: Int) -> Int {
    computation << 32 | index
  }
}

/// An operation as a program.
struct OperationProgram: Hashable {
  /// XLA's message `HloModuleProto`.
  let bytes: [UInt8]
  /// The types of the parameters: the operands, then memory for results.
  let parameters: [TensorType]
  /// How many parameters are operands.
  let operandCount: Int
  /// For each result the parameter it is written over.
  let written: [Int]
}

/// The computations that an instruction calls, written with new names and numbers.
private struct Extraction {
  let module: CompiledModule
  private(set) var written: [[UInt8]] = []
  private var numbers: [Int: Int] = [:]
  private var count = 0

  init(module: CompiledModule) {
    self.module = module
  }

  mutating func nextComputation() -> Int {
    count += 1
    return count
  }

  /// The new number of a computation, which is written if it is not yet; those it calls come first.
  mutating func number(ofComputation old: Int) -> Int {
    if let known = numbers[old] { return known }
    guard let computation = module.computations[old] else {
      preconditionFailure("a module's references are checked when it is read")
    }
    let called = computation.instructions.map { instruction in
      instruction.called.map { number(ofComputation: $0) }
    }
    let new = nextComputation()
    numbers[old] = new
    var places: [Int: Int] = [:]
    for (index, instruction) in computation.instructions.enumerated() {
      places[instruction.number] = CompiledModule.number(index, in: new)
    }
    var content = WireWriter()
    content.text(1, "computation.\(new)")
    for (index, instruction) in computation.instructions.enumerated() {
      content.message(
        2,
        instruction.encoded(
          name: "instruction.\(new).\(index)",
          number: CompiledModule.number(index, in: new),
          operands: instruction.operands.compactMap { places[$0] },
          called: called[index]
        )[...]
      )
    }
    content.message(4, computation.shape[...])
    for field in computation.otherFields { content.copy(field) }
    content.number(5, new)
    content.number(6, places[computation.root] ?? 0)
    written.append(content.bytes)
    return new
  }
}

extension CompiledModule.Instruction {
  /// The message of the instruction's shape.
  fileprivate var shapeField: ArraySlice<UInt8> {
    for field in otherFields where field.number == 3 {
      if case .bytes(let message) = field.value { return message }
    }
    return []
  }

  /// The messages of the parts of a tuple's shape.
  fileprivate var shapeParts: [ArraySlice<UInt8>] {
    // The shape was read before, so it parses.
    let fields = (try? WireReader.fields(shapeField)) ?? []
    return fields.compactMap { field in
      if field.number == 4, case .bytes(let part) = field.value { part } else { nil }
    }
  }

  /// A parameter's place among the operands.
  fileprivate var parameterIndex: Int {
    for field in otherFields where field.number == 9 {
      if case .varint(let index) = field.value { return Int(truncatingIfNeeded: index) }
    }
    return 0
  }

  fileprivate func encoded(
    name: String,
    number: Int,
    operands: [Int],
    called: [Int]
  ) -> [UInt8] {
    var writer = WireWriter()
    writer.text(1, name)
    for field in otherFields { writer.copy(field) }
    writer.number(35, number)
    if !operands.isEmpty { writer.numbers(36, operands) }
    if !called.isEmpty { writer.numbers(38, called) }
    return writer.bytes
  }
}
