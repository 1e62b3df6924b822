import Foundation

extension Study {
  /// The study as JSON, with the numbers of its figures and of every cell of those with sliders.
  ///
  /// Keys are sorted; numbers that are not finite are the strings `NaN`, `Infinity` and `-Infinity`.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
