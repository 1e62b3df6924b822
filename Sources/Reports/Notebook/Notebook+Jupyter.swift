import Foundation

extension Notebook {
  /// The notebook in Jupyter's format, nbformat 4.5, with nothing executed.
  package func jupyter() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let heading = Cell.text("# \(title)\n")
    let document = Document(
      cells: ([heading] + cells).enumerated().map { DocumentCell(cell: $1, id: "cell-\($0)") }
    )
    return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
  }
}

/// The outer shape of nbformat 4.5.
private struct Document: Encodable {
  var nbformat = 4
  var nbformat_minor = 5
  var metadata = [
    "kernelspec": ["name": "python3", "display_name": "Python 3", "language": "python"],
    "language_info": ["name": "python"],
  ]
  var cells: [DocumentCell]
}

/// A cell as nbformat has it: code alone has outputs and a count, which is null before it ran.
private struct DocumentCell: Encodable {
  var cell: Notebook.Cell
  var id: String

  private enum CodingKeys: String, CodingKey {
    case id, metadata, source, outputs
    case type = "cell_type"
    case count = "execution_count"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode([String: String](), forKey: .metadata)
    switch cell {
    case .text(let text):
      try container.encode("markdown", forKey: .type)
      try container.encode(Self.lines(of: text), forKey: .source)
    case .code(let code):
      try container.encode("code", forKey: .type)
      try container.encode(Self.lines(of: code), forKey: .source)
      try container.encodeNil(forKey: .count)
      try container.encode([String](), forKey: .outputs)
    }
  }

  /// The lines with their line feeds, but for the last one's.
  private static func lines(of text: String) -> [String] {
    let lines = text.trimmingCharacters(in: .newlines).components(separatedBy: "\n")
    return lines.dropLast().map { $0 + "\n" } + lines.suffix(1)
  }
}
