import Corpus
import Files
import Runs

extension SavedModel {
  /// The run that saved the checkpoint; nil for one that does not lie in a run's folder.
  public var run: RunFolder? {
    let folder = RunFolder(path: parentFolder(of: parentFolder(of: checkpoint.path)))
    return folder.checkpointsFolder == parentFolder(of: checkpoint.path) && RunStore(folder).exists
      ? folder : nil
  }

  /// The tokenizer that the model was trained with.
  ///
  /// It lies in the folder of the model's run, or beside a grown checkpoint; for a run of an earlier version, in the
  /// token file that its record names.
  ///
  /// - Parameter path: A `tokenizer.model` to take instead.
  /// - Returns: The tokenizer, whose checksum is the model's.
  /// - Throws: ``SavedModelError/noTokenizer(path:)``,
  ///   ``SavedModelError/wrongTokenizer(path:found:expected:)``, or `TokenizerError`.
  public func tokenizer(path: String? = nil) throws -> Tokenizer {
    if let path { return try checked(Tokenizer(path: path), path) }
    let places = [run?.tokenizerFile, tokenizerFileBeside].compactMap(\.self)
    if let place = places.first(where: { LocalFileSystem().exists($0) }) {
      return try checked(Tokenizer(path: place), place)
    }
    guard let run else { throw SavedModelError.noTokenizer(path: checkpoint.path) }
    let tokens = try RunStore(run).record().corpus.tokens
    // Whatever is wrong with the file, the remedy is the same: to name the tokenizer.
    guard let file = try? TokenFile(path: tokens) else {
      throw SavedModelError.noTokenizer(path: checkpoint.path)
    }
    return try checked(file.loadTokenizer(), tokens)
  }

  /// Where the tokenizer of a checkpoint lies that is in no run's folder.
  public var tokenizerFileBeside: String { parentFolder(of: checkpoint.path) + "/tokenizer.model" }

  private func checked(_ tokenizer: Tokenizer, _ path: String) throws -> Tokenizer {
    guard tokenizer.checksum == tokenizerChecksum else {
      throw SavedModelError.wrongTokenizer(
        path: path,
        found: tokenizer.checksum,
        expected: tokenizerChecksum
      )
    }
    return tokenizer
  }
}
