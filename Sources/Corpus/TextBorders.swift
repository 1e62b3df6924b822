/// Where to cut a text so that the first part has at most `limit` bytes.
///
/// Behind the last empty line before the limit, else behind the last line break, else behind the last
/// space, else between two characters. A text within the limit is not cut.
func cutPosition(_ text: ArraySlice<UInt8>, limit: Int) -> Int {
  guard text.count > limit else { return text.endIndex }
  let head = text[text.startIndex..<text.startIndex + limit]
  var lastBreak: Int?
  var lastSpace: Int?
  for position in head.indices.reversed() {
    if head[position] == 0x0A {
      if position > head.startIndex, head[position - 1] == 0x0A { return position + 1 }
      lastBreak = lastBreak ?? position + 1
    } else if head[position] == 0x20 {
      lastSpace = lastSpace ?? position + 1
    }
  }
  if let border = lastBreak ?? lastSpace { return border }
  var cut = head.endIndex
  // Bytes 10xxxxxx continue a character; a well-formed one has at most three of them.
  while cut > head.endIndex - 3, cut > head.startIndex + 1, text[cut] & 0xC0 == 0x80 { cut -= 1 }
  return cut
}

/// The border in a text that is nearest to a position; nil where the text has a single character or none.
///
/// Behind an empty line where there is one within the distance, else behind a line break, else behind a
/// space, else between the two characters at the position.
func border(in text: ArraySlice<UInt8>, near position: Int, within distance: Int) -> Int? {
  func isInside(_ border: Int) -> Bool { border > text.startIndex && border < text.endIndex }
  let position = min(max(position, text.startIndex), text.endIndex)
  let kinds: [[[UInt8]]] = [[[0x0A, 0x0A], [0x0A, 0x0D, 0x0A]], [[0x0A]], [[0x20]]]
  for endings in kinds {
    for step in 0...max(distance, 0) {
      for border in [position - step, position + step] where isInside(border) {
        if endings.contains(where: text[..<border].hasSuffix) { return border }
      }
    }
  }
  // Bytes 10xxxxxx continue a character.
  func isBorder(_ border: Int) -> Bool { isInside(border) && text[border] & 0xC0 != 0x80 }
  return (position..<text.endIndex).first(where: isBorder)
    ?? (text.startIndex..<position).last(where: isBorder)
}

extension ArraySlice<UInt8> {
  fileprivate func hasSuffix(_ bytes: [UInt8]) -> Bool { suffix(bytes.count).elementsEqual(bytes) }
}
