/// The parts of a data set that lies in a folder: those to train on, to validate with and to test with.
///
/// A folder is a data set where some files in it or below are Parquet, as on the Hugging Face Hub; prose and descriptions beside
/// them do not belong to it. A file's part is told by a word of its path, as that Hub's library does: `train`, or `training`;
/// `validation`, `valid`, `val` or `dev`; `test`, `testing`, `eval` or `evaluation`. A file without such a word is for training.
public struct DatasetParts {
  /// The part that is read where none is named and there are several.
  public static let usual = "train"

  private static let words = [
    "train": usual, "training": usual,
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
    "test": "test", "testing": "test", "eval": "test", "evaluation": "test",
  ]

  private let folder: String
  private let files: [String: [TextFile]]

  /// Sorts the files of a folder; nil where it is no data set.
  ///
  /// - Parameters:
  ///   - found: The files, whose sources are their paths in the folder.
  ///   - folder: The folder, for messages.
  init?(_ found: [TextFile], folder: String) {
    let tables = found.filter { $0.kind == .parquet }
    guard !tables.isEmpty else { return nil }
    self.folder = folder
    files = Dictionary(grouping: tables) { Self.name(ofPath: $0.source) }
  }

  /// The files of a part and the names of the other parts.
  ///
  /// - Parameter name: The part; nil for ``usual``, or the only one.
  /// - Returns: The files, and the names in order.
  /// - Throws: ``TextError/noPart(folder:part:found:)``.
  func part(_ name: String?) throws(TextError) -> (files: [TextFile], others: [String]) {
    let names = files.keys.sorted()
    let chosen = name ?? (names.count == 1 ? names[0] : Self.usual)
    guard let part = files[chosen] else {
      throw .noPart(folder: folder, part: chosen, found: names)
    }
    return (part, names.filter { $0 != chosen })
  }

  /// The part of a file, by the last word of its path that names one.
  static func name(ofPath path: String) -> String {
    let parts = path.lowercased().split { !$0.isLetter }
    return parts.reversed().lazy.compactMap { words[String($0)] }.first ?? usual
  }
}
