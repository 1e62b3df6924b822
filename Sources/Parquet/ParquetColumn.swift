/// A column of a Parquet file: what the rows of a table hold under one name.
public struct ParquetColumn: Hashable, Sendable {
  /// The name; fields of structures are named through them, as `meta.title`.
  public let name: String
  /// What it holds, in words.
  public let content: String
  /// Whether each row has at most one text here.
  public let isText: Bool
  /// How many of the levels above a value, and itself, may be absent.
  let definitionLevel: Int
}

extension ParquetColumn {
  /// The columns of a schema, which lists a tree's nodes from the root on, each before those below it.
  static func columns(of schema: [CompactValue]) throws(Damage) -> [ParquetColumn] {
    var columns: [ParquetColumn] = []
    // Of each group that is open: the name, what is left of it, how many levels may be absent, whether one repeats.
    var open: [(name: String, left: Int, level: Int, repeats: Bool)] = []
    for (index, element) in schema.enumerated() {
      let name = element[4]?.text ?? ""
      let children = element[5]?.integer ?? 0
      let repetition = index == 0 ? 0 : element[3]?.integer ?? 0
      guard children >= 0, children <= schema.count - index - 1, open.count < 64 else {
        throw Damage("its schema is no tree")
      }
      let level = (open.last?.level ?? 0) + (repetition == 0 ? 0 : 1)
      let repeats = (open.last?.repeats ?? false) || repetition == 2
      if children == 0, index > 0 {
        let path = open.dropFirst().map(\.name) + [name]
        let type = element[1]?.integer
        columns.append(
          ParquetColumn(
            name: path.joined(separator: "."),
            content: repeats ? "lists" : content(ofType: type, element),
            isText: !repeats && type == 6 && !isNumber(element),
            definitionLevel: level
          )
        )
      }
      if !open.isEmpty { open[open.count - 1].left -= 1 }
      if children > 0 || index == 0 { open.append((name, children, level, repeats)) }
      while let last = open.last, last.left == 0 { open.removeLast() }
      if open.isEmpty, index < schema.count - 1 { throw Damage("its schema is no tree") }
    }
    guard open.isEmpty else { throw Damage("its schema is no tree") }
    return columns
  }

  /// Whether bytes stand for a decimal number.
  private static func isNumber(_ element: CompactValue) -> Bool { element[6]?.integer == 5 }

  private static func content(ofType type: Int?, _ element: CompactValue) -> String {
    switch type {
    case 0: "truth values"
    case 1, 2, 3: "whole numbers"
    case 4, 5: "numbers"
    case 6: isNumber(element) ? "decimal numbers" : "text"
    case 7: "bytes of a fixed length"
    default: "something unknown"
    }
  }
}
