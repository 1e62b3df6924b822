import Foundation

extension Notebook {
  /// The notebook as a Quarto document, which renders as one page with its code folded.
  package var quarto: String {
    let head = """
      ---
      title: \(Python.literal(title))
      format:
        html:
          embed-resources: true
          code-fold: true
      jupyter: python3
      ---
      """
    let blocks = cells.map { cell in
      switch cell {
      case .text(let text): text.trimmingCharacters(in: .newlines)
      case .code(let code): "```{python}\n\(code.trimmingCharacters(in: .newlines))\n```"
      }
    }
    return ([head] + blocks).joined(separator: "\n\n") + "\n"
  }
}
