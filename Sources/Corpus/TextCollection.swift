import Files

/// How text is read.
public struct TextOptions: Hashable, Sendable, Codable {
  /// The field of a JSON record that holds the text.
  public var textField: String
  /// The field of a JSON record that names its source; records may lack it.
  public var sourceField: String
  /// The longest document in UTF-8 bytes; longer texts are cut into several documents, at an empty line
  /// where there is one, else at a line break, else at a space.
  public var maximumDocumentByteCount: Int
  /// The longest line of JSON that is kept in memory.
  public var maximumLineByteCount: Int
  /// Which part of a data set is read, such as `train`; nil for ``DatasetParts/usual``.
  public var part: String?

  /// Creates options.
  public init(
    textField: String = "text",
    sourceField: String = "source",
    maximumDocumentByteCount: Int = 1 << 20,
    maximumLineByteCount: Int = 64 << 20,
    part: String? = nil
  ) {
    precondition(maximumDocumentByteCount >= 4, "a document must hold at least one character")
    self.textField = textField
    self.sourceField = sourceField
    self.maximumDocumentByteCount = maximumDocumentByteCount
    self.maximumLineByteCount = maximumLineByteCount
    self.part = part
  }
}

/// The text files that a user named, in the order in which they are read.
///
/// ```swift
/// let texts = try TextCollection(paths: ["Data/king-james.jsonl.gz", "books/"])
/// let reader = texts.makeReader()
/// while let document = try reader.next() { ... }
/// ```
///
/// A folder stands for the files in it and below it whose names tell that they hold text, sorted by
/// the bytes of their names; hidden files and links to folders are left out. A folder with Parquet files is a data set:
/// of it one part is read (``DatasetParts``). Reading keeps one document, or one page of a table, in memory at a time.
public struct TextCollection: Hashable, Sendable {
  /// The files, in reading order.
  public let files: [TextFile]
  /// How they are read.
  public let options: TextOptions
  /// The size of all files together as they lie on disk.
  public let fileByteCount: Int
  /// The parts of data sets that are not read, each by the folder that was named and the part's name.
  public let partsLeftOut: [String]

  /// Finds the files; reads none of them.
  public init(paths: [String], options: TextOptions = TextOptions()) throws(TextError) {
    guard !paths.isEmpty else { throw .nothingToRead }
    var files: [TextFile] = []
    var leftOut: [String] = []
    for path in paths {
      switch try Self.kind(of: path, followingLinks: true) {
      case .folder:
        let found = try Self.files(inFolder: path, source: "")
        if found.isEmpty { throw .noTextFiles(folder: path) }
        guard let parts = DatasetParts(found, folder: path) else {
          files += found
          continue
        }
        let part = try parts.part(options.part)
        files += part.files
        leftOut += part.others.map { "\(path): \($0)" }
      case .file, .other:
        files.append(TextFile(named: path))
      }
    }
    var byteCount = 0
    for file in files { byteCount += try Self.byteCount(of: file.path) }
    self.files = files
    self.options = options
    fileByteCount = byteCount
    partsLeftOut = leftOut
  }

  /// Starts reading at the first document.
  public func makeReader() -> DocumentReader {
    DocumentReader(collection: self)
  }

  private static func files(
    inFolder path: String,
    source: String
  ) throws(TextError) -> [TextFile] {
    let entries: [String]
    do {
      entries = try LocalFileSystem().names(inFolder: path)
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
    var files: [TextFile] = []
    for name in entries where !name.hasPrefix(".") {
      let below = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      let belowSource = source.isEmpty ? name : "\(source)/\(name)"
      if try kind(of: below, followingLinks: false) == .folder {
        files += try self.files(inFolder: below, source: belowSource)
      } else if let file = TextFile(path: below, source: belowSource),
        try kind(of: below, followingLinks: true) == .file
      {
        files.append(file)
      }
    }
    return files
  }

  private static func kind(
    of path: String,
    followingLinks: Bool
  ) throws(TextError) -> FileKind {
    do {
      return try LocalFileSystem().kind(of: path, followingLinks: followingLinks)
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
  }

  private static func byteCount(of path: String) throws(TextError) -> Int {
    do {
      return try LocalFileSystem().open(path).byteCount
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
  }
}
