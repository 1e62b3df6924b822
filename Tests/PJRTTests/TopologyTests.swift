import Arrays
import EspalierTestSupport
import PJRT
import Testing

/// Compiling for devices that are not there.
@Suite struct TopologyTests {
  @Test(arguments: CompilationTarget.known)
  func knownGPUsHaveMemory(target: CompilationTarget) throws {
    let memory = try #require(target.memoryByteCount)
    #expect((79 << 30...142 << 30).contains(memory))
    let lines = target.configuration.split(separator: "\n")
    #expect(lines.count { $0.contains("{") } == 3 && lines.last?.hasPrefix("device_desc") == true)
  }

  @Test func aDescriptionWithoutMemoryHasNone() {
    let target = CompilationTarget(name: "mine", configuration: "platform_name: \"CUDA\"")
    #expect(target.memoryByteCount == nil)
  }

  @Test(
    .enabled(if: CUDAPlugin.path != nil, "\(CUDAPlugin.advice)"),
    arguments: CompilationTarget.known
  )
  func aProductCompilesForEachKnownGPU(target: CompilationTarget) throws {
    let plugin = try Plugin(path: #require(CUDAPlugin.path))
    #expect(plugin.drivesGPUs)
    let topology = try Topology(of: plugin, options: target.options())
    #expect(topology.platformName == "cuda")
    let program = try topology.compile(stableHLO: Programs.product(extent: 64))
    #expect(program.resultTypes == [TensorType(.float32, [64, 64])])
    let memory = try program.memoryStatistics()
    #expect(memory.argumentByteCount == 2 * 64 * 64 * 4)
    #expect(memory.outputByteCount == 64 * 64 * 4)
    #expect(try !program.serialize().isEmpty)
  }

  @Test(.enabled(if: CUDAPlugin.path != nil, "\(CUDAPlugin.advice)"))
  func aDescriptionThatIsNoneIsRefused() throws {
    let plugin = try Plugin(path: #require(CUDAPlugin.path))
    let target = CompilationTarget(name: "none", configuration: "a graphics card")
    #expect(throws: PJRTError.self) { try Topology(of: plugin, options: target.options()) }
  }

  /// The processor's plugin knows no devices but its own.
  @Test func aPluginThatCannotIsNamed() throws {
    let plugin = try TestPlugin.client().plugin
    #expect(!plugin.drivesGPUs)
    #expect(throws: PJRTError.self) {
      try Topology(of: plugin, options: CompilationTarget.h100.options())
    }
  }
}
