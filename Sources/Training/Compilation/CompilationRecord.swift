/// What the programs of a recipe take on a device, or on each of several, as its compiler planned it.
public struct CompilationRecord: Codable, Hashable, Sendable {
  /// What a program does.
  public enum Purpose: String, Codable, Hashable, Sendable, CaseIterable {
    /// A step of training.
    case training
    /// The loss of a batch that is held out.
    case evaluation
    /// Reading a piece of prompts.
    case reading
    /// Writing one more token of each text.
    case writing
  }

  /// One program.
  public struct Program: Codable, Hashable, Sendable {
    /// The stage's number, from 1.
    public var stage: Int
    /// How many layers run.
    public var layers: Int
    /// What it does.
    public var purpose: Purpose
    /// How long compiling took; 0 where the program is an earlier one's.
    public var seconds: Double
    /// All inputs, in bytes.
    public var arguments: Int
    /// All outputs, in bytes.
    public var outputs: Int
    /// The part of the outputs that lies in inputs, in bytes.
    public var aliased: Int
    /// Intermediate values, in bytes.
    public var temporaries: Int
    /// What of the training state lies on the device besides the arguments, in bytes.
    public var held: Int
    /// All of it together, memory that is shared counted once, in bytes.
    public var total: Int
    /// The part of the device's memory; nil where that is not known.
    public var share: Double?
    /// By how many bytes it is more than may be used; nil where it fits or nothing is known.
    public var excess: Int?
  }

  /// The recipe's name.
  public var recipe: String
  /// The name of what was compiled for.
  public var target: String
  /// How many devices train together; nil in records from before there could be several.
  public var devices: Int?
  /// What of the training state is cut into a part for each of several devices; nil for one device.
  public var sharding: String?
  /// The compiler's plugin.
  public var plugin: String
  /// What does the heavy operations.
  public var kernels: String
  /// In which numbers the model is computed.
  public var precision: String
  /// The device's memory in bytes; nil where that is not known.
  public var memory: Int?
  /// The part of it that the recipe lets be used, in bytes.
  public var usableMemory: Int?
  /// The programs, stage by stage.
  public var programs: [Program]

  /// Whether everything fits; nil where the device's memory is not known.
  public var fits: Bool? { memory.map { _ in programs.allSatisfy { $0.excess == nil } } }
}
