import EspalierTestSupport
import Foundation
import Testing

@testable import Training
@testable import espalier

@Suite struct CompileTests {
  private func record(_ arguments: [String]) async throws -> CompilationRecord {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path)
      .run(["compile", "tiny.yaml", "--for", "cpu", "--json"] + arguments)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(CompilationRecord.self, from: Data(outcome.output.utf8))
  }

  @Test func everyProgramOfARecipeIsCompiled() async throws {
    let record = try await record([])
    #expect(record.recipe == "tiny" && record.target == "cpu" && record.memory == nil)
    #expect(record.programs.map(\.stage) == [1, 1, 2, 2, 2, 2])
    #expect(record.programs.map(\.layers) == [1, 1, 2, 2, 2, 2])
    #expect(
      record.programs.map(\.purpose) == [
        .training, .evaluation, .training, .evaluation, .reading, .writing,
      ]
    )
    #expect(record.programs.allSatisfy { $0.seconds > 0 && $0.total >= $0.arguments })
    let (shallow, deep) = (record.programs[0], record.programs[2])
    #expect(deep.arguments > shallow.arguments)
    // The state lies where it was; new are the loss, the norm of the gradient and the addresses of the results.
    #expect(deep.aliased > deep.arguments / 10 * 9)
    #expect((8...1024).contains(deep.outputs - deep.aliased))
    // AdamW's two moments and its counts lie beside what evaluation takes.
    #expect(record.programs[3].held > record.programs[3].arguments)
    #expect(record.programs[4].held == 0)
  }

  /// Texts that are written while training stand beside the whole state; in mixed precision XLA does everything.
  @Test func samplesAreCompiledForEachStage() async throws {
    let fields = ["logging.samples=3", "training.precision=bfloat16"]
    let record = try await record(fields.flatMap { ["--set", $0] })
    #expect(record.precision == "bfloat16" && record.kernels == "xla")
    #expect(record.programs.map(\.stage) == [1, 1, 1, 1, 2, 2, 2, 2])
    let writing = try #require(record.programs.last)
    #expect(writing.purpose == .writing && writing.held == record.programs[4].aliased)
  }

  /// Of what is cut into parts each device holds one.
  @Test func severalDevicesShareTheState() async throws {
    let one = try await record(["--set", "kernels=xla"])
    let two = try await record([
      "--set", "parallelism.devices=2", "--set", "parallelism.sharding=fsdp", "--set",
      "training.batchSize=2",
    ])
    #expect(one.devices == 1 && one.sharding == nil)
    #expect(two.devices == 2 && two.sharding == "fsdp" && two.kernels == "xla")
    for (one, two) in zip(one.programs, two.programs) where one.purpose == .training {
      #expect((0.5..<0.6).contains(Double(two.aliased) / Double(one.aliased)))
    }
  }

  @Test func aTargetThatIsNeitherKnownNorAFileIsNamed() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path)
      .run(["compile", "tiny.yaml", "--for", "h300"])
    #expect(outcome.code == 1)
    #expect(
      outcome.errorLines.last
        == "error: --for: needs cpu, h100, h200, a100 or a file that describes a GPU; there is no "
        + "file h300"
    )
  }

  @Test func theTableIsAsRecorded() {
    var program = CompilationRecord.Program(
      stage: 1,
      layers: 4,
      purpose: .training,
      seconds: 12.34,
      arguments: 4_000_000,
      outputs: 4_000_008,
      aliased: 4_000_000,
      temporaries: 90_000_000,
      held: 0,
      total: 94_000_008,
      share: 0.94,
      excess: 19_000_008
    )
    var record = CompilationRecord(
      recipe: "tiny",
      target: "mine",
      plugin: "p.so",
      kernels: "xla",
      precision: "bfloat16",
      memory: 100_000_000,
      usableMemory: 75_000_000,
      programs: [program]
    )
    program.purpose = .evaluation
    (program.seconds, program.total, program.share, program.excess) = (0, 9_000_000, 0.09, nil)
    record.programs.append(program)
    #expect(record.fits == false)
    #expect(
      CompilationText(record).text == """
        tiny for mine with 100.0 MB: bfloat16, kernels xla

        stage  layers  program       seconds  arguments  outputs  temporary  besides    total   share  fits
        1      4       training         12.3     4.0 MB   4.0 MB    90.0 MB      0 B  94.0 MB  94.0 %  does not fit, by 19.0 MB
        1      4       evaluation  as before     4.0 MB   4.0 MB    90.0 MB      0 B   9.0 MB   9.0 %  fits

        Outputs that lie in arguments, such as the updated state, are counted once; besides is what of
        the training state lies there and is no argument.
        What fits takes no more than 75.0 MB, the recipe's memory.fraction.
        Compiled without the GPU, so nothing was run and no kernel chosen by trying (autotuning).

        """
    )
    record.programs.removeFirst()
    #expect(record.fits == true)
    (record.devices, record.sharding) = (8, "zero1")
    #expect(
      CompilationText(record).text.hasPrefix(
        "tiny for 8 mine with 100.0 MB each: bfloat16, kernels xla, sharding zero1\n"
      )
    )
  }
}

/// Every program of a recipe, compiled for GPUs that are not there: what breaks there does not land.
@Suite(.enabled(if: CUDAPlugin.path != nil, "\(CUDAPlugin.advice)")) struct CUDACompilationTests {
  private func outcome(
    _ arguments: [String],
    in folder: TemporaryFolder
  ) async throws -> (code: Int32, record: CompilationRecord) {
    let plugin = try #require(CUDAPlugin.path)
    let outcome = try await EspalierProcess(folder: folder.path)
      .run(["compile", "tiny.yaml", "--plugin", plugin, "--json"] + arguments)
    try #require(!outcome.output.isEmpty, "\(outcome.errors)")
    let data = Data(outcome.output.utf8)
    return (outcome.code, try JSONDecoder().decode(CompilationRecord.self, from: data))
  }

  private static let variants = [
    [], ["parallelism.devices=4", "parallelism.sharding=fsdp"],
    ["training.precision=bfloat16", "model.headSize=8"],
    ["training.precision=bfloat16", "model.layerExecution=scan"],
    [
      "training.precision=bfloat16", "training.optimizer.kind=muon",
      "corpus.separateDocuments=true", "model.queryKeyNorm=each-head", "model.slidingWindow=4",
    ],
    [
      "training.precision=bfloat16", "model.headSize=8", "parallelism.devices=2",
      "parallelism.sharding=fsdp",
    ],
  ]

  @Test(arguments: variants) func everythingCompilesForAnH100(fields: [String]) async throws {
    let folder = try await Workshop.ready().copy()
    let (code, record) = try await outcome(
      ["--for", "h100", "--set", "training.batchSize=4"] + fields.flatMap { ["--set", $0] },
      in: folder
    )
    #expect(code == 0)
    let isMixed = fields.contains("training.precision=bfloat16")
    #expect(record.kernels == (isMixed ? "xla, cuDNN's attention" : "xla"))
    #expect(Set(record.programs.map(\.purpose)) == Set(CompilationRecord.Purpose.allCases))
    #expect(record.programs.allSatisfy { $0.share.map { $0 > 0 && $0 < 0.01 } == true })
    #expect(record.fits == true)
  }

  /// A GPU that is described by a file, and of whose memory next to nothing may be used.
  @Test func whatDoesNotFitIsSaid() async throws {
    let folder = try await Workshop.ready().copy()
    let description = """
      gpu_device_info {
        cuda_compute_capability { major: 8 } threads_per_warp: 32 core_count: 108 fpus_per_core: 64
        threads_per_block_limit: 1024 threads_per_core_limit: 2048 clock_rate_ghz: 1.41
        shared_memory_per_block: 49152 shared_memory_per_core: 167936
        shared_memory_per_block_optin: 166912 l2_cache_size: 41943040
        registers_per_core_limit: 65536 registers_per_block_limit: 65536
        block_dim_limit_x: 2147483647 block_dim_limit_y: 65535 block_dim_limit_z: 65535
        memory_bandwidth: 2039040000000 device_memory_size: 1000000
      }
      platform_name: "CUDA"
      """
    try folder.write(description, to: "mine.txt")
    let (code, record) = try await outcome(
      ["--for", "mine.txt", "--set", "memory.fraction=0.001"],
      in: folder
    )
    #expect(code == 1)
    #expect(record.memory == 1_000_000 && record.usableMemory == 1000)
    #expect(record.programs.allSatisfy { ($0.excess ?? 0) == $0.total - 1000 })
  }
}
