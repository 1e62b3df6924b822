import Foundation

/// A piece of HTML or SVG in which every text that was put in is escaped.
///
/// What is written in a literal is markup; what is interpolated is text, and cannot become markup:
///
/// ```swift
/// let name = "<script>"
/// let cell: Markup = "<td>\(name)</td>"  // <td>&lt;script&gt;</td>
/// ```
/// The markup is well-formed XML, so that any reader of XML can check it.
struct Markup: Hashable, Sendable, ExpressibleByStringInterpolation {
  /// The markup as text.
  private(set) var source: String

  init(stringLiteral value: String) {
    source = value
  }

  init(stringInterpolation: StringInterpolation) {
    source = stringInterpolation.source
  }

  struct StringInterpolation: StringInterpolationProtocol {
    var source = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      source.reserveCapacity(literalCapacity + 8 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) {
      source += literal
    }

    /// Text, escaped for the inside of elements and of quoted attributes.
    mutating func appendInterpolation(_ text: String) {
      source += Markup.escaped(text)
    }

    mutating func appendInterpolation(_ number: Int) {
      source += String(number)
    }

    /// A coordinate, in hundredths.
    mutating func appendInterpolation(_ coordinate: Double) {
      source += Markup.coordinate(coordinate)
    }

    mutating func appendInterpolation(_ markup: Markup) {
      source += markup.source
    }

    mutating func appendInterpolation(_ markups: [Markup], separator: Markup = "\n") {
      source += markups.map(\.source).joined(separator: separator.source)
    }
  }

  /// Adds markup at the end.
  static func += (left: inout Markup, right: Markup) {
    left.source += right.source
  }

  /// A coordinate with at most two decimals; what is not finite is 0.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "0" }
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    if rest.isMultiple(of: 10) { return "\(sign)\(whole).\(rest / 10)" }
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// Text in which no character means anything to a browser; those that XML forbids become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
