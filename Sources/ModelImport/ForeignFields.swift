import Corpus
import Files

/// The fields of a JSON file of someone else's.
struct ForeignFields {
  let path: String
  let tree: JSONTree

  /// Reads a file.
  ///
  /// - Throws: ``ImportError/malformed(path:reason:)`` or `FileError`.
  init(_ path: String, in files: any FileSystem) throws {
    self.path = path
    do {
      tree = try JSONTree(parsing: files.contents(of: path, limit: Self.byteLimit))
    } catch let problem as JSONTree.Problem {
      throw ImportError.malformed(path: path, reason: "is no JSON: \(problem.reason)")
    }
    guard case .object = tree else {
      throw ImportError.malformed(path: path, reason: "needs an object; got \(tree.written)")
    }
  }

  /// Indices of the largest models have some megabytes.
  private static let byteLimit = 64 << 20

  /// The value of a field, with dots for fields in objects; nil where there is none, or null.
  func value(_ field: String) -> JSONTree? {
    field.split(separator: ".").reduce(Optional(tree)) { $0?[String($1)] }
  }

  /// A positive whole number.
  func count(_ field: String, orElse other: Int? = nil) throws(ImportError) -> Int {
    guard let value = value(field) else {
      if let other { return other }
      throw wrong(field, "a positive whole number")
    }
    guard let count = value.int, count > 0 else { throw wrong(field, "a positive whole number") }
    return count
  }

  /// A number above zero.
  func number(_ field: String, orElse other: Double? = nil) throws(ImportError) -> Double {
    guard let value = value(field) else {
      if let other { return other }
      throw wrong(field, "a number above 0")
    }
    guard let number = value.double, number > 0, number.isFinite else {
      throw wrong(field, "a number above 0")
    }
    return number
  }

  /// A truth value.
  func truth(_ field: String, orElse other: Bool) throws(ImportError) -> Bool {
    guard let value = value(field) else { return other }
    guard let truth = value.bool else { throw wrong(field, "true or false") }
    return truth
  }

  /// Refuses a field that has another value than one that changes nothing.
  func expect(_ field: String, oneOf values: JSONTree...) throws(ImportError) {
    guard let value = value(field), !values.contains(value) else { return }
    throw unsupported(field)
  }

  /// The error of a field that is wrong.
  func wrong(_ field: String, _ expected: String) -> ImportError {
    .wrongField(
      path: path,
      field: field,
      value: value(field)?.written ?? "nothing",
      expected: expected
    )
  }

  /// The error of a field that asks for what no model here has.
  func unsupported(_ field: String) -> ImportError {
    .unsupported(path: path, field: field, value: value(field)?.written ?? "nothing")
  }
}
