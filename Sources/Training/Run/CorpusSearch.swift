import Corpus
import Files
import Recipes
import Runs

/// Finds a run's token file again, wherever the command runs and wherever the run's folder has been moved to.
///
/// A relative path in a run's recipe was meant from the folder in which the run was begun. The file is looked for from
/// the present folder, from that one, and from each folder that the run's lies in, since a project may have been
/// moved as a whole. What is found counts only if its checksum is that of the run's record.
struct CorpusSearch {
  /// The run's folder.
  let folder: RunFolder
  /// The run's record.
  let record: RunRecord

  /// The place of the run's token file.
  ///
  /// - Parameter path: The path in the run's recipe.
  /// - Returns: Where the file lies.
  /// - Throws: ``TrainingError/corpusNotFound(recipe:path:searched:)``, or where there are such files but none is
  ///   the run's, what is wrong with the first: ``TrainingError/corpusChanged(path:expected:found:)`` or
  ///   `TokenFileError`.
  func place(of path: String) throws -> String {
    try place(of: path, checksum: record.corpus.checksum)
  }

  /// The places of the token files that are mixed with the corpus.
  ///
  /// - Parameter recipe: The run's recipe.
  /// - Returns: Where they lie, in the recipe's order.
  /// - Throws: As ``place(of:)``.
  func placesOfMixture(_ recipe: Recipe) throws -> [String] {
    try zip(recipe.corpus.mixtureParts, record.corpus.mixture ?? []).map {
      try place(of: $0.tokens, checksum: $1.checksum)
    }
  }

  private func place(of path: String, checksum: String) throws -> String {
    let places = places(of: path)
    var problem: (any Error)?
    for place in places where LocalFileSystem().exists(place) {
      do {
        let found = try TokenFile(path: place).fileChecksum
        if found == checksum { return place }
        throw TrainingError.corpusChanged(path: place, expected: checksum, found: found)
      } catch {
        problem = problem ?? error
      }
    }
    throw problem
      ?? TrainingError.corpusNotFound(recipe: folder.recipeFile, path: path, searched: places)
  }

  /// Where a file of this path may lie, each place once.
  private func places(of path: String) -> [String] {
    // Fine-tuning puts its examples into the run's own folder, whatever that is called by now.
    let isOwn = lastComponent(of: path) == lastComponent(of: folder.examplesFile)
    let own = isOwn ? [folder.examplesFile] : []
    guard !path.hasPrefix("/") else { return [path] + own }
    var folders = [record.workingFolder].compactMap(\.self)
    var outer = try? LocalFileSystem().realPath(folder.path)
    while let inner = outer, inner != "/" {
      outer = parentFolder(of: inner)
      folders += [outer].compactMap(\.self)
    }
    var seen = Set([LocalFileSystem.currentFolder])
    return [path] + own
      + folders.filter { seen.insert($0).inserted }.map { $0 == "/" ? "/\(path)" : "\($0)/\(path)" }
  }
}
