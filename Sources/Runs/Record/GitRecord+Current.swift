import Foundation

extension GitRecord {
  /// The state of the repository around a folder, found by running `git`.
  ///
  /// - Parameter folder: A folder in the repository's work tree.
  /// - Returns: Nothing if there is no repository, no commit or no `git`: a run needs none of them.
  package static func current(folder: String) -> GitRecord? {
    guard let head = git(["rev-parse", "--verify", "HEAD"], in: folder) else { return nil }
    let commit = head.trimmingCharacters(in: .whitespacesAndNewlines)
    guard commit.count >= 40, commit.allSatisfy(\.isHexDigit),
      let status = git(["status", "--porcelain", "--untracked-files=no"], in: folder)
    else { return nil }
    return GitRecord(commit: commit, isDirty: !status.isEmpty)
  }

  /// What a git command prints, or nothing if it fails.
  private static func git(_ arguments: [String], in folder: String) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // Without optional locks the question never disturbs another git command in the same repository.
    process.arguments = ["git", "--no-optional-locks", "-C", folder] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      return nil
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self)
  }
}
