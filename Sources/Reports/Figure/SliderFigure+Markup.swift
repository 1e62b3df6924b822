extension SliderFigure {
  /// The figure as an SVG element: each cell is a group, and all but the first one shown are hidden.
  ///
  /// - Parameters:
  ///   - id: A name that no other figure of the page has.
  ///   - width: The drawing's width; at that width text has its usual size.
  ///   - height: The drawing's height.
  /// - Returns: An `svg` element.
  func svg(id: String, width: Double, height: Double) -> Markup {
    var whole = figure
    whole.curves += cells.flatMap(\.curves)
    let frame = whole.axes(width: width, height: height)
    return figure.svg(
      id: id,
      height: height,
      frame,
      curves: figure.curves.map { figure.drawing($0, frame) }
        + eachCell { cell in "\(cell.curves.map { figure.drawing($0, frame) })" },
      names: eachCell { cell in figure.names(of: figure.curves + cell.curves, frame) }
    )
  }

  /// What there is to read in each cell, below what its sliders say.
  var readings: Markup {
    let readings = zip(cells.indices, settings).map { index, settings -> Markup in
      """
      <p \(place(index))><b>\(heading(of: settings)).</b> \(cells[index].reading)</p>
      """
    }
    return "<div class=\"readings\" aria-live=\"polite\">\n\(readings)\n</div>"
  }

  /// The sliders; a script shows them, since nothing moves without one.
  func controls(id: String) -> Markup {
    let rows = sliders.enumerated().map { index, slider -> Markup in
      let words = slider.values.map(NumberText.setting)
      let name = "\(id)-slider-\(index)"
      return """
        <div><label for="\(name)">\(slider.name)</label>\
        <input type="range" id="\(name)" min="0" max="\(words.count - 1)" step="1" \
        value="\(slider.start)" aria-valuetext="\(words[slider.start])" \
        data-values="\(words.joined(separator: " "))"/>\
        <output for="\(name)">\(words[slider.start])</output></div>
        """
    }
    return "<div class=\"sliders\" hidden=\"hidden\">\n\(rows)\n</div>"
  }

  private func eachCell(_ content: (Cell) -> Markup) -> [Markup] {
    cells.enumerated().map { index, cell in "<g \(place(index))>\n\(content(cell))\n</g>" }
  }

  /// The attributes of what belongs to a cell.
  private func place(_ index: Int) -> Markup {
    index == start ? "data-cell=\"\(index)\"" : "data-cell=\"\(index)\" hidden=\"hidden\""
  }
}
