import ArgumentParser

/// Whole numbers with commas between them, as options such as `--seeds` take them.
enum NumberList {
  /// Reads the numbers.
  ///
  /// - Throws: `ValidationError` for anything else.
  static func parse<Number: FixedWidthInteger>(_ text: String, option: String) throws -> [Number] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let number = Number(word), number >= 0 else {
        throw ValidationError(
          "\(option): needs whole numbers from 0 on with commas between them; got \"\(text)\""
        )
      }
      return number
    }
  }
}
