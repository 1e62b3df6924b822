import Checkpoints
import EspalierTestSupport
import Files
import Foundation
import Safetensors
import PJRT
import Recipes
import Reports
import Runs
import Testing

@testable import espalier

/// What the command makes of the process it runs in, and of errors.
@Suite struct ContextTests {
  private func places(
    current: String = "/here",
    home: String? = "/home/me",
    executable: String = "/usr/bin/espalier"
  ) -> Places {
    Places(
      namedPlugin: nil,
      currentFolder: current,
      homeFolder: home,
      executable: executable
    )
  }

  @Test func pluginsAreLookedForHereInThePackageAndAtHome() {
    let built = places(executable: "/src/espalier/.build/x86_64-unknown-linux-gnu/debug/espalier")
    #expect(built.packageFolder == "/src/espalier")
    #expect(
      built.pluginLocator(explicitPath: nil).searchFolders == [
        "/here/.espalier/plugins", "/src/espalier/.espalier/plugins",
        "/home/me/.espalier/plugins",
      ]
    )
  }

  @Test func aFolderIsLookedIntoOnce() {
    let built = places(
      current: "/src/espalier",
      home: nil,
      executable: "/src/espalier/.build/release/espalier"
    )
    #expect(
      built.pluginLocator(explicitPath: nil).searchFolders == ["/src/espalier/.espalier/plugins"]
    )
  }

  @Test func aProgramThatWasInstalledHasNoPackage() {
    #expect(places().packageFolder == nil)
    #expect(places().sharedFolder == "/usr/share/espalier")
    #expect(
      places().pluginLocator(explicitPath: nil).searchFolders == [
        "/here/.espalier/plugins", "/home/me/.espalier/plugins", "/usr/lib/espalier/plugins",
      ]
    )
    #expect(places(executable: "/src/espalier/.build/release/espalier").sharedFolder == nil)
    #expect(places(executable: "/opt/espalier").sharedFolder == nil)
  }

  /// Where the plugin came as a Python package, into a virtual environment or one of Debian's folders.
  @Test(arguments: ["python3.9/site-packages", "python3/dist-packages"])
  func thePluginOfAPythonEnvironmentIsFound(packages: String) throws {
    let environment = try TemporaryFolder()
    let package = "lib/\(packages)/lammps_jax_pjrt_cpu"
    try environment.write("program", to: "bin/espalier")
    try environment.write("library", to: "\(package)/pjrt_c_api_cpu_plugin.so")
    try environment.makeFolder("lib/python3.12/site-packages/other")
    let locator = places(home: nil, executable: environment / "bin/espalier")
      .pluginLocator(explicitPath: nil)
    let root = try LocalFileSystem().realPath(environment.path)
    #expect(
      locator.searchFolders == [
        "/here/.espalier/plugins", "\(root)/lib/espalier/plugins", "\(root)/\(package)",
      ]
    )
    #expect(try locator.locate() == "\(root)/\(package)/pjrt_c_api_cpu_plugin.so")
  }

  /// What the command was installed with is read there; what it writes goes into the current folder.
  @Test func theDemonstrationIsFoundWhereTheCommandIsInstalled() throws {
    let (here, installed) = (try TemporaryFolder(), try TemporaryFolder())
    try installed.write("program", to: "bin/espalier")
    for file in [
      "Data/king-james.jsonl.gz", "Recipes/demo-full-depth.yaml", "Recipes/demo-midas.yaml",
    ] {
      try installed.write("", to: "share/espalier/\(file)")
    }
    let context = CommandContext(
      arguments: [],
      console: Console(isPlain: true, isColourless: true, isUnicode: false),
      places: places(current: here.path, executable: installed / "bin/espalier")
    )
    #expect(try Demonstration(context: context).folder == "runs/demo")
  }

  @Test func programsAreKeptInTheFirstFolderThatIsThere() throws {
    let (here, home) = (try TemporaryFolder(), try TemporaryFolder())
    let places = places(current: here.path, home: home.path)
    #expect(places.programCache == home / ".espalier/cache/programs")
    try here.makeFolder(".espalier")
    #expect(places.programCache == here / ".espalier/cache/programs")
  }

  @Test func theDemonstrationSaysWhatItDoesNotFind() throws {
    let here = try TemporaryFolder()
    let context = CommandContext(
      arguments: [],
      console: Console(isPlain: true, isColourless: true, isUnicode: false),
      places: places(current: here.path)
    )
    let error = #expect(throws: CommandError.self) { try Demonstration(context: context) }
    #expect(
      error?.description
        == "the demonstration needs Data/king-james.jsonl.gz, looked for in \(here.path) and "
        + "/usr/share/espalier; run it in the folder of the package"
    )
  }

  @Test func messagesAreOneLineEach() {
    let failure = Failure(
      PJRTError.call(
        name: "PJRT_Client_Compile",
        code: .invalidArgument,
        message: "error: expected ')'\n  %0 = stablehlo.add\n       ^"
      )
    )
    #expect(failure.messages.count == 1)
    #expect(failure.messages[0].hasSuffix("error: expected ')'"))
    #expect(failure.exitCode == 1)
    #expect(
      Failure(CommandError.cannotPrint(reason: "long\u{2028}story")).messages[0].hasSuffix("long")
    )
  }

  @Test func aPluginOfAnotherVersionIsNamedWithBothVersions() {
    let failure = Failure(
      PJRTError.unsupportedVersion(
        path: "old.so",
        found: InterfaceVersion(major: 0, minor: 40),
        needed: InterfaceVersion(major: 0, minor: 70)
      )
    )
    #expect(
      failure.messages == [
        "old.so: follows version 0.40 of the PJRT interface; needs 0.70 or a later 0.x"
      ]
    )
    #expect(failure.hint == "`espalier doctor` shows what is there and what is missing")
  }

  @Test func aRunThatTheWorldStoppedCanBeGoneOnWith() {
    let full = StoppedRun(
      reason: CheckpointError.diskFull(step: 200, folder: "runs/a/checkpoints"),
      folder: "runs/a"
    )
    #expect(Failure(full).hint == "`espalier resume runs/a` goes on from the last checkpoint")
    let diverged = StoppedRun(reason: CommandError.notAToken(text: "x"), folder: "runs/a")
    #expect(Failure(diverged).hint == nil)
  }
}
