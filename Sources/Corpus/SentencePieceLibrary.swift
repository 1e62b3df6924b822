import CSentencePiece
import Files
import Foundation

/// The SentencePiece library that this program runs with.
public struct SentencePieceLibrary: Hashable, Sendable, Codable {
  /// The file the library was loaded from, where the loader tells.
  public var path: String?
  /// Its version, read from the `sentencepiece.pc` beside it, where the development files are installed.
  public var version: String?

  /// The loaded library.
  ///
  /// The library itself has no function that tells its version.
  public static func loaded() -> SentencePieceLibrary {
    guard let path = espalier_sentencepiece_library_path().map({ String(cString: $0) }) else {
      return SentencePieceLibrary(path: nil, version: nil)
    }
    let folder = parentFolder(of: (try? LocalFileSystem().realPath(path)) ?? path)
    let description = "\(folder)/pkgconfig/sentencepiece.pc"
    // Without the development files there is no such file, and no version to be had.
    let bytes = (try? LocalFileSystem().contents(of: description, limit: 1 << 16)) ?? []
    let version = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n")
      .first { $0.hasPrefix("Version:") }
      .map { $0.dropFirst("Version:".count).trimmingCharacters(in: .whitespaces) }
    return SentencePieceLibrary(path: path, version: version)
  }
}
