import Files

/// The documents of a file of plain text or JSON lines.
final class TextDocuments: DocumentSource {
  private let bytes: ByteReader
  private let file: TextFile
  private let options: TextOptions
  private var pending: [UInt8] = []
  /// Where unread bytes of `pending` start.
  private var start = 0
  /// The offset in the text of the first byte of `pending`.
  private var pendingOffset = 0
  private var hasLookedForMark = false
  private var line = 0

  var fileBytesRead: Int { bytes.fileBytesRead }

  init(file: TextFile, options: TextOptions) throws(TextError) {
    self.file = file
    self.options = options
    bytes = try ByteReader(path: file.path, isCompressed: file.isCompressed)
  }

  func next() throws(TextError) -> Document? {
    try skipMark()
    return try file.kind == .plain ? nextPlain() : nextRecord()
  }

  private func nextPlain() throws(TextError) -> Document? {
    let limit = options.maximumDocumentByteCount
    while pending.count - start <= limit, try refill() {}
    guard start < pending.count else { return nil }
    let cut = cutPosition(pending[start...], limit: limit)
    defer { start = cut }
    return Document(text: try text(pending[start..<cut]), source: file.source)
  }

  private func nextRecord() throws(TextError) -> Document? {
    while let bytes = try nextLine() {
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      _ = try text(bytes)
      return try Document(record: bytes, of: file, line: line, options: options)
    }
    return nil
  }

  /// The next line without its line break; nil at the end of the file.
  private func nextLine() throws(TextError) -> ArraySlice<UInt8>? {
    var searched = start
    while true {
      if let end = pending[searched...].firstIndex(of: 0x0A) {
        defer { start = end + 1 }
        line += 1
        return pending[start..<end]
      }
      let length = pending.count - start
      if length > options.maximumLineByteCount {
        throw .lineTooLong(
          path: file.path,
          line: line + 1,
          byteLimit: options.maximumLineByteCount
        )
      }
      if try !refill() {
        guard start < pending.count else { return nil }
        defer { start = pending.count }
        line += 1
        return pending[start...]
      }
      searched = start + length
    }
  }

  /// Adds bytes to `pending`; false at the end of the file.
  private func refill() throws(TextError) -> Bool {
    guard let chunk = try bytes.next() else { return false }
    if start > 0 {
      pendingOffset += start
      pending.removeSubrange(..<start)
      start = 0
    }
    pending += chunk
    return true
  }

  /// Passes over a byte order mark, which belongs to the encoding and not to the text.
  private func skipMark() throws(TextError) {
    guard !hasLookedForMark else { return }
    hasLookedForMark = true
    while pending.count < 3, try refill() {}
    if pending.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(TextError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let invalid = firstInvalidUTF8(in: bytes) ?? bytes.startIndex
      throw .notUTF8(path: file.path, byteOffset: pendingOffset + invalid)
    }
    if let zero = bytes.firstIndex(of: 0) {
      throw .zeroByte(path: file.path, byteOffset: pendingOffset + zero)
    }
    return text
  }
}

extension Document {
  /// Reads a record.
  ///
  /// - Parameters:
  ///   - bytes: Its line without the line break, valid UTF-8.
  ///   - file: The file that it is in; its source is that of records without one.
  ///   - line: The line's number, for messages.
  ///   - options: The names of the fields.
  /// - Throws: ``TextError``, with the place in the file.
  init(
    record bytes: ArraySlice<UInt8>,
    of file: TextFile,
    line: Int,
    options: TextOptions
  ) throws(TextError) {
    let (textField, sourceField) = (options.textField, options.sourceField)
    let record = try JSONRecord(
      bytes,
      path: file.path,
      line: line,
      fields: [textField, sourceField]
    )
    guard let text = try record.text(textField) else {
      throw .missingField(path: file.path, line: line, field: textField, found: record.otherNames)
    }
    let source = record.isNull(sourceField) ? nil : try record.text(sourceField)
    self.init(text: text, source: source ?? file.source)
  }
}
