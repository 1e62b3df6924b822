import Foundation

/// What the sources of the tests declare, for documents that name tests.
public struct TestSources {
  /// The functions of a suite's files, by the suite's name.
  private var functions: [String: Set<String>] = [:]

  /// Reads all sources, or those of one target.
  ///
  /// - Parameter target: Such as `RunsTests`; nil for all.
  /// - Throws: Where they cannot be read.
  public init(target: String? = nil) throws {
    let folder = TestPlugin.packageRoot.path + "/Tests" + (target.map { "/\($0)" } ?? "")
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where file.hasSuffix(".swift") {
      add(try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8))
    }
  }

  private mutating func add(_ source: String) {
    let declarations = source.matches(of: /(?:struct|extension) (\w+) |func (\w+)\(/)
    let names = declarations.compactMap { $0.2.map(String.init) }
    for suite in declarations.compactMap(\.1) {
      functions[String(suite), default: []].formUnion(names)
    }
  }

  /// Whether there is a suite, and in its files a test.
  ///
  /// - Parameters:
  ///   - suite: The suite's name.
  ///   - test: The test's function; nil where any will do.
  /// - Returns: Whether both are there.
  public func declare(suite: String, test: String?) -> Bool {
    guard let names = functions[suite] else { return false }
    return test.map(names.contains) ?? true
  }
}
