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
    let declared = source.matches(of: /(struct|extension|func) (\w+)/)
      .map { (isFunction: $0.1 == "func", name: String($0.2)) }
    let names = declared.filter(\.isFunction).map(\.name)
    for suite in declared where !suite.isFunction {
      functions[suite.name, default: []].formUnion(names)
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
