import Arrays

/// A value of a program in static single assignment form; unique within its function.
public struct ValueID: Hashable, Sendable {
  /// The number printed after the percent sign.
  public let number: Int

  /// Names the value with the given number.
  public init(_ number: Int) {
    self.number = number
  }
}

/// A named value with its type.
public struct TypedValue: Hashable, Sendable {
  /// The name.
  public var id: ValueID
  /// The type.
  public var type: TensorType

  /// Gives a value a type.
  public init(_ id: ValueID, _ type: TensorType) {
    self.id = id
    self.type = type
  }
}

/// One step of a program.
public indirect enum Instruction: Hashable, Sendable {
  /// A primitive operation.
  case operation(Operation, operands: [TypedValue], results: [TypedValue])
  /// A loop that runs `body` on its state as long as `condition` gives true.
  ///
  /// The blocks see only their parameters, one for each part of the state.
  case whileLoop(condition: Block, body: Block, state: [TypedValue], results: [TypedValue])
}

/// A list of instructions with parameters and returned values.
public struct Block: Hashable, Sendable {
  /// What the block is given.
  public var parameters: [TypedValue]
  /// The steps in order.
  public var instructions: [Instruction]
  /// What the block gives back.
  public var results: [TypedValue]

  /// Makes a block.
  public init(parameters: [TypedValue], instructions: [Instruction], results: [TypedValue]) {
    self.parameters = parameters
    self.instructions = instructions
    self.results = results
  }
}

/// A whole program: one function with its donations and shardings.
public struct Module: Hashable, Sendable {
  /// The module's name; letters, digits and underscores.
  public var name: String
  /// The body of the entry function.
  public var body: Block
  /// For a donated parameter, the result that takes over its memory.
  public var donations: [Int: Int]
  /// How parameters and results lie on the devices that share the program; nil for one device.
  public var distribution: Distribution?

  /// Makes a program.
  public init(name: String, body: Block, donations: [Int: Int] = [:]) {
    self.name = name
    self.body = body
    self.donations = donations
  }
}
