/// A place in the source of whoever traces a program.
public struct SourceSite: Hashable, Sendable, CustomStringConvertible {
  /// The module and the file, such as `LanguageModels/Attention.swift`.
  public let fileID: String
  /// The line, from 1.
  public let line: Int
  /// Whether the mistake is on this line, or only somewhere after it.
  ///
  /// An operator such as `+` cannot know its caller's line, so it names the line of its operand.
  public let isExact: Bool

  /// Names a line.
  public init(fileID: String, line: Int, isExact: Bool = true) {
    self.fileID = fileID
    self.line = line
    self.isExact = isExact
  }

  /// The file's name and the line, such as `Attention.swift:41`.
  public var description: String {
    let file = fileID.split(separator: "/").last.map(String.init) ?? fileID
    return "\(isExact ? "" : "after ")\(file):\(line)"
  }
}
