/// A figure whose settings the reader chooses with sliders.
///
/// What belongs to every choice was computed before and lies in the page, so it needs no server. All choices share
/// their axes, so that what moves is the curves.
package struct SliderFigure: Hashable, Sendable, Encodable {
  /// A setting and the values that it can have.
  package struct Slider: Hashable, Sendable, Encodable {
    /// What is set, such as `OPT` or `patches k`.
    package let name: String
    /// The values, in the order in which the slider runs through them.
    package let values: [Double]
    /// The place of the value that is shown first.
    package let start: Int

    /// A slider.
    ///
    /// - Parameters:
    ///   - name: What is set.
    ///   - values: At least one value.
    ///   - start: The value that is shown first; the first one if it is none of them.
    package init(_ name: String, _ values: [Double], startingAt start: Double? = nil) {
      precondition(!values.isEmpty, "a slider needs a value")
      self.name = name
      self.values = values
      self.start = start.flatMap { values.firstIndex(of: $0) } ?? 0
    }
  }

  /// What is shown for one value of each slider.
  package struct Cell: Hashable, Sendable, Encodable {
    package var curves: [Figure.Curve]
    /// What there is to read there, a sentence or two.
    package var reading: String

    package init(curves: [Figure.Curve], reading: String = "") {
      self.curves = curves
      self.reading = reading
    }
  }

  /// What does not depend on the sliders: axes, levels, and curves that are always there.
  package let figure: Figure
  package let sliders: [Slider]
  /// The cells of the grid; the values of the last slider are next to each other.
  package let cells: [Cell]

  /// Computes the cells of a grid.
  ///
  /// - Parameters:
  ///   - figure: What does not depend on the sliders.
  ///   - sliders: One or two.
  ///   - cell: What is shown for a value of each slider.
  package init(_ figure: Figure, over sliders: [Slider], cell: (_ settings: [Double]) -> Cell) {
    precondition((1...2).contains(sliders.count), "a figure has one slider or two")
    self.figure = figure
    self.sliders = sliders
    cells = Self.grid(of: sliders).map(cell)
  }

  /// The values of the sliders, cell by cell.
  private static func grid(of sliders: [Slider]) -> [[Double]] {
    sliders.reduce([[]]) { settings, slider in
      settings.flatMap { before in slider.values.map { before + [$0] } }
    }
  }

  /// The sliders' values of each cell.
  package var settings: [[Double]] { Self.grid(of: sliders) }

  /// The place of the cell that is shown first.
  package var start: Int { sliders.reduce(0) { $0 * $1.values.count + $1.start } }

  /// What the sliders of a cell say, such as `k = 8, d = 32`.
  func heading(of settings: [Double]) -> String {
    zip(sliders, settings).map { "\($0.name) = \(NumberText.setting($1))" }
      .joined(separator: ", ")
  }
}
