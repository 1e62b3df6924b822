import Foundation

/// How reports spell numbers; what is not known is a dash.
package enum NumberText {
  /// The sign for what is not known.
  package static let unknown = "–"

  /// A loss with three decimals.
  static func loss(_ loss: Double?) -> String {
    guard let loss, loss.isFinite else { return unknown }
    return NumberFormat.fixed(loss, digits: 3)
  }

  /// A difference of losses with its sign.
  static func lossDifference(_ difference: Double?) -> String {
    guard let difference, difference.isFinite else { return unknown }
    let text = NumberFormat.fixed(abs(difference), digits: 3)
    return text == "0.000" ? "±" + text : (difference < 0 ? "−" : "+") + text
  }

  /// A factor such as `1.29×`.
  static func factor(_ factor: Double?) -> String {
    guard let factor, factor.isFinite else { return unknown }
    return NumberFormat.fixed(factor, digits: 2) + "×"
  }

  /// A count in full, digits in groups of three.
  static func count(_ count: Int) -> String {
    var text = ""
    let digits = String(count.magnitude)
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "\u{202F}" }
      text.append(digit)
    }
    return (count < 0 ? "−" : "") + text
  }

  /// A number rounded to a count, in full.
  static func count(ofWhole number: Double?) -> String {
    guard let number, abs(number) < 1e15 else { return unknown }
    return count(Int(number.rounded()))
  }

  /// An amount in three digits with a word for its size: `1.64 million`.
  static func amount(_ amount: Double?) -> String {
    scaled(amount, words: ["", " thousand", " million", " billion", " trillion"])
  }

  /// FLOPs in three digits with the prefix of their size: `1.29 petaFLOP`.
  static func flops(_ flops: Double?) -> String {
    scaled(flops, words: flopUnits.map { " " + $0 })
  }

  /// The names of units of FLOPs, each a thousand times the one before.
  static let flopUnits = [
    "FLOP", "kiloFLOP", "megaFLOP", "gigaFLOP", "teraFLOP", "petaFLOP", "exaFLOP", "zettaFLOP",
  ]

  /// Seconds as a reader says them: `12.3 s`, `3 min 12 s`, `2 h 05 min`.
  static func duration(_ seconds: Double?) -> String {
    guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e9 else { return unknown }
    if seconds < 59.95 { return NumberFormat.fixed(seconds, digits: 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(NumberFormat.twoDigits(whole % 60)) s" }
    return "\(whole / 3600) h \(NumberFormat.twoDigits(whole % 3600 / 60)) min"
  }

  /// Bytes in three digits: `7.77 GiB`.
  static func bytes(_ bytes: UInt64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var (value, unit) = (Double(bytes), 0)
    while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
    return "\(significant(value)) \(units[unit])"
  }

  /// A number in three significant digits, without an exponent.
  static func significant(_ number: Double) -> String {
    guard number.isFinite else { return unknown }
    guard number != 0 else { return "0" }
    var magnitude = Int(log10(abs(number)).rounded(.down))
    // 9.997 has one decimal fewer than it seems, because it becomes 10.0.
    if abs(number) >= 9.995 * pow(10, Double(magnitude)) { magnitude += 1 }
    return NumberFormat.fixed(number, digits: max(0, min(15, 2 - magnitude)))
  }

  /// A number in up to four significant digits, with an exponent where it is very large or small.
  package static func brief(_ number: Double) -> String {
    number.isFinite ? String(format: "%.4g", number) : unknown
  }

  /// A setting: a count in full, another number in up to four significant digits.
  package static func setting(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : brief(number)
  }

  private static func scaled(_ number: Double?, words: [String]) -> String {
    guard let number, number.isFinite else { return unknown }
    var (value, word) = (number, 0)
    while abs(value) >= 999.5, word < words.count - 1 { (value, word) = (value / 1000, word + 1) }
    if word == 0, value.rounded() == value { return "\(Int(value))\(words[0])" }
    return significant(value) + words[word]
  }
}
