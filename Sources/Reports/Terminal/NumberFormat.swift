import Foundation

/// Numbers as people read them.
package enum NumberFormat {
  /// A whole number with commas, such as `1,638,400`.
  package static func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number.magnitude).reversed().enumerated() {
      if index > 0, index.isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return (number < 0 ? "-" : "") + text.reversed()
  }

  /// A number of bytes, such as `4.1 MB`.
  package static func bytes(_ count: Int) -> String {
    scaled(Double(count), units: ["B", "kB", "MB", "GB", "TB", "PB"])
  }

  /// A number of floating-point operations, such as `15.2 TFLOP`.
  package static func operations(_ count: Double) -> String {
    scaled(count, units: ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP"])
  }

  /// A time, such as `0:42`, `12:05` or `3:07:09`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "-" }
    let whole = Int(max(0, seconds).rounded())
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    let tail = twoDigits(whole % 60)
    return hours > 0 ? "\(hours):\(twoDigits(minutes)):\(tail)" : "\(minutes):\(tail)"
  }

  /// A number with so many digits behind the point, the same in every language.
  package static func fixed(_ number: Double, digits: Int) -> String {
    String(format: "%.\(digits)f", number)
  }

  static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }

  private static func scaled(_ number: Double, units: [String]) -> String {
    var (number, index) = (number, 0)
    while number >= 999.95, index < units.count - 1 {
      number /= 1000
      index += 1
    }
    return "\(index == 0 ? String(Int(number)) : fixed(number, digits: 1)) \(units[index])"
  }
}
