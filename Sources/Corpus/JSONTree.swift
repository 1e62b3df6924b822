/// A JSON document, with the members of objects in their order and numbers as they are written.
///
/// Names are compared by their bytes: Foundation's readers take two that are canonically equivalent for one, and
/// vocabularies hold both.
package enum JSONTree: Hashable, Sendable {
  case object([Member])
  case list([JSONTree])
  case text(String)
  case number(String)
  case truth(Bool)
  case null

  /// A member of an object.
  package struct Member: Hashable, Sendable {
    package let name: String
    package let value: JSONTree
  }

  /// Why bytes are no JSON.
  package struct Problem: Error {
    /// What is wrong and where.
    package let reason: String
  }

  /// Reads a document.
  ///
  /// - Parameter bytes: UTF-8.
  /// - Throws: ``Problem``.
  package init(parsing bytes: [UInt8]) throws(Problem) {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw Problem(reason: "is not UTF-8 text")
    }
    var scanner = JSONScanner(bytes[...], end: "the end of the file")
    do {
      self = try scanner.tree()
      try scanner.finish()
    } catch {
      throw Problem(reason: "byte \(error.offset): \(error.reason)")
    }
  }

  /// The members of an object; none of anything else.
  package var members: [Member] { if case .object(let members) = self { members } else { [] } }
  /// The elements of a list; nil for anything else.
  package var elements: [JSONTree]? { if case .list(let list) = self { list } else { nil } }
  /// The text; nil for anything else.
  package var string: String? { if case .text(let text) = self { text } else { nil } }
  /// The truth value; nil for anything else.
  package var bool: Bool? { if case .truth(let truth) = self { truth } else { nil } }
  /// The number; nil for anything else.
  package var double: Double? { if case .number(let number) = self { Double(number) } else { nil } }
  /// The whole number; nil for anything else.
  package var int: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }
  /// Whether it is null.
  package var isNull: Bool { self == .null }

  /// The member of a name, the last one of several; nil where there is none, or null.
  package subscript(name: String) -> JSONTree? {
    let found = members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
    return found?.isNull == true ? nil : found
  }

  /// The value as it is written, cut short where it is long.
  package var written: String {
    switch self {
    case .object: return "an object"
    case .list(let elements):
      return elements.count > 4 ? "a list" : "[\(elements.map(\.written).joined(separator: ", "))]"
    case .text(let text): return "\"\(text.count > 60 ? text.prefix(60) + "…" : text)\""
    case .number(let number): return number
    case .truth(let truth): return "\(truth)"
    case .null: return "null"
    }
  }
}
