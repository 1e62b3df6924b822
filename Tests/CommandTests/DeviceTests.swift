import EspalierTestSupport
import Testing

/// What is said where a device is wanted that the plugin is not for.
@Suite struct DeviceTests {
  @Test(arguments: [["--device", "cuda"], ["--set", "device=cuda"]])
  func aPluginForAnotherDeviceIsNamed(arguments: [String]) async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path)
      .run(["train", "tiny.yaml", "--plugin", TestPlugin.path] + arguments)
    #expect(outcome.code == 1)
    #expect(
      outcome.errorLines.last
        == "error: \(TestPlugin.path): is a plugin for cpu, and cuda is wanted; name another with "
        + "--plugin or ESPALIER_PJRT_PLUGIN, or leave the device to the plugin"
    )
  }

  /// The option counts more than the recipe.
  @Test func theOptionComesFirst() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "train", "tiny.yaml", "--plugin", TestPlugin.path, "--set", "device=cuda", "--device", "cpu",
      "--set", "training.precision=bfloat16", "--set", "training.steps=2",
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.errorLines.contains(
        "kernels: xla, since Espalier's kernels compute in float32, not in bfloat16"
      )
    )
  }

  /// As a user does it: a run of one device that goes on with two.
  @Test func aRunGoesOnWithTwoDevices() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let device = ["--plugin", TestPlugin.path]
    let fields = [
      "training.steps=4", "checkpoints.every=2", "training.batchSize=2",
      "training.learningRate.schedule=warmup-stable-decay",
      "training.learningRate.decayFraction=0.25",
    ]
    let begun = try await espalier.run(
      ["train", "tiny.yaml", "--run", "run"] + device + fields.flatMap { ["--set", $0] }
    )
    #expect(begun.code == 0, "\(begun.errors)")
    let recipe = "\(folder.path)/run/recipe.yaml"
    let text = try String(contentsOfFile: recipe, encoding: .utf8)
    try text.replacing("  devices: 1\n", with: "  devices: 2\n")
      .write(toFile: recipe, atomically: true, encoding: .utf8)
    let resumed = try await espalier.run(["resume", "run", "--steps", "6"] + device)
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(
      resumed.errorLines.contains(
        "kernels: xla, since Espalier's kernels run on one device, not on 2 together"
      )
    )
  }

  @Test func anUnknownDeviceIsNamed() async throws {
    let outcome = try await EspalierProcess(folder: "/")
      .run(["train", "tiny.yaml", "--device", "tpu"])
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("'tpu'"))
  }

  /// A machine without a GPU says so, and not what XLA says of it.
  @Test(
    .enabled(if: CUDAPlugin.path != nil, "\(CUDAPlugin.advice)"),
    .enabled(if: !CUDAPlugin.hasGPU, "there is a GPU")
  )
  func aMissingGPUIsNamed() async throws {
    let folder = try await Workshop.ready().copy()
    let plugin = try #require(CUDAPlugin.path)
    let outcome = try await EspalierProcess(folder: folder.path)
      .run(["train", "tiny.yaml", "--plugin", plugin])
    #expect(outcome.code == 1)
    #expect(
      outcome.errorLines.suffix(2) == [
        "error: CUDA cannot be used: there is no NVIDIA GPU here, or its driver is not loaded: "
          + "there is no /dev/nvidiactl",
        "hint: `espalier doctor` shows what is there and what is missing",
      ]
    )
  }
}
