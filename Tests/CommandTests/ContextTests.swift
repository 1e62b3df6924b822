import Checkpoints
import EspalierTestSupport
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
    current: String = "/work",
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
        "/work/.espalier/plugins", "/src/espalier/.espalier/plugins",
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
    #expect(
      places().pluginLocator(explicitPath: nil).searchFolders == [
        "/work/.espalier/plugins", "/home/me/.espalier/plugins",
      ]
    )
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
        == "the demonstration needs Data/king-james.jsonl.gz, looked for in \(here.path); run it in "
        + "the folder of the package"
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
