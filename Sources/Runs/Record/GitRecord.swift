/// The state of a git repository when a run was started.
public struct GitRecord: Codable, Hashable, Sendable {
  /// The checked-out commit, 40 hexadecimal digits (64 in a SHA-256 repository).
  public var commit: String
  /// Whether tracked files differed from the commit.
  public var isDirty: Bool

  /// Names a commit and whether the files differed from it.
  public init(commit: String, isDirty: Bool) {
    self.commit = commit
    self.isDirty = isDirty
  }
}
