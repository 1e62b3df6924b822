import Foundation

/// A figure of a study: exact curves as lines, measurements as marks with their intervals.
package struct Figure: Hashable, Sendable, Encodable {
  /// A number over a number, with the ends of its interval if it has one.
  package struct Place: Hashable, Sendable, Encodable {
    package var x: Double
    package var y: Double
    package var low: Double?
    package var high: Double?

    package init(x: Double, y: Double, low: Double? = nil, high: Double? = nil) {
      self.x = x
      self.y = y
      self.low = low
      self.high = high
    }
  }

  /// What belongs to one name and has one colour.
  package struct Curve: Hashable, Sendable, Encodable {
    /// The name beside the curve; none where it is empty.
    package var name: String
    /// Which colour, dashes and mark, counted from 0; there are six.
    package var style: Int
    /// What is known exactly, drawn as a line.
    package var line: [Place]
    /// What was measured, drawn as marks.
    package var marks: [Place]

    package init(name: String, style: Int, line: [Place] = [], marks: [Place] = []) {
      self.name = name
      self.style = style % ChartMark.styleCount
      self.line = line
      self.marks = marks
    }
  }

  /// A level to compare with, a dotted rule across the figure.
  package struct Level: Hashable, Sendable, Encodable {
    package var name: String
    package var y: Double

    package init(name: String, y: Double) {
      self.name = name
      self.y = y
    }
  }

  /// What an axis counts.
  package struct Axis: Hashable, Sendable, Encodable {
    package var title: String
    /// Whether equal ratios are equally far apart; numbers that are not positive are left out then.
    package var isLogarithmic: Bool

    package init(_ title: String, isLogarithmic: Bool = false) {
      self.title = title
      self.isLogarithmic = isLogarithmic
    }
  }

  package var title: String
  /// A sentence for those who do not see the figure.
  package var summary: String
  package var horizontal: Axis
  package var vertical: Axis
  package var curves: [Curve]
  package var levels: [Level]

  package init(
    title: String,
    summary: String,
    horizontal: Axis,
    vertical: Axis,
    curves: [Curve],
    levels: [Level] = []
  ) {
    self.title = title
    self.summary = summary
    self.horizontal = horizontal
    self.vertical = vertical
    self.curves = curves
    self.levels = levels
  }

  /// All numbers that need room on the horizontal axis.
  var xValues: [Double] { curves.flatMap { $0.line + $0.marks }.map(\.x) }

  /// All numbers that need room on the vertical axis.
  ///
  /// On a logarithmic axis intervals may run out of the figure: one that ends next to 0 would take all of it.
  var yValues: [Double] {
    let places = curves.flatMap { $0.line + $0.marks }
    let ends =
      vertical.isLogarithmic ? [] : places.flatMap { [$0.low, $0.high].compactMap(\.self) }
    return places.map(\.y) + levels.map(\.y) + ends
  }

  /// A scale for numbers on an axis.
  func scale(_ values: [Double], _ axis: Axis, length: Double, spacing: Double) -> Scale {
    let usable = values.filter { $0.isFinite && (!axis.isLogarithmic || $0 > 0) }
    guard let least = usable.min(), let most = usable.max() else {
      return .linear(from: 0, to: 1, atMost: 3)
    }
    if axis.isLogarithmic {
      // A single number gets a factor of three of room on each side.
      let margin = most > least ? pow(most / least, 0.05) : 3
      return .logarithmic(from: least / margin, to: most * margin, apart: spacing / length)
    }
    let margin = (most - least) * 0.05
    return .linear(
      from: least - margin,
      to: most + margin,
      atMost: max(3, Int(length / spacing))
    )
  }
}
