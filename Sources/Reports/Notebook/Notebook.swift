/// Text and Python in turn, for Jupyter (``jupyter``) and for Quarto (``quarto``).
package struct Notebook: Hashable, Sendable {
  /// A part of a notebook.
  package enum Cell: Hashable, Sendable {
    /// Markdown.
    case text(String)
    /// Python.
    case code(String)
  }

  package var title: String
  package var cells: [Cell]

  package init(title: String, cells: [Cell]) {
    self.title = title
    self.cells = cells
  }
}
