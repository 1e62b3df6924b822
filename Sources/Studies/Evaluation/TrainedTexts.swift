import Corpus
import Evaluation
import Runs
import Training

/// The texts that models were trained on, as far as they are still there.
struct TrainedTexts {
  /// What was opened last; a run's models come one after the other.
  private var latest: (folder: RunFolder, text: RunText?)?
  /// How many questions stand in a text, by the checksums of both.
  private var knownCounts: [[String]: Int] = [:]

  /// The text of a run; nil where it is gone.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - notice: Told once why there is no text.
  /// - Returns: The text.
  mutating func text(of folder: RunFolder, notice: (String) -> Void) -> RunText? {
    if let latest, latest.folder == folder { return latest.text }
    do {
      latest = (folder, try RunText(folder))
    } catch {
      notice("\(folder.path): what is measured on its text is left out: \(error)")
      latest = (folder, nil)
    }
    return latest?.text
  }

  /// How many questions stand in what a run was trained on; nil where that is gone.
  ///
  /// - Throws: `TokenizerError` or `TokenFileError`.
  mutating func knownCount(
    of set: QuestionSet,
    in folder: RunFolder,
    _ tokenizer: Tokenizer,
    notice: (String) -> Void
  ) throws -> Int? {
    guard let corpus = text(of: folder, notice: notice)?.corpus else { return nil }
    let key = [corpus.fileChecksum, set.checksum]
    if let known = knownCounts[key] { return known }
    let count = try ContaminationCheck(set, tokenizer: tokenizer).knownCount(in: corpus)
    knownCounts[key] = count
    return count
  }
}
