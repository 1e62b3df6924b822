import Growing
import PJRT
import Recipes
import Tensors

/// Compiles all programs of a recipe without running one.
///
/// ```swift
/// let topology = try Topology(of: plugin, options: CompilationTarget.h100.options())
/// let compilation = try RecipeCompilation(recipe, for: .topology(topology, .h100))
/// print(try compilation.record().fits ?? true)
/// ```
public struct RecipeCompilation {
  /// What programs are compiled for.
  public enum Destination: Sendable {
    /// The devices of this machine that a client has.
    case client(Client)
    /// A device that need not be there.
    case topology(Topology, CompilationTarget)
  }

  private var resolved: ResolvedRecipe
  private let destination: Destination
  private let kernels: KernelChoice

  /// Prepares to compile.
  ///
  /// - Parameters:
  ///   - recipe: A valid recipe. Its token file need not be there if it says the size of the vocabulary.
  ///   - destination: What to compile for.
  /// - Throws: `TokenFileError`, `GrowthError` or ``TrainingError``.
  public init(_ recipe: Recipe, for destination: Destination) throws {
    resolved = try ResolvedRecipe(whatIsThereOf: recipe)
    self.destination = destination
    if case .client(let client) = destination {
      _ = try TrainingDevices(recipe.parallelism, of: Engine(client: client))
    }
    kernels =
      switch destination {
      case .client(let client): try KernelChoice(recipe, client: client)
      case .topology(let topology, _): try KernelChoice(recipe, topology: topology)
      }
    resolved.attention = kernels.attention
  }

  /// Compiles everything.
  ///
  /// - Parameter progress: Told before each program which one is next and how many come before it, of how many.
  /// - Returns: What the programs take.
  /// - Throws: `TraceError`, or `PJRTError` with the compiler's message.
  public func record(
    progress: (_ next: CompilationRecord.Purpose, _ done: Int, _ count: Int) -> Void = { _, _, _ in
    }
  ) throws -> CompilationRecord {
    let programs = RecipePrograms(resolved, kernels: kernels.library).all
    var record = emptyRecord
    var known: [String: (seconds: Double, memory: CompiledMemoryStatistics)] = [:]
    for (index, program) in programs.enumerated() {
      progress(program.purpose, index, programs.count)
      let function = try program.traced()
      let text = function.module.text
      let isKnown = known[text] != nil
      let result = try known[text] ?? compiled(function)
      known[text] = result
      record.programs.append(
        entry(program, seconds: isKnown ? 0 : result.seconds, result.memory, record.memory)
      )
    }
    return record
  }

  private var emptyRecord: CompilationRecord {
    let (plugin, target, memory): (Plugin, String, Int?) =
      switch destination {
      case .client(let client): (client.plugin, client.platformName, nil)
      case .topology(let topology, let target):
        (topology.plugin, target.name, target.memoryByteCount)
      }
    let parallelism = resolved.recipe.parallelism
    return CompilationRecord(
      recipe: resolved.recipe.name,
      target: target,
      devices: parallelism.devices,
      sharding: parallelism.devices > 1 ? parallelism.sharding.rawValue : nil,
      plugin: plugin.path,
      kernels: kernels.description,
      precision: resolved.recipe.training.precision.rawValue,
      memory: memory,
      usableMemory: memory.map(usable),
      programs: []
    )
  }

  private func compiled(
    _ function: TracedFunction
  ) throws -> (seconds: Double, memory: CompiledMemoryStatistics) {
    let start = ContinuousClock.now
    let memory =
      switch destination {
      case .client(let client):
        try Engine(client: client).compile(function).executable.memoryStatistics()
      case .topology(let topology, _): try topology.compile(function).memoryStatistics()
      }
    return ((ContinuousClock.now - start) / .seconds(1), memory)
  }

  private func entry(
    _ program: RecipeProgram,
    seconds: Double,
    _ memory: CompiledMemoryStatistics,
    _ deviceMemory: Int?
  ) -> CompilationRecord.Program {
    let total = memory.totalByteCount + program.heldByteCount
    let excess = deviceMemory.map { total - usable($0) }
    return CompilationRecord.Program(
      stage: program.stage.number,
      layers: program.stage.depth,
      purpose: program.purpose,
      seconds: seconds,
      arguments: memory.argumentByteCount,
      outputs: memory.outputByteCount,
      aliased: memory.aliasedByteCount,
      temporaries: memory.temporaryByteCount,
      held: program.heldByteCount,
      total: total,
      share: deviceMemory.map { Double(total) / Double($0) },
      excess: excess.flatMap { $0 > 0 ? $0 : nil }
    )
  }

  /// The part of a device's memory that the recipe lets be used.
  private func usable(_ memory: Int) -> Int {
    Int(Double(memory) * resolved.recipe.memory.fraction)
  }
}
