/// Reads the documents of a collection one after the other.
public final class DocumentReader {
  private let collection: TextCollection
  private var nextFile = 0
  private var current: (any DocumentSource)?
  private var finishedByteCount = 0
  /// What is left of a document that is longer than one may be.
  private var rest: (text: ArraySlice<UInt8>, source: String)?

  /// How much of ``TextCollection/fileByteCount`` has been read.
  public var fileBytesRead: Int { finishedByteCount + (current?.fileBytesRead ?? 0) }

  init(collection: TextCollection) {
    self.collection = collection
  }

  /// The next document, or nil after the last one.
  public func next() throws(TextError) -> Document? {
    if let rest { return firstDocument(of: rest.text, source: rest.source) }
    while true {
      if let current {
        if let document = try current.next() {
          let isShort = document.text.utf8.count <= collection.options.maximumDocumentByteCount
          return isShort
            ? document
            : firstDocument(of: Array(document.text.utf8)[...], source: document.source)
        }
        finishedByteCount += current.fileBytesRead
        self.current = nil
      }
      guard nextFile < collection.files.count else { return nil }
      current = try collection.files[nextFile].documents(collection.options)
      nextFile += 1
    }
  }

  /// Cuts a document off a long text and remembers the rest.
  private func firstDocument(of text: ArraySlice<UInt8>, source: String) -> Document {
    let cut = cutPosition(text, limit: collection.options.maximumDocumentByteCount)
    rest = cut < text.endIndex ? (text[cut...], source) : nil
    return Document(text: String(decoding: text[..<cut], as: UTF8.self), source: source)
  }
}

/// Reads the documents of one file.
protocol DocumentSource: AnyObject {
  /// How many of the file's bytes have been read.
  var fileBytesRead: Int { get }
  /// The next document, or nil after the last one.
  func next() throws(TextError) -> Document?
}

extension TextFile {
  /// Opens the file.
  fileprivate func documents(_ options: TextOptions) throws(TextError) -> any DocumentSource {
    switch kind {
    case .plain, .jsonLines: try TextDocuments(file: self, options: options)
    case .parquet: try TableDocuments(file: self, options: options)
    }
  }
}
