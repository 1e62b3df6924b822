/// A document, or a piece of one, and the part of a corpus that it goes to.
struct PlacedDocument: Equatable {
  var document: Document
  /// The document's number in reading order; the pieces of a divided one share it.
  var index: Int
  var split: Split
}

/// Sends the documents of a collection to the two parts of a corpus, in reading order.
///
/// Each goes where ``DocumentSplit`` draws it. Where no document is drawn for validation, as happens to few,
/// the end of the text is held out instead: the last documents where they come near the share, by a factor of
/// two, else as much as the share says, from a border inside a document. A single document is divided
/// whatever is drawn for it.
///
/// For that the last documents are held back as long as none was drawn: as much text as may have to be
/// held out, which is about one document.
struct DocumentPlacement {
  private let rule: DocumentSplit
  /// What is held back, in reading order.
  private var pending: [PlacedDocument] = []
  private var pendingByteCount = 0
  private var byteCount = 0
  private var count = 0
  private var hasDrawn = false

  init(_ rule: DocumentSplit) {
    self.rule = rule
  }

  /// Takes a document with text in it.
  ///
  /// - Parameters:
  ///   - document: The document.
  ///   - index: Its number in reading order.
  /// - Returns: What has its place now.
  mutating func place(_ document: Document, index: Int) -> [PlacedDocument] {
    let split = rule.split(ofDocument: index)
    pending.append(PlacedDocument(document: document, index: index, split: split))
    pendingByteCount += document.text.utf8.count
    byteCount += document.text.utf8.count
    count += 1
    hasDrawn = hasDrawn || split == .validation
    if rule.validationFraction == 0 || hasDrawn && count > 1 { return given(pending.count) }
    // Those that would not be held out at the end, were it now.
    var spare = 0
    var left = pendingByteCount
    while spare < pending.count - 1, left - pending[spare].byteCount >= heldOutByteCount {
      left -= pending[spare].byteCount
      spare += 1
    }
    return given(spare)
  }

  /// Ends the collection.
  ///
  /// - Returns: What was held back.
  mutating func finish() -> [PlacedDocument] {
    guard rule.validationFraction > 0, !hasDrawn || count == 1, let first = pending.first else {
      return given(pending.count)
    }
    let wanted = heldOutByteCount
    let behind = pendingByteCount - first.byteCount
    // Whether holding out the first one, too, comes nearer than leaving it out.
    let isNear = pendingByteCount - wanted <= wanted - behind
    let hasOthers = count > pending.count
    var rest = given(pending.count)
    for place in rest.indices { rest[place].split = .validation }
    if hasOthers, isNear { return rest }
    if 2 * behind >= wanted {
      rest[0].split = .train
    } else {
      rest.replaceSubrange(0...0, with: first.divided(heldOut: wanted - behind))
    }
    return rest
  }

  /// The size of the text that is held out at the end where nothing is drawn.
  private var heldOutByteCount: Int {
    max(1, Int((Double(byteCount) * rule.validationFraction).rounded()))
  }

  /// Gives out the first of those that were held back.
  private mutating func given(_ number: Int) -> [PlacedDocument] {
    let given = Array(pending.prefix(number))
    pending.removeFirst(number)
    pendingByteCount -= given.reduce(0) { $0 + $1.byteCount }
    return given
  }
}

extension PlacedDocument {
  fileprivate var byteCount: Int { document.text.utf8.count }

  /// The document in two pieces, the end of about the given size held out; as a whole where it has one
  /// character.
  fileprivate func divided(heldOut: Int) -> [PlacedDocument] {
    let text = Array(document.text.utf8)
    guard let border = border(in: text[...], near: text.count - heldOut, within: heldOut / 2) else {
      return [PlacedDocument(document: document, index: index, split: .train)]
    }
    func piece(_ bytes: ArraySlice<UInt8>, _ split: Split) -> PlacedDocument {
      let text = String(decoding: bytes, as: UTF8.self)
      return PlacedDocument(
        document: Document(text: text, source: document.source),
        index: index,
        split: split
      )
    }
    return [piece(text[..<border], .train), piece(text[border...], .validation)]
  }
}
