import EspalierTestSupport
import Foundation
import Testing

/// A command line that cannot succeed, and what it answers.
struct BadInput: Sendable, CustomTestStringConvertible {
  /// What is wrong, as a name for the test.
  let name: String
  /// The command line.
  let arguments: [String]
  /// What comes in on the standard input.
  var input = Data()
  /// Variables of the environment.
  var environment: [String: String] = [:]
  /// Whether a finished run is needed.
  var needsRun = false
  /// Whether it shows only when training begins, which is announced.
  var begins = false
  /// The exit code.
  var code: Int32 = 1
  /// The messages behind `error: `, in order; `…` at an end stands for the system's own words.
  let messages: [String]
  /// Spoils the materials.
  var prepare: @Sendable (TemporaryFolder) throws -> Void = { _ in }

  var testDescription: String { name }
}

/// Whether a message is the expected one.
func matches(_ message: String, _ expected: String) -> Bool {
  expected.hasSuffix("…") ? message.hasPrefix(expected.dropLast()) : message == expected
}
