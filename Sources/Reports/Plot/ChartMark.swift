/// The marks that tell the curves apart without colour: circle, square, diamond, triangle.
enum ChartMark {
  /// The number of different looks; further runs begin again.
  static let styleCount = 6

  /// A mark around a place.
  static func markup(style: Int, x: Double, y: Double) -> Markup {
    switch style % 4 {
    case 0: "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"3.6\"/>"
    case 1: "<rect x=\"\(x - 3.3)\" y=\"\(y - 3.3)\" width=\"6.6\" height=\"6.6\"/>"
    case 2: "<path d=\"M\(x) \(y - 4.6)L\(x + 4.6) \(y)L\(x) \(y + 4.6)L\(x - 4.6) \(y)Z\"/>"
    default: "<path d=\"M\(x) \(y - 4.4)L\(x + 4.4) \(y + 3.4)L\(x - 4.4) \(y + 3.4)Z\"/>"
    }
  }
}
