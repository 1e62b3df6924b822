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
  /// It lies in the folder of the model's run; for a run of an earlier version, in the token file that its record names.
  ///
  /// - Parameter path: A `tokenizer.model` to take instead.
  /// - Returns: The tokenizer, whose checksum is the model's.
  /// - Throws: ``SavedModelError/noTokenizer(path:)``,
  ///   ``SavedModelError/wrongTokenizer(path:found:expected:)``, or `TokenizerError`.
  public func tokenizer(path: String? = nil) throws -> Tokenizer {
    if let path { return try checked(Tokenizer(path: path), path) }
    guard let run else { throw SavedModelError.noTokenizer(path: checkpoint.path) }
    if LocalFileSystem().exists(run.tokenizerFile) {
      return try checked(Tokenizer(path: run.tokenizerFile), run.tokenizerFile)
    }
    let tokens = try RunStore(run).record().corpus.tokens
    guard let file = try? TokenFile(path: tokens) else {
      throw SavedModelError.noTokenizer(path: checkpoint.path)
    }
    return try checked(file.loadTokenizer(), tokens)
  }

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
