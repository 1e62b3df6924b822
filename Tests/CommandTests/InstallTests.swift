import EspalierTestSupport
import Foundation
import Testing

/// The command as `make install` puts it into a place of its own.
@Suite struct InstallTests {
  @Test func theCommandIsInstalledWithItsCompletions() async throws {
    let folder = try TemporaryFolder()
    let script = TestPlugin.packageRoot.path + "/scripts/install.sh"
    let line = """
      set -e
      \(script) "$PWD/here" "\(EspalierProcess.executable)"
      bash -n here/share/bash-completion/completions/espalier
      here/bin/espalier --version
      """
    let shell = EspalierProcess(folder: folder.path, launcher: ["/bin/sh", "-c", line])
    let outcome = try await shell.run([])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("\(folder.path)/here/bin/espalier\n"))
    for file in [
      "bash-completion/completions/espalier", "zsh/site-functions/_espalier",
      "fish/vendor_completions.d/espalier.fish",
    ] {
      let text = String(decoding: try folder.read("here/share/\(file)"), as: UTF8.self)
      #expect(text.contains("learning-curve") && text.contains("import"), "\(file)")
    }
  }

  @Test func aProgramThatIsNotBuiltIsMissed() async throws {
    let folder = try TemporaryFolder()
    let script = TestPlugin.packageRoot.path + "/scripts/install.sh"
    let shell = EspalierProcess(
      folder: folder.path,
      launcher: ["/bin/sh", "-c", "\(script) here nothing"]
    )
    let outcome = try await shell.run([])
    #expect(outcome.code == 1)
    #expect(outcome.errors == "error: nothing: is not there; `make build` makes it\n")
    #expect(try folder.names().isEmpty)
  }
}
