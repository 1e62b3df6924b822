import EspalierTestSupport
import Testing

/// `espalier lab locality` as a user runs it.
@Suite struct LocalityTests {
  /// Nothing is computed or written for sizes that make no sense.
  @Test(
    arguments: [
      ("--patches 4 0", "patches: needs whole numbers from 1 up; got 0"),
      ("--dimensions 0", "dimensions: needs whole numbers from 1 up; got 0"),
      ("--sigma 0", "sigma: needs a number above 0; got 0.0"),
      ("--sigma=-0.3", "sigma: needs a number above 0; got -0.3"),
      ("--seeds 1", "seeds: needs two at least, or there are no intervals; got 1"),
      ("--target 0.6", "target: needs an error above 0 and below 0.5; got 0.6"),
      (
        "--regimes R1 --patches 4 --target 0.01",
        "target: 0.01 is 0.0367 below the error of the best rule, 0.0467, with 4 patches in noise of 0.35; "
          + "take a larger target or less noise"
      ),
    ]
  )
  func badSizesAreErrorsInOneSentence(options: String, message: String) async throws {
    let folder = try TemporaryFolder()
    let before = try FolderContents(folder.path)
    let command = ["lab", "locality", "samples"] + options.split(separator: " ").map(String.init)
    let outcome = try await EspalierProcess(
      folder: folder.path,
      environment: ["ESPALIER_PJRT_PLUGIN": TestPlugin.path]
    ).run(command)
    #expect(outcome.code == 1)
    #expect(outcome.output == "")
    #expect(outcome.errorLines == ["error: \(message)"])
    #expect(try FolderContents(folder.path) == before)
  }
}
